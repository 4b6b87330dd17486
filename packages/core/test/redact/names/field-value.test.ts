import { expect, test } from 'vitest'
import { kindInField } from '../../../src/redact/names/field-value.ts'

test.each([
  'Enter code',
  'Enter the code',
  'Your code',
  'Code from SMS',
  'Code we texted you',
  'Enter the 6-digit code we sent',
  'Please enter the code from the email',
  'Code from your authenticator app',
  'Code eingeben',
  'Código enviado por SMS',
  'Code reçu par SMS',
  'Введите код',
  'Verification code',
  '4-digit PIN code',
  'PIN code',
])('%j takes a code that was sent, and what is none is no secret there', (label) => {
  for (const code of ['4938', '49381745', 'G-493817'].slice(0, label.includes('PIN') ? 1 : 3))
    expect(kindInField(label, code)).toBe('one_time_code')
  if (/verification|digit/i.test(label)) return
  for (const other of ['SUMMER20', 'print(1)', 'DE'])
    expect(kindInField(label, other)).toBe(label === 'PIN code' ? 'one_time_code' : undefined)
})

test.each([
  ...[
    'Promo code',
    'Postal code',
    'Country code',
    'Product code',
    'Error code',
    'Booking confirmation code',
    'Class code',
  ],
  ...['Employee code', 'Enter the code of the product', 'Language code', 'Code editor', 'Referral code', 'Search code'],
  ...['Pincode', 'Enter PIN code', 'Delivery PIN code', 'Enter delivery PIN code to check availability'],
])('%j takes a code of something else', (label) => {
  expect(kindInField(label, '560034')).toBeUndefined()
})

test.each(['PIN code of your card', 'Card PIN code', 'Your PIN code', 'New PIN code'])(
  'six digits under %j are no postal code',
  (label) => expect(kindInField(label, '560034')).toBe('one_time_code'),
)

test('a key stands under names that also name other things, where it looks like one', () => {
  for (const label of ['License key', 'Enter your access key', 'Activation key']) {
    expect(kindInField(label, '7F3K-99QX-PLM2-84ZT')).toBe('api_key')
    expect(kindInField(label, 'GPL-3')).toBeUndefined()
  }
  expect(kindInField('License key name', '7F3K-99QX-PLM2-84ZT')).toBeUndefined()
})
