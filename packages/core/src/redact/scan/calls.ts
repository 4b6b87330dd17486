import { createNextOf, isLetter, isQuote, isSpace, isWordUnit } from '../text/characters.ts'
import type { KeyNames, SecretName } from '../names/keys.ts'
import { kindOfField } from '../names/fields.ts'
import { isSecretUnder } from '../names/value.ts'
import { looksLikeKey, looksScattered } from '../text/key-look.ts'
import type { Report } from '../text/report.ts'
import { quotedValue } from './pair-values.ts'

const longestName = 64
/** White space that puts arguments under each other. */
const longestGap = 16

/**
 * Report quoted values that stand behind the name of a secret with neither `=` nor `:` between: as the next argument or item
 * (`setItem('token', '...')`, `("password", "...")`, `auth=("ada", "...")`), or right behind its word (`PASSWORD '...'`, `IDENTIFIED BY '...'`,
 * `.password("...")`, `setPassword("...")`); behind a flag in any place of a list: `["app", "--password", "..."]`; behind an atom in a tuple:
 * `{password, "..."}`.
 */
export function scanCalls(text: string, names: KeyNames, report: Report): void {
  const next = createNextOf(text, '"\'`')
  for (let at = next(0); at < text.length; at = next(at + 1)) {
    const name = nameBefore(text, at, names)
    if (!name) continue
    const value = quotedValue(text, at)
    if (!value) continue
    const content = text.slice(value.start, value.end)
    if (betweenQuotes.test(content) || (text[at] === '`' && content.includes('${'))) continue
    const isHanded =
      name.isFlag && name.isSure && content.length >= 4 && endsArgument.test(text.slice(value.next, value.next + 50))
    const isWord = !name.isBehindWord && !isHanded && !/[^A-Za-z_-]/.test(content) && !looksScattered(content, 10)
    if (isWord || !(isSecretUnder(name, content, names) || isSalt(name, content))) continue
    report(value.start, value.end, name.kind)
    at = value.end
  }
}

/** The first quote closes a name, and the second opens a value: `textbox "Password " focused value="..."`. */
const betweenQuotes = /^\s[\s\w-]*=$/

/** The list ends, or another flag comes: `["--password", "...", "--port", "80"]`. */
const endsArgument = /^(?:\s{0,9}\]|\s{0,9},\s{0,40}["'`]-)/

/** `define('NONCE_SALT', '...')`: letters, digits, signs and spaces, as chance puts them. */
function isSalt({ kind }: SecretName, text: string): boolean {
  const signs = text.length < 32 || kind !== 'secret' ? 0 : (text.match(/[^\w\s]/g)?.length ?? 0)
  return signs * 6 > text.length && /\d/.test(text)
}

interface NameBefore extends SecretName {
  readonly isBehindWord: boolean
  readonly isFlag?: boolean
}

function nameBefore(text: string, quote: number, names: KeyNames): NameBefore | undefined {
  let at = quote
  while (quote - at < longestGap && isSpace(text.charCodeAt(at - 1))) at -= 1
  // `{password,<<"...">>}`
  if (text[at - 1] === '<' && text[at - 2] === '<') at -= 2
  const before = text[at - 1]
  if (before === ',') return nameInArgument(text, at - 1, names)
  if (before === 'h' && text.startsWith('" with ', quote - 7)) return filledIn(text, quote)
  if (before === '(') at -= 1
  // `password <- "..."`
  if (before === '-' && text.startsWith(' <-', at - 3)) at -= 3
  if (at === quote) return undefined
  at -= lengthOfVerb(text, at)
  const last = text.charCodeAt(at - 1) | 0x20
  if (last === 0x79 && isIdentifiedBy(text, at)) return identified
  if (last === 0x67 && text.slice(at - 15, at) === 'To-SecureString') return identified
  if (!names.canEndAt(text, at)) return undefined
  let start = at
  while (at - start < longestName && isWordUnit(text.charCodeAt(start - 1))) start -= 1
  // `setPassword("...")`: what sets one takes it.
  const word = text.slice(start, at).replace(setter, '')
  const name = start === at ? undefined : names.named(word)
  // `// password`, and in the next line another name.
  const isApart = text[at] !== '(' && text.slice(at, quote).includes('\n')
  const isPassword = name?.isSure === true && name.kind === 'password'
  if (isPassword && !isApart) return { ...name, isBehindWord: true }
  // `invalid token "..."`: what is as long and as mixed as keys are.
  const shortest = isPassword ? 8 : name?.isSure ? 12 : 20
  const isKey = name && looksLikeKey(text.slice(quote + 1, quote + 65).split(/["'`]/)[0]!, shortest)
  return isKey ? { ...name, isBehindWord: true } : undefined
}

/** `fill in "Password" with "..."`, as steps of a test say it. */
function filledIn(text: string, quote: number): NameBefore | undefined {
  const field = /"([^"\n]{1,64})" with $/.exec(text.slice(Math.max(0, quote - 80), quote))?.[1]
  const kind = field === undefined ? undefined : kindOfField(field)
  return kind && { kind, isSure: true, isBehindWord: true }
}

/** The length of ` is` or the like before a place: `the password is "..."`. */
function lengthOfVerb(text: string, at: number): number {
  const last = text[at - 1]
  if (last !== 's' && last !== 't' && last !== 'o') return 0
  return / (?:is|was|to|ist|est|es)$/.exec(text.slice(Math.max(0, at - 5), at))?.[0].length ?? 0
}

const setter = /^(?:[Ss]et|[Ww]ith|[Aa]dd)_?(?=[A-Z]|(?<=_)[a-z])/

/** Tells whether `IDENTIFIED BY` of SQL ends at a place. Prose says it too: `the stream that is identified by 'x-ms-copy-id'`. */
function isIdentifiedBy(text: string, at: number): boolean {
  const words = text.slice(Math.max(0, at - 13), at)
  if (words.toUpperCase() !== 'IDENTIFIED BY') return false
  return words === 'IDENTIFIED BY' || ofUser.test(text.slice(Math.max(0, at - 130), at - 13))
}

const ofUser = /\b(?:user|grant)\s[^;]{1,100}$/i

const identified = { kind: 'password', isSure: true, isBehindWord: true } as const

/** The name in a tuple of Erlang or Elixir: `{password, "..."}`. */
function atomBefore(text: string, end: number, names: KeyNames): NameBefore | undefined {
  const atom =
    isLetter(text.charCodeAt(end - 1)) && names.canEndAt(text, end)
      ? /\{ ?:?([a-z]\w{1,63})$/.exec(text.slice(Math.max(0, end - 67), end))
      : null
  const name = atom ? names.named(atom[1]!) : undefined
  return name && { ...name, isBehindWord: false }
}

/** `auth=("ada", "...")`, `username_pw_set("ada", "...")`: a user comes first. */
const ofLogin =
  /(?:auth ?= ?|basic_?auth|credentials?|\bdb\.auth|\bauth(?:tokens)?\.basic|username_pw_set|passwordauthentication)\($/i

/** The quoted name of an argument before a comma, when it is the first one. */
function nameInArgument(text: string, comma: number, names: KeyNames): NameBefore | undefined {
  let end = comma
  while (comma - end < 4 && isSpace(text.charCodeAt(end - 1))) end -= 1
  const quote = text.charCodeAt(end - 1)
  if (!isQuote(quote)) return atomBefore(text, end, names)
  let start = end - 1
  while (end - start < longestName && start > 0 && text.charCodeAt(start - 1) !== quote && text[start - 1] !== '\n')
    start -= 1
  if (text.charCodeAt(start - 1) !== quote) return undefined
  const opening = text
    .slice(Math.max(0, start - 6), start - 1)
    .trimEnd()
    .at(-1)
  const isFlag = text.startsWith('--', start)
  // `smtp.PlainAuth("", "ada", "...", host)`
  if (opening === ',' && /PlainAuth\(["`]{2}, ?$/.test(text.slice(Math.max(0, start - 16), start - 1)))
    return identified
  if (opening !== '(' && opening !== '[' && !isFlag && !text.startsWith('-', start)) return undefined
  // A flag behind a flag: the first one takes no value, or both are names in a list of them.
  if (isFlag && text.startsWith('--', comma + 1 + /^\s{0,4}["'`]?/.exec(text.slice(comma + 1, comma + 6))![0].length))
    return undefined
  if (ofLogin.test(text.slice(Math.max(0, start - 25), start - 1))) return identified
  if (!names.canEndAt(text, end - 1) || text.startsWith('/etc/', start)) return undefined
  const name = names.named(text.slice(start, end - 1))
  return name && { ...name, isBehindWord: false, isFlag, mayBeWord: !isFlag && name.mayBeWord === true }
}
