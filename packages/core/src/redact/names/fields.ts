import type { RedactionKind } from '../text/placeholder.ts'
import { createAutomaton } from '../text/automaton.ts'
import { isLetterOrDigit } from '../text/characters.ts'

/** Words in the names of fields, for the languages most met on the web. They count as whole words, in lower case. */
const wordsOfFields: Partial<Record<RedactionKind, string>> = {
  password:
    'password|passwords|passcode|passphrase|pass phrase|passwd|pwd|passwort|kennwort|mot de passe|contraseña|senha|wachtwoord|lösenord|adgangskode|passord|salasana|hasło|heslo|jelszó|parola|şifre|пароль',
  card: 'card number|cardnumber|credit card|debit card|card code|security code|cvc|cvc2|cvv|cvv2|kartennummer|kreditkartennummer|prüfnummer|numéro de carte|número de tarjeta|número do cartão',
  one_time_code:
    'pin|pin code|one time code|one time password|one time passcode|otp|verification code|authentication code|authenticator code|2fa code|mfa code|sms code|code de vérification|código de verificación|bestätigungscode',
}
/** Written without spaces around them. */
const passwordSigns = ['密码', '密碼', 'パスワード', '비밀번호']

const longestName = 300

const known = (Object.entries(wordsOfFields) as [RedactionKind, string][])
  .flatMap(([kind, phrases]) => phrases.split('|').map((phrase) => ({ kind, phrase })))
  .flatMap(({ kind, phrase }) => withHyphens(phrase).map((text) => ({ kind, text, isWord: true })))
  .concat(passwordSigns.map((text) => ({ kind: 'password', text, isWord: false })))
const automaton = createAutomaton(known.map(({ text }) => text))

/**
 * Tells the kind of secret that a field takes by its accessible name: a password, the number or the code of a card, or a
 * PIN or one-time code. `undefined` for all others, and for a field to search in.
 */
export function kindOfField(name: string): RedactionKind | undefined {
  const text = name.slice(0, longestName).normalize('NFC').toLowerCase()
  let kind: RedactionKind | undefined
  automaton(text, (index, end) => {
    const found = known[index]!
    const start = end - found.text.length
    if (found.isWord && (isInWord(text, start - 1) || isInWord(text, end))) return false
    kind ??= found.kind
    return true
  })
  return kind && text.includes('search') ? undefined : kind
}

/** `one time code`, `one-time code`, `one time-code`, `one-time-code` */
function withHyphens(phrase: string): string[] {
  const [first, ...rest] = phrase.split(' ')
  let spellings = [first!]
  for (const word of rest) spellings = spellings.flatMap((text) => [`${text} ${word}`, `${text}-${word}`])
  return spellings
}

function isInWord(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return isLetterOrDigit(unit) || (unit >= 0xc0 && unit < 0x2000)
}
