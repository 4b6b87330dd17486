import { expect, test } from 'vitest'
import { createRedactor } from '../../../src/redact/redactor.ts'

const make = (): ReturnType<typeof createRedactor> => createRedactor({ fingerprint: () => '01234567' })
const brief = (text: string): string => text.replaceAll(/\[redacted:(\w+):(?:01234567|00000000)\]/g, '<$1>')

test.each([
  ['- textbox "Password": hunter2', '- textbox "Password": "<password>"'],
  ['- textbox "Password" [active] [ref=e3]: hunter2', '- textbox "Password" [active] [ref=e3]: "<password>"'],
  ['  - textbox "Your \\"new\\" password": "a: b"', '  - textbox "Your \\"new\\" password": "<password>"'],
  [`- 'textbox "Password: yours"': hunter2`, `- 'textbox "Password: yours"': "<password>"`],
  ['- textbox "Passwort": hunter2', '- textbox "Passwort": "<password>"'],
  ['- textbox "密码": hunter2', '- textbox "密码": "<password>"'],
  ['- textbox "One-time code": "123456"', '- textbox "One-time code": "<one_time_code>"'],
  ['- spinbutton "PIN": "1234"', '- spinbutton "PIN": "<one_time_code>"'],
  ['- textbox "Card number": 1234 5678', '- textbox "Card number": "<card>"'],
  ['- textbox "CVC": "737"', '- textbox "CVC": "<card>"'],
  ['- textbox "Password":\n  - generic "hunter2"', '- textbox "Password":\n  - generic "<password>"'],
  ['- textbox "API key": abc', '- textbox "API key": "<api_key>"'],
  ['- text: Password\n- textbox: hunter2', '- text: Password\n- textbox: "<password>"'],
  [
    '- textbox "Password":\n  - text: hunter2\n- text: after',
    '- textbox "Password":\n  - text: "<password>"\n- text: after',
  ],
  [
    '- textbox "Passphrase": |-\n    one\n    two\n- text: after',
    '- textbox "Passphrase": |-\n    <password>\n- text: after',
  ],
])('%j is masked', (tree, expected) => {
  const redactor = make()
  const redacted = redactor.ariaTree(tree)
  expect(brief(redacted)).toBe(expected)
  expect(redactor.ariaTree(redacted)).toBe(redacted)
  expect(make().field('ariaTree', tree)).toBe(redacted)
})

test.each([
  '- textbox "Name": Ada',
  '- textbox "Search passwords": hunter2',
  '- textbox "Password"',
  '- combobox "PIN":\n  - option "1111" [selected]',
  '- link "Password":\n  - /url: /reset',
  '- heading "Choose a password" [level=1]',
  '- button "Forgot password?"',
  '- textbox "Spinning": 1234',
  '- textbox "Amount": "1234"',
  '- paragraph: The password must have 8 characters',
  '- text: Password\n- textbox "Name": Ada',
])('%j is left alone', (tree) => {
  expect(make().ariaTree(tree)).toBe(tree)
})

test('a tree inside a text, or inside JSON, is masked too', () => {
  const tree = '- main:\n  - textbox "Password": hunter2\n  - button "Go"'
  const text = brief(make().text(`Page:\n${tree}`))
  expect(text).toBe('Page:\n- main:\n  - textbox "Password": <password>\n  - button "Go"')
  const json = brief(make().text(JSON.stringify({ tree, next: 'kept' })))
  expect(json).not.toContain('hunter2')
  expect(JSON.parse(json)).toMatchObject({ next: 'kept' })
  const last = brief(make().text(JSON.stringify({ tree: '- textbox "Password": hunter2', next: 'kept' })))
  expect(JSON.parse(last)).toEqual({ tree: '- textbox "Password": <password>', next: 'kept' })
})

test('a quoted value is the one that was typed', () => {
  const redactor = createRedactor({ fingerprint: (value) => (value === 'a "b": c' ? '11111111' : '22222222') })
  expect(redactor.ariaTree(String.raw`- textbox "Password": "a \"b\": c"`)).toBe(
    '- textbox "Password": "[redacted:password:11111111]"',
  )
})

test('fields named by the caller are masked, whatever they are called', () => {
  const tree = '- textbox "Loyalty number": 77 12\n- textbox "Other": 78'
  expect(brief(make().ariaTree(tree, { names: ['Loyalty number'] }))).toBe(
    '- textbox "Loyalty number": "<password>"\n- textbox "Other": 78',
  )
})

test('a value that begins with a placeholder is quoted, as YAML would take it for a list', () => {
  const redactor = make()
  redactor.learn('hunter2')
  expect(brief(redactor.ariaTree('- text: hunter2 is it\n- text: it is hunter2'))).toBe(
    '- text: "<password> is it"\n- text: it is <password>',
  )
})
