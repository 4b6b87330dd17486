import { expect, test } from 'vitest'
import { createRedactor } from '../../../src/redact/redactor.ts'

const redactor = createRedactor({ fingerprint: () => '01234567' })
const textOf = (text: string): string => redactor.text(text).replaceAll(/\[redacted:(\w+):01234567\]/g, '<$1>')

test.each([
  ['ok, the password is hunter2, use it', 'ok, the password is <password>, use it'],
  ['The admin password was set to Blue-Kite47!', 'The admin password was set to <password>'],
  ['Das Passwort lautet hunter2.', 'Das Passwort lautet <password>.'],
  ['Your API key is Vx83kQm2ZpL0tRw9. Keep it.', 'Your API key is <api_key>. Keep it.'],
  ['Your Acme code is 493817', 'Your Acme code is <one_time_code>'],
  ['493817 is your verification code', '<one_time_code> is your verification code'],
  ['Use code 493817 to sign in', 'Use code <one_time_code> to sign in'],
  ['type hunter2 into the password field', 'type <password> into the password field'],
  ['Username\nada\nPassword\nhunter2\nSign in', 'Username\nada\nPassword\n<password>\nSign in'],
  ['Client secret\n\nVx83kQm2ZpL0tRw9\nRevoke', 'Client secret\n\n<secret>\nRevoke'],
  ['Sign in to Acme.\nCode: 493817', 'Sign in to Acme.\nCode: <one_time_code>'],
  ['Code: 493817. Do not share it.', 'Code: <one_time_code>. Do not share it.'],
  ['Enter the code 493817 to verify your phone', 'Enter the code <one_time_code> to verify your phone'],
  ['the password is correcthorse, ok', 'the password is <password>, ok'],
  ['您的验证码是493817', '您的验证码是<one_time_code>'],
  ['Recovery codes\n1. h7x2k-99dlq\n2. a8d2m-11xkq', 'Recovery codes\n1. <secret>\n2. <secret>'],
  ['Access token (expires in 1 h): Vx83kQm2ZpL0tRw9', 'Access token (expires in 1 h): <token>'],
])('a secret that people tell in words is found: %j', (text, redacted) => {
  expect(textOf(text)).toBe(redacted)
})

test.each([
  'the password is required',
  'The password is base64-encoded',
  'Your password is 90 days old',
  'Your order code is 493817',
  '493817 is your order number',
  'Use code 20OFF to save',
  'typed ada@example.test into the email field',
  'Passwords\n1Password\n2-Step Verification',
  'Password\nLast changed 12/03/2026',
  'PIN code\n110001',
  'Error code: 404',
  'Postal code: 10115',
  'Code: 50034',
  'Sign in failed. Code: 50034',
  'Log in to see prices. Promo code: 20250',
  'Coupon. Code: 88120. Valid for all lamps',
  'Use 2024 to access the old archive',
  'the password is alphanumeric, ok',
  'the password is documentation for all',
  '密码长度8-16位',
  'Recovery codes\nGenerated on 2026-01-04\nOrder 20260104',
])('and what is said of one stays: %j', (text) => {
  expect(textOf(text)).toBe(text)
})

test('a column of a tree hides its cells, in the name of their row too', () => {
  const tree = (cell: string): string =>
    [
      '- table:',
      '  - row "User Password":',
      '    - columnheader "User"',
      '    - columnheader "Password"',
      `  - row "ada ${cell}":`,
      '    - cell "ada"',
      `    - cell "${cell}"`,
    ].join('\n')
  expect(textOf(tree('moonriver'))).toBe(tree('<password>'))
  expect(textOf(tree('Reset'))).toBe(tree('Reset'))
  expect(textOf('- term: Password\n- definition:\n  - code: hunter2')).toBe(
    '- term: Password\n- definition:\n  - code: <password>',
  )
})

test('takes time that grows with the text, whatever stands in it', () => {
  const took = (text: string): number => {
    const before = process.threadCpuUsage()
    redactor.text(text)
    return (process.threadCpuUsage(before).user + process.threadCpuUsage(before).system) / 1_000
  }
  const pieces = [
    '- code: ',
    '- code: a\n',
    'password is ',
    ' to to',
    'Password\n',
    ' \n',
    '- cell "a"\n- columnheader ',
    'log in Code: 49381\n',
    'recovery codes\n',
    'password for a is a1 ',
  ]
  const slow = pieces.filter((piece) => {
    const [small, large] = [piece.repeat(2_500), piece.repeat(20_000)]
    took(small)
    return took(large) > Math.max(took(small), 5) * 40
  })
  expect(slow).toEqual([])
})
