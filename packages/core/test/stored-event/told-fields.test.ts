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
