import { looksLikeKey } from '../text/key-look.ts'
import { endOfRun, isLetterOrDigit, isWordUnit, unitsOf } from '../text/characters.ts'
import { isSecretOfKind } from '../names/value.ts'
import { marksOf, type Mark, type Reader } from '../text/marks.ts'
import type { FoundSecret, Report } from '../text/report.ts'

/** Characters that end the authority of a URL, or the URL itself, beside white space and control characters. */
const endsAuthority = unitsOf('/\\?#"<>`{}|')
/** Characters that end every address, whatever is in it. */
const endsAddress = unitsOf('"\'`<>')
/**
 * Characters that may be before an address without a scheme, beside white space. A comment of code begins with two
 * slashes as well.
 */
const opensAddress = unitsOf('"\'`=([<>,;{|')
/** A user name alone is a secret from this length on: a token, as `https://<token>@github.com` has it. */
const shortestLoneUser = 16

/**
 * Report what stands before the `@` of a URL with a password, with a scheme or without, or with a user name that is as long as
 * a token.
 *
 * A password with a `/`, `#` or `?` that nobody escaped goes up to the last `@` of the address; it is known by the colon
 * before it, behind which no port stands. One that begins with the digits of a port and has a `/`, `#` or `?` behind them is
 * taken for a port and a path, and of one that holds both a raw `@` and one of those behind it only the first part is seen.
 */
export function scanUserinfo(text: string, report: Report): void {
  const lastAtOf = createAddresses(text)
  let next = 0
  for (let slashes = text.indexOf('//'); slashes >= 0; slashes = text.indexOf('//', Math.max(slashes + 1, next))) {
    const hasScheme = text[slashes - 1] === ':' && isLetterOrDigit(text.charCodeAt(slashes - 2))
    if (!hasScheme && !canOpenAddress(text.charCodeAt(slashes - 1))) continue
    const start = slashes + 2
    // No authority holds a slash, so each stretch of the text is read for one URL only.
    const authority = text.slice(start, endOfRun(text, start, isAuthorityUnit))
    next = start + authority.length
    const at = authority.lastIndexOf('@')
    const colon = authority.indexOf(':')
    if ((colon >= 0 && colon < at - 1) || (hasScheme && at >= shortestLoneUser)) {
      if (!isExample(authority.slice(0, at))) report(start, start + at, 'url_userinfo')
    } else if (hasScheme && at < 0 && colon >= 0 && !isHost(authority, colon)) {
      const lastAt = lastAtOf(next)
      if (lastAt < 0) continue
      report(start, lastAt, 'url_userinfo')
      next = lastAt
    }
  }
}

/** {@link isExample} of a password alone. */
export function isExampleOfPassword(text: string): boolean {
  return examplePassword.test(text)
}

/** Tells whether words stand where a user and a password are to be filled in: `user:pass@`, `<user>:<password>@`, `USERNAME:TOKEN@`. */
export function isExample(userinfo: string): boolean {
  const [user = '', password = '', ...rest] = userinfo.split(':')
  return rest.length === 0 && (user === '' || exampleUser.test(user)) && exampleSecret.test(password)
}

/** These words alone, as whoever reads them is to put something in their place: `<your-password>`, `DB_PASS`. */
function toFillIn(words: string): RegExp {
  return new RegExp(`^[<{[$]{0,2}(?:my|your|the)?[-_]?(?:db[-_]?)?(?:${words})[>}\\]]{0,2}$`, 'i')
}
const passwords = 'pass|password|passwd|pwd'
const exampleUser = toFillIn('user|usr|login|name|user[-_]?name|user[-_]?id')
const examplePassword = toFillIn(passwords)
const exampleSecret = toFillIn(`${passwords}|pw|token|secret|personal[-_]?access[-_]?token|api[-_]?key`)

/** Tells whether a port is behind the colon, or none, as in `https://shop.example:/`, or it is an address of IPv6. */
function isHost(authority: string, colon: number): boolean {
  return authority.startsWith('[') || /^[0-9]{0,5}$/.test(authority.slice(colon + 1, colon + 8))
}

/**
 * Find the last `@` of the address that goes on at a place, -1 where none comes.
 *
 * @returns a function for places that only go forward, so that each address is read once
 */
function createAddresses(text: string): (from: number) => number {
  let end = -1
  let lastAt = -1
  return (from) => {
    if (from > end) {
      end = endOfRun(text, from, isAddressUnit)
      lastAt = from + text.slice(from, end).lastIndexOf('@')
      if (lastAt < from) lastAt = -1
    }
    return lastAt >= from ? lastAt : -1
  }
}

function canOpenAddress(unit: number): boolean {
  return !(unit > 0x20) || opensAddress.has(unit)
}

function isAuthorityUnit(unit: number): boolean {
  return unit > 0x20 && !endsAuthority.has(unit)
}

function isAddressUnit(unit: number): boolean {
  return unit > 0x20 && !endsAddress.has(unit)
}

/** Parts of a path behind which a token stands that logs in whoever opens the link. */
const steps =
  'reset reset-password password-reset password/reset passwords/reset set-password forgot-password magic magic-link magiclink login/token signin sign-in auth auth/email verify verify-email email/verify confirm confirmation confirm-email activate activation invite invitation invitations accept-invite sso otp unlock passwordless'.split(
    ' ',
  )

/** Marks of tokens in the paths of links that log in: `https://shop.example/reset-password/4f9c2a...`. */
export const loginLinkMarks: readonly Mark[] = [
  ...marksOf(readToken, ...steps.map((step) => `/${step}/`), '/private-'),
  ...marksOf(readSource, '@tcp(', '@unix('),
]

function readToken({ text, endOf }: Reader, markStart: number, start: number): FoundSecret | undefined {
  let end = endOf(isTokenUnit, start)
  // `/reset/MQ/c37aaf-...`: whose it is stands before it.
  if (end - start < 9 && text[end] === '/') [start, end] = [end + 1, endOfRun(text, end + 1, isTokenUnit, 200)]
  const isToken = end - start >= 16 && end - start <= 2_000 && looksLikeKey(text.slice(start, end), 16)
  // An order that is confirmed, and whoever is invited, has an id in the address of its page.
  if (ofPages.test(text.slice(markStart, start)) && uuid.test(text.slice(start, end))) return undefined
  return isToken && isInAddress(text, start) ? { start, end, kind: 'token' } : undefined
}

const ofPages = /^\/(?:confirm|confirmation|invitations?)\/$/
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

function isTokenUnit(unit: number): boolean {
  return isWordUnit(unit) || unit === 0x2e || unit === 0x7e || unit === 0x3d
}

/** Paths of files and of an interface's objects have no host before them; a link of a page may have none either. */
function isInAddress(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 200), start)
  if (/(?:- \/url: |href=["'])\/[\w/-]*$/.test(before)) return true
  const scheme = before.lastIndexOf('://')
  return scheme > 0 && !/[\s"'<>]/.test(before.slice(scheme))
}

/** `ada:...@tcp(db:3306)/app`, as drivers of Go are told where a database is. */
function readSource({ text }: Reader, end: number, behind: number): FoundSecret | undefined {
  if (!/^[^\s)]{1,100}\)\//.test(text.slice(behind, behind + 102))) return undefined
  const before = /(?<![^\s"'`=])([\w.-]{1,64}):([^\s"'`]{1,100})$/.exec(text.slice(Math.max(0, end - 170), end))
  const value = before?.[2]
  if (value === undefined || isExample(before![0]) || !isSecretOfKind('password', value)) return undefined
  return { start: end - value.length, end, kind: 'password' }
}
