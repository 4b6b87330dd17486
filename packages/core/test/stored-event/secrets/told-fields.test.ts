import { expect, test } from 'vitest'
import type { Redactor } from '../../../src/redact/redactor.ts'
import { act, make, take, typed } from './stored-steps.ts'
import { textsIn } from '../../../src/stored-event/secrets/read-step.ts'

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

/** Trees of tools, with a field for a city and one for a password, and what types by their references. */
const references: [tool: string, tree: unknown, args: (isPassword: boolean, text: string) => object][] = [
  [
    'Playwright',
    '- textbox "City" [ref=e3]\n- textbox "Password" [ref=e4]',
    (is, text) => ({ ref: is ? 'e4' : 'e3', text }),
  ],
  [
    'Chrome DevTools',
    'uid=1_3 textbox "City"\nuid=1_4 textbox "Password"',
    (is, value) => ({ uid: is ? '1_4' : '1_3', value }),
  ],
  [
    'Stagehand',
    '[0-3] textbox: City\n[0-4] textbox: Password',
    (is, text) => ({ elementId: is ? '0-4' : '0-3', arguments: [text] }),
  ],
  [
    'browser-use',
    '*[3]<input name=city />\n[4]<input type=password />',
    (is, text) => ({ action: [{ input: { index: is ? 4 : 3, text } }] }),
  ],
  [
    'agent-browser',
    '- textbox "City" [ref=e3]\n- textbox "Password" [required, ref=e4]',
    (is, value) => ({ selector: is ? '@e4' : '@e3', value }),
  ],
  [
    'agent-browser, a command',
    '@e3 [input] placeholder="City"\n@e4 [input type="password"]',
    (is, text) => ({ command: `agent-browser fill @${is ? 'e4' : 'e3'} "${text}"` }),
  ],
  [
    'BrowserGym',
    "\t[a3] textbox 'City'\n\t[a4] textbox 'Password'",
    (is, text) => ({ action: `fill('${is ? 'a4' : 'a3'}', '${text}')` }),
  ],
  [
    'WebArena',
    "[3] textbox 'City'\n[4] textbox 'Password' required: True",
    (is, text) => ({ action: `type [${is ? 4 : 3}] [${text}] [1]` }),
  ],
  [
    'Claude',
    'textbox "City" [ref_3] type="text"\ntextbox "Password" [ref_4]',
    (is, value) => ({ ref: is ? 'ref_4' : 'ref_3', value }),
  ],
  [
    'Claude, what was found',
    '- ref_3: textbox "City" (text)\n- ref_4: textbox "Password" (password)',
    (is, value) => ({ ref: is ? 'ref_4' : 'ref_3', value }),
  ],
  [
    'Claude, what was found in words',
    '- ref_3: city input field (type: text)\n- ref_4: password input field (type: password)',
    (is, value) => ({ ref: is ? 'ref_4' : 'ref_3', value }),
  ],
  [
    'WebVoyager',
    '[3]: <input type="text"> "City"; [4]: <input type="password"> ""; [5]: <button> "Go"',
    (is, text) => ({ action: `Type [${is ? 4 : 3}]; ${text}` }),
  ],
  [
    'tags of a page',
    '<form><input unique_id="AAC" name="city"><input unique_id="AAD" type="password"></form>',
    (is, text) => ({ element_id: is ? 'AAD' : 'AAC', text }),
  ],
  [
    'elements as data',
    [
      { tag: 'input', mmid: '3', name: 'city' },
      { tag: 'input', mmid: '4', type: 'password' },
    ],
    (is, text) => ({ query_selector: `[mmid='${is ? 4 : 3}']`, text }),
  ],
  [
    'elements as JSON',
    '{"nodes":[{"ref":"n3","role":"textbox","name":"City"},{"ref":"n4","role":"textbox","name":"Password"}]}',
    (is, text) => ({ ref: is ? 'n4' : 'n3', text }),
  ],
]

test.each(references)(
  'a reference into a tree of %s means its field, also after a tree of a part of the page',
  (_, told, args) => {
    const part = '- button "Go" [ref=e9]\n[9]<button />\nuid=1_9 button "Go"\n[0-9] button: Go'
    for (const between of [undefined, part]) {
      const redactor = make()
      act(redactor, 'snapshot', {}, { toolOutput: { ok: true, result: told } })
      if (between) act(redactor, 'click', { x: 1, y: 2 }, { toolOutput: { ok: true, result: between } })
      expect(act(redactor, 'act', args(false, 'Springfield7'))).toContain('Springfield7')
      expect(act(redactor, 'type', args(true, typed))).not.toContain(typed)
    }
  },
)

test.each([
  ['- textbox "Password" [ref=e4]', '- textbox "Search" [ref=e4]', { ref: 'e4' }],
  ['[4]<input type=password />', '[4]<div contenteditable=true />', { index: 4 }],
  ['uid=1_4 textbox "Password"', 'uid=1_4 textbox\nuid=1_5 button', { uid: '1_4' }],
  ['[0-4] textbox: Password', '[0-4] div: Message', { elementId: '0-4' }],
])('a reference that a later tree gives to another element means that: %j, then %j', (before, after, args) => {
  const redactor = make()
  for (const result of [before, after]) act(redactor, 'snapshot', {}, { toolOutput: { ok: true, result } })
  expect(act(redactor, 'type', { ...args, text: 'Springfield7' })).toContain('Springfield7')
})

test.each([
  ['', 'Now I type the password.', typed],
  ['', "The email was accepted. What is left is the password. I'll type it in now.", typed],
  ['', 'Type the admin password into the field.', 'opensesame'],
  ['', 'Password', typed],
  ['', 'I will use the password that I was given', typed],
  ['', 'Enter the 6-digit code that was texted to me', '839201'],
  ['', 'Jetzt gebe ich das Passwort ein.', typed],
  ['', '现在输入密码', typed],
  ['', 'Username typed. Now the password.', typed],
  ['', 'Den Namen habe ich eingegeben, jetzt gebe ich das Passwort ein.', typed],
  ['', "J'ai saisi le nom, maintenant je saisis le mot de passe.", typed],
  ['', '用户名已输入，现在输入密码。', typed],
  ['I click the password field.', '', typed],
  ['Focus the password input', 'Typing', typed],
  ['Click the first box of the verification code', '', '839201'],
])('where nothing names the field, the words of an agent do: %j, then %j', (clicking, typing, secret) => {
  const redactor = make()
  act(redactor, 'computer', { action: 'left_click', coordinate: [3, 4] }, { reasoning: clicking })
  act(redactor, 'computer', { action: 'key', text: 'ctrl+a' })
  const stored = act(redactor, 'computer', { action: 'type', text: secret }, { reasoning: typing })
  expect(stored).not.toContain(secret)
})

test.each([
  ['', 'I type the username first, then the password.'],
  ['', 'Enter the username. The password field comes next.'],
  ['', 'The password was accepted. Now I type the city.'],
  ['', 'I type the query about password managers into the search box.'],
  ['', 'I write the comment that the password field is broken.'],
  ['', 'I enter a name for the API key.'],
  ['I click "Forgot password?"', ''],
  ['I click the eye to show the password.', ''],
  ['I click on the row "API key" to open it', ''],
  ['I go to the password settings', ''],
  ['Select the API key from the list', ''],
  ['Click on the text field above the password', ''],
  ['', 'I write the report on passwords.'],
  ['', 'Type Springfield7 in the address bar to see passwords'],
  ['I click the pin on the map', ''],
  ['I click the password field.', 'I type the city.'],
  ['', 'Username: ada. Password typed. Now the city.'],
  ['', 'Ich habe das Passwort schon eingegeben und tippe jetzt den Ort.'],
  ['', "J'ai saisi le mot de passe, maintenant la ville."],
  ['', 'Ya escribí la contraseña; ahora la ciudad.'],
  ['', 'Ho già inserito la password, ora digito la città.'],
  ['', 'Já digitei a senha; agora a cidade.'],
  ['', 'Hasło już wpisane, teraz wpisuję miasto.'],
  ['', 'Пароль введён, теперь город.'],
  ['', 'パスワードは入力済み。次は都市を入力する。'],
  ['', '密码已输入，现在输入城市。'],
])('words that only speak of a secret name no field: %j, then %j', (clicking, typing) => {
  const redactor = make()
  act(redactor, 'computer', { action: 'left_click', coordinate: [3, 4] }, { reasoning: clicking })
  const stored = act(redactor, 'computer', { action: 'type', text: 'Springfield7' }, { reasoning: typing })
  expect(stored).toContain('Springfield7')
})

test('words name no field where the step does, and no value that cannot be the secret', () => {
  const reasoning = 'I type the password.'
  expect(act(make(), 'type', { selector: '#city', text: 'Springfield7' }, { reasoning })).toContain('Springfield7')
  const target = { role: 'textbox', name: 'Search' }
  expect(act(make(), 'type', { text: 'Springfield7' }, { reasoning, target })).toContain('Springfield7')
  for (const text of ['ada@shop.test', 'https://a.test/reset7', 'how to reset a password2'])
    expect(act(make(), 'type', { text }, { reasoning })).toContain(text)
})

test('words that name several fields name one after the other, as often as they come', () => {
  const redactor = make()
  const reasoning = "I'll enter the username and the password, and press Enter."
  expect(act(redactor, 'type', { text: 'Springfield7' }, { reasoning })).toContain('Springfield7')
  act(redactor, 'press', { key: 'Tab' }, { reasoning })
  expect(act(redactor, 'type', { text: typed }, { reasoning })).not.toContain(typed)
})

test('the text of a turn names the field of its steps', () => {
  const redactor = make()
  take(redactor, 'turn_finished', { turnId: 't1', text: 'Now I type the password.' })
  expect(act(redactor, 'type', { text: 'Springfield7' }, { turnId: 't2' })).toContain('Springfield7')
  expect(act(redactor, 'type', { text: typed }, { turnId: 't1' })).not.toContain(typed)
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

test.each(['x', 'the field', 'first input of the form'])('a reference decides where %j says nothing', (element) => {
  const redactor = make()
  take(redactor, 'step_observed', { url: 'http://shop.test/', ariaTree: tree })
  for (const key of ['ref', 'target', 'elementRef', 'aria_ref']) {
    expect(act(redactor, 'type', { element, [key]: 'e4', text: 'Springfield7' })).not.toContain('Springfield7')
    expect(act(redactor, 'type', { element, [key]: 'e3', text: 'Shelbyville8' })).toContain('Shelbyville8')
    act(redactor, 'click', { element, [key]: 'e4' })
    expect(act(redactor, 'press_key', { key: 'q' })).not.toContain('"q"')
  }
})

test.each([
  ['click', { describe: 'the Password field', coordinates: [300, 66] }, {}],
  ['click', { description: 'Password' }, {}],
  ['click', { x: 2, y: 3 }, { target: { role: 'textbox', name: 'Password' } }],
  ['computer', { action: 'left_click', coordinate: [2, 3] }, { target: { role: 'textbox', name: 'Password' } }],
])('what is typed goes where "%s" of %j aimed, whatever is beside it', (action, args, more) => {
  const redactor = make()
  act(redactor, action, args, more)
  expect(act(redactor, 'keys', { method: 'type', value: 'Springfield7' })).not.toContain('Springfield7')
})

test('what is described as no field for a secret ends what was aimed at', () => {
  for (const describe of ['the City field', 'the Forgot password link', 'Sign in']) {
    const redactor = make()
    act(redactor, 'click', { describe: 'the Password field' })
    act(redactor, 'click', { describe })
    expect(act(redactor, 'keys', { method: 'type', value: 'Springfield7' })).toContain('Springfield7')
  }
})

test('a name of another field beats its reference, which may be of a page that is gone', () => {
  const redactor = make()
  take(redactor, 'step_observed', { url: 'http://shop.test/', ariaTree: tree })
  expect(act(redactor, 'type', { element: 'Search box', ref: 'e4', text: 'Berlin Mitte' })).toContain('Berlin Mitte')
  expect(act(redactor, 'type', { element: 'Email', ref: 'e4', text: 'Berlin Mitte' })).toContain('Berlin Mitte')
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

test('what a step compares with a field for a secret that it points at is one from then on, and what it asks of another or of its looks is not', () => {
  const compare = (actionName: string, actionArgs: object): string => {
    const redactor = make()
    take(redactor, 'step_observed', { url: 'https://a.test/', ariaTree: tree })
    return act(redactor, actionName, actionArgs) + redactor.text(`expected ${JSON.stringify(actionArgs)}`)
  }
  for (const args of [{ value: typed }, { expected: typed }, { equals: typed }])
    for (const given of [args, { steps: [{ action: 'verify_value', ref: 'e4', ...args }] }])
      expect(compare('verify_value', { ref: 'e4', ...given })).not.toContain(typed)
  expect(compare('browser', { action: 'verify_value', ref: 'e4', value: typed })).not.toContain(typed)
  expect(compare('verify_value', { ref: 'e3', value: typed })).toContain(typed)
  expect(compare('verify_attribute', { ref: 'e4', attribute: 'name', value: typed })).toContain(typed)
  expect(compare('wait_for', { ref: 'e4', text: 'Dashboard' })).toContain('Dashboard')
})
