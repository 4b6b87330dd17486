import { expect, test } from 'vitest'
import { kindByNames } from '../../../src/redact/names/field-value.ts'
import { kindOfFormField, type FormField } from '../../../src/redact/names/form-field.ts'

const kindOf = (field: Partial<FormField>) =>
  kindOfFormField({ type: 'text', autocomplete: '', keys: [], labels: [], value: '', ...field })

const key = 'gH6kLm8QrT5vXz1Wn6Yg'
const phrase = 'ribbon lava hockey umbrella tiny swarm cactus velvet mango ostrich prism walnut'

/** What stands in a field, and the names of such a field: as a person reads them, and as code spells them. */
const secrets: readonly (readonly [value: string, names: string])[] = [
  ['hunter2', 'Password|Passwort|Mot de passe|Contraseña|Senha|userPass|login[pass]|ctl00-txtPass|pass|loginPassword'],
  ['4821', 'PIN|Your PIN|PIN number|Card PIN|userPin|PIN2|card_pin|PIN / account'],
  [
    '739164',
    'Two-factor authentication|2FA|mfa|two_factor|twoFactorCode|Enter confirmation code|confirmationCode|confirmation-code|confirm_code|Verify code|Bestätigungscode eingeben|Code de confirmation|Código de confirmación|Código de confirmação|Codice di conferma',
  ],
  [
    key,
    "Access key|License key|Activation key|accessKey|license_key|access-key|api_key|Lizenzschlüssel|Clé d'accès|Clave de licencia|Chave de acesso|Chiave di licenza",
  ],
  [
    '078-05-1120',
    'SSN|Social security number|Social Security # (SSN)|Last 4 of your SSN|ssn|txtSSN|socialSecurityNumber|applicant_ssn|Sozialversicherungsnummer|Numéro de sécurité sociale|Número de Seguridad Social|Número da segurança social|Codice fiscale',
  ],
  [
    phrase,
    'Seed|seed|seedPhrase|recovery_phrase|Recovery phrase|Mnemonic|Wiederherstellungsphrase|Phrase de récupération|Frase de recuperación|Frase de recuperação|Frase di recupero',
  ],
  ['sEdTM1uX8pu2do5XvTnutH6HsouMaM2', 'Seed|Wallet seed'],
  ['09/29', 'MM/YY|MM / JJ|mm-aa'],
]
const harmless: typeof secrets = [
  [
    '4821993',
    'Game PIN|gamePin|game_pin|Quiz PIN|Spiel-PIN|Code PIN du jeu|PIN del juego|PIN do jogo|PIN del gioco|Map pin',
  ],
  ['17', 'GPIO pin|gpioPin|gpio_pin|Map pin|mapPin|Arduino pin|LED pin|Data pin|Pin title'],
  ['560034', 'PIN / ZIP|ZIP / PIN|PIN code|Pincode|pin_code|Postal PIN|PIN (postal code)|Delivery PIN code'],
  ['90210', 'PIN / ZIP|ZIP/PIN'],
  [
    'Adult-7-days',
    'Boarding pass|boardingPass|boardingPassNumber|Ski pass|ski_pass|Day pass|Gate pass|visitorPass|Season pass|shopping|compass|bypass|pinned|passenger_name',
  ],
  ['on file', 'SSN|Social security number'],
  ['12400', 'Social security benefits|Social security income'],
  ['123456789', 'Seed|seed|Random seed'],
  ['GPL-3.0', 'License key|Access key'],
  ['739164', 'Order confirmation code|Booking confirmation code|Promo code|Postal code|confirmation'],
  ['Keynote', 'Session|session|tokenCount|Name on card'],
  ['ada@a.test', 'Email|Email (used for password reset)|Search passwords|Password hint'],
]
const each = (rows: typeof secrets) => rows.flatMap(([value, names]) => names.split('|').map((name) => [name, value]))

test.each([
  ['as its label', (name: string, value: string) => kindOf({ labels: ['', name], value })],
  ['as the name of its element', (name: string, value: string) => kindOf({ keys: [name, ''], value })],
  ['by what an agent was told of it', (name: string, value: string) => kindByNames(['textbox', name], value)],
])('a name tells %s what a field takes, and what stands there is asked as well', (_where, kindOfNamed) => {
  const taken = ([name = '', value = '']: string[]) => kindOfNamed(name, value) !== undefined
  expect(each(secrets).filter((named) => !taken(named))).toEqual([])
  expect(each(harmless).filter(taken)).toEqual([])
})

test.each([
  [{ type: 'password' }, 'password'],
  [{ type: 'password', labels: ['Card security code'] }, 'card'],
  [{ type: 'password', labels: ['Game PIN'], value: '4821' }, 'password'],
  [{ autocomplete: 'section-a shipping CC-Number' }, 'card'],
  [{ autocomplete: 'cc-exp-year' }, 'card'],
  [{ autocomplete: 'one-time-code', labels: ['PIN / ZIP'] }, 'one_time_code'],
  [{ autocomplete: 'new-password' }, 'password'],
  [{ keys: ['user[card_number]'] }, 'card'],
  [{ labels: ['', 'Your verification code'] }, 'one_time_code'],
  [{ labels: ['Client secret'] }, 'secret'],
  [{ labels: ['Zugang'], keys: ['access_key'], value: key }, 'api_key'],
  [{ near: ['Password:'] }, 'password'],
] as const)('%o takes a secret: %s', (field, kind) => {
  expect(kindOf(field)).toBe(kind)
})

test.each([
  { type: 'checkbox', labels: ['Show password'] },
  { type: 'submit', labels: ['Reset password'] },
  { type: 'hidden', keys: ['csrf_token'] },
  { type: 'search', labels: ['Password'] },
  { near: ['Forgot password?'] },
  { autocomplete: 'cc-name', labels: ['Name on card'] },
  { labels: ['Game PIN', 'PIN'], keys: ['pin'], value: '4821993' },
  { labels: ['GPIO pin'], keys: ['pin'], value: '4711' },
  { labels: ['Boarding pass'], keys: ['pass'], value: 'XJ4471-22B' },
  { labels: ['PIN / ZIP'], keys: ['pin'], value: '560034' },
  { labels: ['Postal code'], keys: ['pin'], value: '560034' },
  { labels: ['Promo code'], keys: ['code'], value: '739164' },
  { labels: ['PIN code'] },
  { labels: ['Access key'], keys: ['accessKey'] },
])('%o takes none', (field) => {
  expect(kindOf(field)).toBeUndefined()
})
