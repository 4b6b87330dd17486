import { expect, test } from 'vitest'
import { createRedactor, type Redactor } from '../../../src/redact/redactor.ts'
import { snapshotEvent } from '../../../src/stored-event/to-stored-event.ts'

const strong = 'velvet-Ostrich_77'
const make = (): Redactor => createRedactor({ fingerprint: () => '01234567' })
const take = (redactor: Redactor, type: string, payload: object): string =>
  JSON.stringify(snapshotEvent(type, payload, { sha256: () => '0'.repeat(64), redactor }).event)
const act = (redactor: Redactor, actionName: string, actionArgs: unknown, result?: unknown): string =>
  take(redactor, 'step_finished', { actionName, actionArgs, reasoning: '', toolOutput: { ok: true, result } })
const look = (redactor: Redactor, text: string): string =>
  take(redactor, 'step_observed', { url: '', ariaTree: `- paragraph: ${text}` })

/** Arguments that have a value under the name of a secret. */
const named: Record<string, (value: string) => unknown> = {
  'a login': (password) => ({ username: 'ada', password }),
  'values of a form': (password) => ({ values: { email: 'ada@a.test', password } }),
  'a list of fields': (value) => ({ fields: [{ name: 'password', value }] }),
  'arguments as JSON': (password) => JSON.stringify({ user: 'ada', password }),
  'arguments as JSON in arguments': (password) => ({ arguments: JSON.stringify({ user: 'ada', password }) }),
  code: (password) => ({ code: `await login({ user: 'ada', password: '${password}' })` }),
  'a comparison': (value) => ({ type: 'textbox', element: 'Password', target: 'e7', value }),
  'a comparison by a selector': (expected) => ({ selector: '#password', expected }),
  'a header': (token) => ({ url: 'https://a.test', headers: { Authorization: `Bearer ${token}` } }),
}

test.each(Object.keys(named))(
  '%s: what stands under its name in the arguments is gone from the result and later events',
  (name) => {
    const redactor = make()
    const stored = act(redactor, 'do', named[name]!(strong), { echoed: strong, note: `Expected "${strong}", ada` })
    expect(stored).not.toContain(strong)
    expect(stored).toContain('ada')
    expect(look(redactor, `hello ${strong}`)).not.toContain(strong)
    expect(take(redactor, 'final_answer', { message: `I used ${strong}` })).not.toContain(strong)
  },
)

test('a weak one is gone from the result of its step, and stays a word elsewhere', () => {
  for (const [value, args] of [
    ['sesam', { user: 'ada', password: 'sesam' }],
    ['739164', { otp: '739164' }],
    ['739164', { otp: 739_164 }],
  ] as const) {
    const redactor = make()
    expect(act(redactor, 'login', args, `typed ${value}.`)).not.toContain(value)
    expect(look(redactor, `${value} street`)).toContain(`${value} street`)
  }
})

test('what stands under another name too is no secret of that result', () => {
  const stored = act(make(), 'login', { username: 'admin', password: 'admin' }, 'Logged in as admin')
  expect(stored).toContain('Logged in as admin')
})

test('what a result has under the name of a secret is known in later events', () => {
  const redactor = make()
  expect(act(redactor, 'evaluate', {}, { last: strong, password: strong })).not.toContain(strong)
  expect(look(redactor, strong)).not.toContain(strong)
})

/** A call and its result in one value, as messages of models and records of tools have them. */
const calls: Record<string, unknown> = {
  'an invocation': { toolName: 'fill', args: { selector: '#password', text: strong }, result: `filled ${strong}` },
  'a part': { type: 'tool-fill', input: { field: 'password', value: strong }, output: `typed ${strong}` },
  messages: [{ input: { selector: '#password', text: strong } }, { output: { value: { filled: strong } } }],
  'arguments as JSON': [
    { function: { arguments: JSON.stringify({ selector: '#password', text: strong }) } },
    { role: 'tool', content: `typed ${strong}` },
  ],
  'a login': { request: { user: 'ada', password: strong }, response: `welcome, ${strong}` },
}
const done = { actionName: 'do', actionArgs: {}, reasoning: '', toolOutput: { ok: true } }
const ways: readonly (readonly [type: string, (call: unknown) => object])[] = [
  ['final_answer', (output) => ({ message: 'done', output })],
  ['final_answer', (call) => ({ message: `I did ${JSON.stringify(call)}.` })],
  ['turn_finished', (call) => ({ turnId: '1', text: JSON.stringify(call) })],
  ['turn_finished', (call) => ({ turnId: '1', text: `I call ${JSON.stringify(call)} now.` })],
  ['turn_finished', (raw) => ({ turnId: '1', raw })],
  ['step_finished', (raw) => ({ ...done, raw })],
  ['step_finished', (raw) => ({ ...done, raw: JSON.stringify(raw) })],
  ['step_finished', (call) => ({ ...done, toolOutput: { ok: true, result: JSON.stringify(call) } })],
  ['gap', (detail) => ({ what: 'event', reason: 'lost', detail })],
  ['model_message', (message) => ({ message })],
  ['model_message', (call) => ({ role: 'assistant', content: JSON.stringify(call) })],
]

test.each(Object.keys(calls))('%s: a value under its name in a call is gone from the result beside it', (name) => {
  for (const [type, payload] of ways) {
    const redactor = make()
    const event = payload(calls[name])
    expect([event, take(redactor, type, event)]).toEqual([event, expect.not.stringContaining(strong)])
    expect(look(redactor, strong)).not.toContain(strong)
  }
})

test('the tokens of a list of records are not learned', () => {
  const redactor = make()
  const tokens = Array.from({ length: 20 }, (_, index) => `q8Zr2mT5vKx9LpW4nBc${index}`)
  act(
    redactor,
    'list',
    {},
    tokens.map((token) => ({ token })),
  )
  expect(look(redactor, tokens[3]!)).toContain(tokens[3])
})

test.each([
  [{ max_tokens: 500, pin: 'Map pin' }, 'Map pin placed, 500 tokens'],
  [{ password: '$PASSWORD' }, 'typed $PASSWORD'],
  [{ key: 'price-2026' }, 'sorted by price-2026'],
  [{ token: 'USDC', session: 'keynote' }, 'USDC in keynote'],
  [{ element: 'Remember password', value: 'true' }, 'Expected value "true"'],
  [{ selector: '#password-error', expected: 'Wrong password-2' }, 'Expected Wrong password-2'],
])('%j: the result is left as it is', (args, result) => {
  expect(act(make(), 'do', args, result)).toContain(JSON.stringify(result))
})

/** The ways in which an editor of variables names its two fields. */
const editors: Record<string, readonly [name: (text: string) => unknown, value: (text: string) => unknown]> = {
  'by elements': [(text) => ({ element: 'Key', text }), (text) => ({ element: 'Value', text })],
  'by names': [(text) => ({ label: 'Variable name', text }), (text) => ({ label: 'Variable value', text })],
  'by selectors': [
    (value) => ({ selector: 'input[name="env[0][key]"]', value }),
    (value) => ({ selector: 'textarea[name="env[0][value]"]', value }),
  ],
  'by an example': [(text) => ({ placeholder: 'e.g. CLIENT_KEY', text }), (text) => ({ placeholder: 'Value', text })],
  'by references': [(text) => ({ ref: 'e5', text }), (text) => ({ ref: 'e6', text })],
}

test.each(Object.keys(editors))('%s: what is typed beside the name of a variable is what the name says', (editor) => {
  const [name, value] = editors[editor]!
  const redactor = make()
  expect(act(redactor, 'fill', name('DB_PASSWORD'))).toContain('DB_PASSWORD')
  expect(act(redactor, 'fill', value(strong), `filled ${strong}`)).not.toContain(strong)
  expect(look(redactor, strong)).not.toContain(strong)
  act(redactor, 'fill', name('LOG_LEVEL'))
  expect(act(redactor, 'fill', value('debug-2026'))).toContain('debug-2026')
  act(redactor, 'fill', name('DB_PASSWORD'))
  expect(act(redactor, 'fill', { element: 'Note', text: 'lamp-2026' })).toContain('lamp-2026')
})

test('the name and the value of a variable may be typed in one step', () => {
  const field = (name: string, value: string): object => ({ name, type: 'textbox', value })
  const fields = [field('Key', 'API_TOKEN'), field('Value', 'q8Zr2mT5vKx9LpW4nBc7'), field('Note', 'lamp-2026')]
  const stored = act(make(), 'fill_form', { fields })
  expect(stored).toContain('lamp-2026')
  expect(stored).not.toContain('q8Zr2mT5vKx9LpW4nBc7')
})

test('a weak secret is gone from what is said in the turn that typed it, and stays a number in the next', () => {
  const redactor = make()
  const step = { actionName: 'fill', actionArgs: { element: 'PIN', value: '4471' }, reasoning: '', turnId: '1' }
  take(redactor, 'step_finished', { ...step, toolOutput: { ok: true } })
  const said = (turnId: string): string =>
    take(redactor, 'turn_finished', { turnId, text: 'calling fill with {"value":"4471"}', reasoning: 'type 4471' })
  expect(said('2')).toContain('4471')
  expect(said('1')).not.toContain('4471')
})

test('a one-time code is gone from the answer of its run', () => {
  const redactor = make()
  act(redactor, 'fill', { element: 'Verification code', value: '739164' })
  expect(take(redactor, 'final_answer', { message: 'done', output: [{ text: 'with 739164' }] })).not.toContain('739164')
})

test('a text that is pressed as if it were a key is what is typed', () => {
  const press = (key: string): string => {
    const redactor = make()
    act(redactor, 'click', { selector: '#password' })
    return act(redactor, 'press_key', { key }, `Unknown key: "${key}"`)
  }
  expect(press(strong)).not.toContain(strong)
  for (const key of ['Enter', 'ArrowLeft', 'F12', 'KeyT', 'Numpad7', 'Control+Shift+Digit1'])
    expect(press(key)).toContain(key)
})

test.each([
  [`const v = '${strong}'; await page.locator('#password').fill(v)`],
  [`pw: str = "${strong}"\npage.get_by_label("Password").fill(pw)`],
  [`v = "${strong}"\npage.fill("#password", v)`],
  [`() => { const x = '${strong}'; document.querySelector('#password').value = x }`],
])('%s: a variable is followed to what it was given', (code) => {
  const redactor = make()
  expect(act(redactor, 'run', { code }, `Ran ${code}`)).not.toContain(strong)
  expect(look(redactor, strong)).not.toContain(strong)
})

test.each([
  ["const v = 'lamp-2026'; await page.locator('#city').fill(v); await page.locator('#password').click()"],
  ["const sel = '#password'; await page.locator(sel).click(); const t = 'lamp-2026'; await page.fill('#city', t)"],
])('%s: a variable of another field is left as it is', (code) => {
  expect(act(make(), 'run', { code }, code)).toContain(JSON.stringify(code).slice(1, -1))
})

test('the values of a few fields for secrets are gone from later events, those of a list of records from the list alone', () => {
  const words = (count: number, values = count): string => {
    const redactor = make()
    const fields = Array.from(
      { length: count },
      (_, index) => `- textbox "Password" [ref=e${index}]: warehouse${1 + (index % values)}`,
    )
    expect(take(redactor, 'step_observed', { url: 'https://a.test/', ariaTree: fields.join('\n') })).not.toContain(
      'house',
    )
    return act(redactor, 'read', {}, 'in warehouse1')
  }
  expect(words(6)).not.toContain('warehouse1')
  expect(words(7)).toContain('in warehouse1')
  // One tree, told again and again.
  expect(words(20, 1)).not.toContain('warehouse1')
})
