import { expect, test } from 'vitest'
import { createRedactor, type Redactor } from '../../src/redact/redactor.ts'
import { snapshotEvent } from '../../src/stored-event/to-stored-event.ts'

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
