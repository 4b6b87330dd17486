import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../../src/redact/redactor.ts'

const redactor = createRedactor({ fingerprint: () => '01234567' })

/** The ways in which a page puts one thing under or beside another, in trees as captures record them and in texts. */
const forms: Record<string, (above: string, below: string) => string> = {
  'a list of terms': (a, b) => `- term [ref=e1]: ${a}\n- definition [ref=e2]: ${b}`,
  'elements of no role': (a, b) => `- generic [ref=e1]: ${a}\n- generic [active] [ref=e2]: ${b}`,
  'elements in quotes': (a, b) => `- generic [ref=e1]: "${a}:"\n- generic [ref=e2]: "${b}"`,
  paragraphs: (a, b) => `- paragraph [ref=e1]: ${a}\n- paragraph [ref=e2]: ${b}`,
  'code under a heading': (a, b) => `- heading "${a}" [level=2] [ref=e1]\n- code [ref=e2] [cursor=pointer]: ${b}`,
  'elements in elements': (a, b) =>
    `- generic [ref=e1]:\n  - generic [ref=e2]: ${a}\n  - button "Show" [ref=e3]\n  - generic [ref=e4]:\n    - strong [ref=e5]: ${b}`,
  'an output with a name': (a, b) => `- status "${a}" [ref=e1]: ${b}`,
  'a tree in Markdown': (a, b) => `### Page\n\`\`\`yaml\n- text: ${a}\n- code [ref=e2]: ${b}\n\`\`\``,
  'a tree of Stagehand': (a, b) => `[0-1] div\n  [0-2] StaticText: ${a}\n  [0-3] code: ${b}`,
  'a tree in JSON': (a, b) => JSON.stringify({ tree: `- text: ${a}\n- code [ref=e2]: ${b}` }),
  lines: (a, b) => `Settings\n${a}\n${b}\nCopy`,
  'lines of Windows': (a, b) => `Settings\r\n${a}:\r\n\r\n${b}\r\n`,
  'lines in JSON': (a, b) => JSON.stringify({ text: `${a}\n${b}`, ok: true }),
}
const key = 'q8Zr2mT5vKx9LpW4nBc7'
const password = 'Xk9!mQ2z'
const secrets: Record<string, readonly string[]> = {
  [key]: [
    ...['API key', 'Client secret', 'Secret key', 'Personal access token', 'Webhook signing secret', 'License key'],
    ...['Your new API key', 'This is your access token', 'Your API key is', 'API-Schlüssel', 'Clé API', 'Recovery key'],
  ],
  [password]: [
    ...['Password', 'Temporary password', 'Wi-Fi password', 'Passwort', 'Mot de passe', 'Contraseña', 'Passcode'],
    ...['Your password is', 'Your temporary password is'],
  ],
  '839201': ['Verification code', 'Your verification code is', 'Your login code', 'Código de verificación', '2FA code'],
  '839 201': ['Your verification code is', 'Enter this code to finish signing in', 'Your code is'],
  '8 3 9 2 0 1': ['Your login code is'],
  'JBSW Y3DP EHPK 3PXP': ['Setup key', 'Enter this setup key', "Can't scan the QR code? Enter this setup key"],
}
const harmless = [
  ...['Not set', 'Hidden', '••••••••', 'Changed 3 days ago', 'Expires 2026-01-02', '2026-01-02', '12', 'sk-…4f2a'],
  ...['Required', 'SHA-256', 'v2.14.0', 'ada@a.test', 'https://a.test/x1', 'client_secret_basic', 'GITHUB_TOKEN'],
]

describe.each(Object.entries(forms))('%s', (_, form) => {
  test('hold no secret under what tells of it', () => {
    const pages = Object.entries(secrets).flatMap(([secret, labels]) =>
      labels.map((label) => ({ secret, page: form(label, secret) })),
    )
    expect(pages.filter(({ secret, page }) => redactor.text(page).includes(secret))).toEqual([])
  })

  test('are left whole where what stands there is none', () => {
    const labels = [...secrets[key]!, ...secrets[password]!].filter((label) => !label.endsWith(' is'))
    const pages = labels.flatMap((label) => harmless.map((words) => form(label, words)))
    expect(pages.map((page) => redactor.text(page))).toEqual(pages)
  })
})

test.each(['Password for all users:', 'Password for every account:', 'Password for these users:'])(
  'under %j stands a word that all of them share',
  (label) => {
    for (const word of ['wintergarden', 'secret_sauce']) {
      expect(redactor.text(`Accepted usernames are:\nstandard_user\n\n${label}\n${word}\n`)).not.toContain(word)
      expect(redactor.text(`- heading "${label}" [level=4]\n- text: ${word}`)).not.toContain(word)
    }
    for (const words of ['Required', 'required', 'must be changed every 90 days', 'username', 'Settings']) {
      const page = `${label}\n${words}\nSave`
      expect(redactor.text(page)).toBe(page)
    }
  },
)

test('of a cell with a control in it the secret is gone, from the cell, its row and what it holds', () => {
  const table = (head: string, value: string, control: string): string =>
    [
      `- table:\n  - row "Name ${head}":\n    - columnheader "Name"\n    - columnheader "${head}"`,
      `  - row "main ${value} ${control}":\n    - cell "main"\n    - cell "${value} ${control}":`,
      `      - code: ${value}\n      - button "${control}"`,
    ].join('\n')
  for (const control of ['Copy', 'Copy key', 'Show']) {
    expect(redactor.text(table('API key', key, control))).not.toContain(key)
    expect(redactor.text(table('Password', password, control))).not.toContain(password)
    const other = table('Key', 'Ctrl+K', control)
    expect(redactor.text(other)).toBe(other)
  }
  const named = table('API key', 'prod-key-2026', 'Rename')
  expect(redactor.text(named)).toBe(named)
})

test('the words of a wallet are gone one by one, however they are numbered', () => {
  const words = 'legal winner thank year wave sausage worth useful gather bicycle yellow oval'.split(' ')
  const pages = [
    words.join('\n'),
    words.map((word, index) => `${index + 1}. ${word}`).join('\n'),
    words.map((word, index) => `${index + 1}.\n${word}`).join('\n'),
    words.map((word, index) => `#${index + 1} ${word.toUpperCase()}`).join('  '),
    words.map((word, index) => `- listitem [ref=e${index}]: ${word}`).join('\n'),
    words.map((word, index) => `- generic [ref=e${index}]: "${index + 1}"\n- generic: ${word}`).join('\n'),
  ].map(
    (list) =>
      `${list.startsWith('-') ? '- heading "Secret Recovery Phrase" [level=2]' : 'Your seed phrase:'}\n${list}\n`,
  )
  const left = pages.flatMap((page) =>
    words.filter((word) => new RegExp(`\\b${word}\\b`, 'i').test(redactor.text(page))).map((word) => ({ word, page })),
  )
  expect(left).toEqual([])
  const recipe = `Secret ingredients\n${words.join('\n')}\n`
  expect(redactor.text(recipe)).toBe(recipe)
})
