import { expect, test } from 'vitest'
import { createRedactor } from '../../../src/redact/redactor.ts'

const redactor = createRedactor({ fingerprint: () => '01234567' })
const secret = 'velvet-Ostrich_77'

/** The ways in which a text holds data: by a program, by a model, in one another. */
const forms: Record<string, (data: unknown) => string> = {
  alone: (data) => JSON.stringify(data),
  'printed over lines': (data) => `### Result\n${JSON.stringify(data, null, 2)}\n### Ran`,
  'in a fence': (data) => `Script ran on page and returned:\n\`\`\`json\n${JSON.stringify(data)}\n\`\`\``,
  'in a sentence': (data) => `The page has ${JSON.stringify(data)}, as of now.`,
  'in a line of a log': (data) => `[12:00:01] [page] inputs (2) { ${JSON.stringify(data)}\n[12:00:02] done`,
  'in JSON': (data) => JSON.stringify({ content: [{ type: 'text', text: `Result: ${JSON.stringify(data)}` }] }),
  'in JSON in JSON': (data) => JSON.stringify({ text: JSON.stringify({ value: JSON.stringify(data, null, 1) }) }),
  'cut off': (data) => JSON.stringify([data, { id: 'city', value: 'Keystone' }]).slice(0, -12),
  'as Python prints it': (data) => JSON.stringify(data).replaceAll('"', "'").replaceAll('null', 'None'),
  'as Node prints it': (data) =>
    JSON.stringify(data)
      .replaceAll(/"(\w+)":/g, ' $1: ')
      .replaceAll('"', "'"),
}
const data: Record<string, (value: string) => unknown> = {
  'a list of inputs': (value) => [
    { id: 'u', type: 'text', value: 'ada.keyes' },
    { id: 'p', type: 'password', value },
  ],
  'a value before its type': (value) => [{ value, type: 'password', note: 'ada.keyes', label: null }],
  'attributes of an element': (value) => ({ user: 'ada.keyes', tag: 'input', attributes: { type: 'password', value } }),
  'attributes beside the value': (value) => ({ user: 'ada.keyes', attributes: { type: 'password' }, value }),
  'a field by its label': (value) => [
    { label: 'User', value: 'ada.keyes' },
    { label: 'Your password', max: 80, value },
  ],
  'a field by what completes it': (value) => ({ user: 'ada.keyes', autocomplete: 'current-password', value }),
  'a call that types': (value) => ({ user: 'ada.keyes', selector: '#password', method: 'fill', arguments: [value] }),
}

test.each(Object.keys(data))('%s is the same in a text, however it is written', (name) => {
  const make = data[name]!
  for (const [form, write] of Object.entries(forms)) {
    const stored = redactor.text(write(make(secret)))
    expect(`${form}: ${stored}`).not.toContain(secret)
    expect(stored).toContain('ada.keyes')
  }
})

test('a value with signs that are escaped is gone whole', () => {
  const text = forms['in JSON']!([{ type: 'password', value: 'ab"c\\d{7_Ff' }])
  expect(redactor.text(text)).not.toMatch(/ab|7_Ff/)
  expect(JSON.parse(redactor.text(text))).toBeDefined()
})

test('a number is a secret in a text as it is in data', () => {
  expect(redactor.text('Result: [{"name":"otp","max":6,"value":739164}]')).not.toContain('739164')
  expect(redactor.text('Result: [{"name":"pass","max":6,"value":739164}]')).toContain('739164')
})

test.each([
  ['[{"type":"text","value":"Keystone-22"},{"type":"submit","value":"Sign in"}]'],
  ['[{"type":"password","value":""},{"type":"password","value":null},{"type":"password","value":"required"}]'],
  ['{"selector":"#password","content":"Show"}'],
  ['{"description":"Reset your password","method":"GET","text":"Continue2"}'],
  ['const inputs = [{ type: "password", value: secret }]; return { name: "x", value: 42 }'],
  ['{"a": [1, {"b": "c"} and then [x] "password" (value) }'],
  ['input[type="password"] { value: "x"; color: red }'],
  ['[{"key":"password","value":true},{"key":"token","value":3},{"name":"token","value":"USDC"}]'],
  ['{"password":{"value":"Passwort","message":"Zu kurz"}}'],
])('%s is left as it is', (text) => {
  expect(redactor.text(text)).toBe(text)
})
