import { expect, test } from 'vitest'
import { createRedactor, type Redactor } from '../../src/redact/redactor.ts'
import { snapshotEvent } from '../../src/stored-event/to-stored-event.ts'
import { textsIn } from '../../src/stored-event/output-secrets.ts'

const typed = 'Horse7battery!'
const make = (): Redactor => createRedactor({ fingerprint: () => '01234567' })
const take = (redactor: Redactor, type: string, payload: object): string =>
  JSON.stringify(snapshotEvent(type, payload, { sha256: () => '0'.repeat(64), redactor }).event)
const act = (redactor: Redactor, actionName: string, actionArgs: object, more: object = {}): string =>
  take(redactor, 'step_finished', { actionName, actionArgs, reasoning: '', toolOutput: { ok: true }, ...more })
const tree = '- textbox "Email" [ref=e3]\n- textbox "Password" [active] [ref=e4]: ""'

test('what the output of a step says was typed into a field for a secret is gone from its arguments and from later events', () => {
  const outputs = [
    { ok: true, result: `await page.getByRole('textbox', { name: 'Password' }).fill('${typed}');` },
    { ok: true, result: { content: [{ type: 'text', text: `Typed '${typed}' into <input type=password>` }] } },
    {
      ok: false,
      error: `Call log:\n - waiting for locator('#a')\n - resolved to <input type="password"/>\n - fill("${typed}")`,
    },
  ]
  for (const toolOutput of outputs) {
    const redactor = make()
    expect(act(redactor, 'type', { ref: 'e4', text: typed }, { toolOutput })).not.toContain(typed)
    expect(take(redactor, 'turn_finished', { turnId: '1', text: `I typed ${typed}` })).not.toContain(typed)
  }
})

test('a text of several lines in the log of a call is gone where its field is for a secret, and stays where it is for another', () => {
  const text = 'Horse7battery!\nstaple with "quotes" in it\nand more'
  const failed = (field: string): string =>
    act(
      make(),
      'fill',
      {},
      {
        toolOutput: { ok: false, error: `waiting for ${field}\n  - fill("${text}")\n  - attempting fill action` },
      },
    )
  for (const line of text.split('\n')) {
    const words = JSON.stringify(line).slice(1, -1)
    expect(failed("getByTitle('Password')")).not.toContain(words)
    expect(failed("getByTitle('Notes')")).toContain(words)
  }
})

test('what the reasoning of a step says to be a secret is one among its arguments, too', () => {
  const reasoning = 'Typing the verification code 839201 now.'
  expect(act(make(), 'computer', { action: 'type', text: '839201' }, { reasoning })).not.toContain('839201')
  expect(act(make(), 'computer', { action: 'type', text: '839201' }, { reasoning: 'Order 839201' })).toContain('839201')
})

test('what was read out of a field for a secret is known from then on', () => {
  const redactor = make()
  const toolOutput = { ok: true, result: typed }
  const stored = act(redactor, 'evaluate', { expression: "document.querySelector('#password').value" }, { toolOutput })
  expect(stored).not.toContain(typed)
  expect(redactor.known(`it is ${typed}`)).not.toContain(typed)
})

test('a reference means the field of the last tree of its own source', () => {
  const redactor = make()
  take(redactor, 'step_observed', { url: '', ariaTree: tree, source: 'ada' })
  const args = { ref: 'e4', text: 'lamp-2026' }
  expect(act(redactor, 'type', args, { source: 'bob' })).toContain('lamp-2026')
  take(redactor, 'step_observed', { url: '', ariaTree: '- textbox "Search" [ref=e4]', source: 'ada' })
  expect(act(redactor, 'type', args, { source: 'ada' })).toContain('lamp-2026')
  take(redactor, 'step_observed', { url: '', ariaTree: tree, source: 'ada' })
  expect(act(redactor, 'type', args, { source: 'ada' })).not.toContain('lamp-2026')
})

test('what is typed nowhere goes where the last step aimed, until another is aimed at', () => {
  const redactor = make()
  act(redactor, 'click', { selector: '#password' })
  act(redactor, 'screenshot', {})
  expect(act(redactor, 'keyboard_type', { text: 'Horse' })).not.toContain('Horse')
  expect(act(redactor, 'press', { key: '7' })).toContain('"key":"[redacted:password:00000000]"')
  expect(act(redactor, 'press', { key: 'Enter' })).toContain('"key":"Enter"')
  expect(act(redactor, 'type', { text: 'lamp-2026' })).toContain('lamp-2026')
  act(redactor, 'click', {}, { target: { role: 'textbox', name: 'Password' } })
  act(redactor, 'click', {}, { target: { role: 'textbox', name: 'Search' } })
  expect(act(redactor, 'type', { text: 'lamp-2026' })).toContain('lamp-2026')
})

test.each([
  ['text=Password', {}],
  ['#show-password', {}],
  ['a[href="/password"]', {}],
  ['role=tab[name="Password"]', {}],
  ["getByRole('link', { name: 'Passwords' })", {}],
  ['//li[contains(text(), "Password")]', {}],
  ['Use password instead', {}],
  ['Password', { role: 'tab' }],
])('a click on %j, which speaks of a field and is none, tells nothing of what is typed next', (name, more) => {
  const redactor = make()
  act(redactor, 'click', { selector: name, ...more })
  expect(act(redactor, 'type', { text: 'Springfield7' })).toContain('Springfield7')
})

test.each<[string, (redactor: Redactor) => unknown]>([
  ['another action', (redactor) => act(redactor, 'submit', {})],
  ['a page with another address', (redactor) => take(redactor, 'step_observed', { url: 'http://shop.test/cart' })],
  ['going to another page', (redactor) => act(redactor, 'go_to_url', { url: 'http://shop.test/cart' })],
  ['keys for the browser', (redactor) => act(redactor, 'press', { key: 'Control+f' })],
  ['sending the form', (redactor) => act(redactor, 'type', { text: 'Horse7battery!', submit: true })],
])('what was aimed at ends with %s', (_, end) => {
  const redactor = make()
  take(redactor, 'step_observed', { url: 'http://shop.test/login?next=1' })
  act(redactor, 'click', { selector: '#password' })
  end(redactor)
  expect(act(redactor, 'type', { text: 'Springfield7' })).toContain('Springfield7')
})

test('a capture sees the field that is typed into: the click before tells it nothing', () => {
  const redactor = make()
  act(redactor, 'click', { selector: '#password' }, { source: 'p1' })
  expect(act(redactor, 'type', { text: 'Springfield7' }, { source: 'p1' })).toContain('Springfield7')
})

test('a name of the element beats its reference, which may be of a page that is gone', () => {
  const redactor = make()
  take(redactor, 'step_observed', { url: 'http://shop.test/', ariaTree: tree })
  expect(act(redactor, 'type', { element: 'Search box', ref: 'e4', text: 'Berlin Mitte' })).toContain('Berlin Mitte')
  act(redactor, 'navigate', { url: 'http://shop.test/cart' })
  expect(act(redactor, 'type', { ref: 'e4', text: 'Berlin Mitte' })).toContain('Berlin Mitte')
})

test.each([
  ['type', { element: 'Password', ref: 'e4', text: '<secret>password</secret>' }, '<secret>password</secret>'],
  ['fill_form', { fields: [{ name: 'Show password', type: 'checkbox', ref: 'e6', value: 'true' }] }, 'true'],
])('what stands in for a secret, and a tick, are none: %s', (action, args, kept) => {
  expect(act(make(), action, args)).toContain(JSON.stringify(kept))
})

test('only what types is taken for typed: a report after a click on such a field is none', () => {
  const redactor = make()
  act(redactor, 'click', { selector: '#password' })
  expect(act(redactor, 'done', { text: 'no-login-at-shop2' })).toContain('no-login-at-shop2')
})

test('what cannot be read, and bytes, tell nothing', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const hostile = {
    get password(): string {
      throw new Error('no')
    },
    proxy,
    list: [proxy],
  }
  expect(textsIn([hostile, proxy, new Uint8Array(9), { text: 'kept' }])).toEqual(['kept'])
  expect(act(make(), 'type', hostile, { toolOutput: hostile, target: proxy })).toContain('unreadable')
})
