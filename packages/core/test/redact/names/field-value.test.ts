import { expect, test } from 'vitest'
import { kindInField } from '../../../src/redact/names/field-value.ts'
import { kindOfFieldText } from '../../../src/redact/names/named-field.ts'

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
  if (/verification|digit|sms|texted|authenticator/i.test(label)) return
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

const phrase = 'ribbon lava hockey umbrella tiny swarm cactus velvet mango ostrich prism walnut'

test.each([
  ['Sign-in code', '739164', 'one_time_code'],
  ['Authenticator', '739164', 'one_time_code'],
  ['Two-factor authentication', '739 164', 'one_time_code'],
  ['Zwei-Faktor-Authentifizierung', '739164', 'one_time_code'],
  ['Autenticación de dos factores', '739164', 'one_time_code'],
  ['OpenAI key', 'gH6kLm8QrT5vXz1Wn6Yg', 'api_key'],
  ['Acme key', 'gH6kLm8QrT5vXz1Wn6Yg', 'api_key'],
  ['Clé de licence', 'oP0kL-m8QrT-5vXz1-Wn6Yk', 'api_key'],
  ['Network key', 'rainy-otter-94', 'password'],
  ['Session cookie', 'aa5kLm8QrT5vXz1Wn6Yq', 'cookie'],
  ['Memorable word', 'marmalade', 'secret'],
  ['Answer to your security question', 'Fluffy', 'secret'],
  ['Seed', phrase, 'secret'],
  ['Enter your 24 words', phrase, 'secret'],
  ['Mots de récupération', phrase, 'secret'],
])('%j takes a secret', (label, value, kind) => expect(kindInField(label, value)).toBe(kind))

test.each([
  ['Authenticator', 'Google'],
  ['Two-factor authentication', 'by text message'],
  ['Verification', '48213'],
  ['Object key', 'images-2026-11-LampPhoto77'],
  ['Key', 'gH6kLm8QrT5vXz1Wn6Yg'],
  ['Acme key', 'customer-id-of-acme-2026'],
  ['Seed', '123456789'],
  ['Security question', 'Name of first school?'],
  ['Promo code we texted you', 'SPRING2026'],
  ['GPIO pin', 'GPIO4711'],
  ['Hair pin', 'Pearl-22'],
  ['Boarding pass', 'XJ4471-22B'],
  ['Ski pass', 'Adult-7-days'],
  ['Library card number', 'LIB-22-0091'],
])('%j with %j in it takes none', (label, value) => {
  expect(kindInField(label, value)).toBeUndefined()
  expect(kindOfFieldText('label', label, value)).toBeUndefined()
})
