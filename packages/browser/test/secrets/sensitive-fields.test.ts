import { expect, test } from 'vitest'
import { kindOfSensitiveField } from '../../src/secrets/sensitive-fields.ts'

const kindOf = (words: Partial<Parameters<typeof kindOfSensitiveField>[0]>) =>
  kindOfSensitiveField({ type: 'text', autocomplete: '', keys: [], labels: [], ...words })

test.each([
  [{ type: 'password' }, 'password'],
  [{ type: 'password', labels: ['Card security code'] }, 'card'],
  [{ autocomplete: 'section-a shipping CC-Number' }, 'card'],
  [{ autocomplete: 'cc-exp-year' }, 'card'],
  [{ autocomplete: 'one-time-code' }, 'one_time_code'],
  [{ autocomplete: 'new-password' }, 'password'],
  [{ keys: ['', 'loginPassword'] }, 'password'],
  [{ keys: ['user[card_number]'] }, 'card'],
  [{ keys: ['api_key'] }, 'api_key'],
  [{ keys: ['userPin'] }, 'one_time_code'],
  [{ keys: ['', 'PIN2'] }, 'one_time_code'],
  [{ keys: ['user_pass'] }, 'password'],
  [{ keys: ['login[pass]'] }, 'password'],
  [{ keys: ['ctl00-txtPass'] }, 'password'],
  [{ labels: ['Passwort'] }, 'password'],
  [{ labels: ['', 'Your verification code'] }, 'one_time_code'],
  [{ labels: ['Client secret'] }, 'secret'],
] as const)('%o takes a secret: %s', (words, kind) => {
  expect(kindOf(words)).toBe(kind)
})

test.each([
  { labels: ['Email'] },
  { type: 'checkbox', labels: ['Show password'] },
  { type: 'submit', labels: ['Reset password'] },
  { type: 'hidden', keys: ['csrf_token'] },
  { type: 'search', labels: ['Password'] },
  { labels: ['Search passwords'] },
  { autocomplete: 'cc-name', labels: ['Name on card'] },
  { labels: ['Session'], keys: ['session'] },
  { keys: ['tokenCount'] },
  { keys: ['shopping', 'compass', 'bypass', 'pinned', 'passenger_name', 'boardingPassNumber'] },
  { labels: ['Boarding pass'] },
])('%o takes none', (words) => {
  expect(kindOf(words)).toBeUndefined()
})
