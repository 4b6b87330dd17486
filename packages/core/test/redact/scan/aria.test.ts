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
  '[0-12] textbox: Password\n  [0-13] StaticText: Enter your password',
  'uid=1_2 textbox "Password"\n  uid=1_3 StaticText "Password"',
  '- text: Password\n- textbox "Name": Ada',
])('%j is left alone', (tree) => {
  expect(make().ariaTree(tree)).toBe(tree)
})

/** The same field with its value in the trees of tools; `%` is its name, `§` the value. */
const shapes = {
  Stagehand: '[0-8] form\n  [0-12] textbox: %\n    [0-13] StaticText: §\n  [0-20] button: Go',
  'Stagehand, in a wrapper': '[0-12] textbox: %\n  [0-13] div\n    [0-14] StaticText: §\n[0-20] button: Go',
  'Chrome DevTools':
    'uid=1_1 textbox "Email" value="ada"\n  uid=1_2 textbox "%" focused required value="§"\nuid=1_3 button "Go"',
  'Chrome DevTools, all of it': 'uid=1_2 textbox "%" value="§"\n  uid=1_4 generic\n    uid=1_5 StaticText "§"',
  'browser-use': '\t*[12]<input type=text placeholder=% required value=§ />\n\t[13]<button />',
  'browser-use, quoted': "[12]<input type='text' aria-label='%' value='§'>/>",
  'browser-use, of several lines': '[12]<textarea aria-label=% />\n\t§\n[13]<button />',
  Playwright: '- textbox "%" [active] [ref=e12]: §\n- button "Go" [ref=e13]',
  'agent-browser': '- textbox "%" [required, ref=e12]: §\n  - generic\n    - StaticText "§"\n- button "Go" [ref=e13]',
  'agent-browser, tags': '@e1 [form]\n  @e11 [input type="text"] placeholder="%" value="§"\n  @e12 [button] "Go"',
  BrowserGym: "\t[a46] textbox '%' value='§', clickable, required\n\t\tStaticText '§'\n\t[a47] button 'Go'",
  WebArena: "\t[12] textbox '%' required: True\n\t\t[14] StaticText '§'\n\t[13] button 'Go'",
  Claude: ' textbox "%" [ref_12] type="text" value="§"\n button "Go" [ref_13]',
  'marks in brackets': '[ref_12] textbox "%" (value="§")\n[ref_13] <button> "Go"',
  'a mark and a colon': 'ref_4: textbox "Email"\nref_5: textbox "%" value="§"',
  bullets: '• textbox "%" [ref=e2] value: §\n• button "Go"',
  'a label before it': '[0-51] LabelText\n  [0-52] StaticText: %\n[0-56] textbox\n  [0-57] StaticText: §',
}

test.each(Object.entries(shapes))(
  'the value of a field is masked in the lines of %s, and of another field kept',
  (_, shape) => {
    const fill = (name: string, value: string): string => shape.replaceAll('%', name).replaceAll('§', value)
    for (const [name, value] of [
      ['Password', 'Zebra7!lamp'],
      ['Passwort', 'opensesame'],
      ['Verification code', '493817'],
      ['Enter code', '493817'],
    ] as const) {
      const redacted = brief(make().text(fill(name, value)))
      expect(redacted).not.toContain(value)
      expect(redacted.replaceAll(/<(?:password|one_time_code)>/g, value)).toBe(fill(name, value))
    }
    for (const [name, value] of [
      ['City', 'Springfield7'],
      ['Enter code', 'SUMMER20'],
      ['Promo code', '493817'],
      ['Enter PIN code', '560034'],
    ] as const)
      expect(make().text(fill(name, value))).toBe(fill(name, value))
  },
)

test.each([
  ['[12]<input type=password value=correct horse battery placeholder=Key />', 'correct horse battery'],
  ['[12]<input type=password value=ab/cd9!x />', 'ab/cd9!x'],
  ['[12]<input name=otp autocomplete=one-time-code value=493817 />', '493817'],
  ['uid=1_2 textbox "Password" value="ab"cd9!x"\nuid=1_3 button', 'ab"cd9!x'],
  ['- textbox "Password" [ref=e3] [value="hunter2"]', 'hunter2'],
  ['- textbox "Card number": 12\n- textbox "PIN code": "739201"', '739201'],
])('%j has its value masked whole', (tree, value) => {
  expect(make().text(tree)).not.toContain(value)
})

test('a box to tick and a button take no text, whatever they are called', () => {
  const tree =
    '[4]<input type=checkbox name=show_password value=on7 />\n[6]<input type=button name=password value=Reveal7 />'
  expect(make().text(tree)).toBe(tree)
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
