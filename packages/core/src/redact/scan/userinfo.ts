import { endOfRun, isLetterOrDigit } from '../text/characters.ts'
import type { Report } from '../text/report.ts'

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
      report(start, start + at, 'url_userinfo')
    } else if (hasScheme && at < 0 && colon >= 0 && !isHost(authority, colon)) {
      const lastAt = lastAtOf(next)
      if (lastAt < 0) continue
      report(start, lastAt, 'url_userinfo')
      next = lastAt
    }
  }
}

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

function unitsOf(characters: string): ReadonlySet<number> {
  return new Set(Array.from(characters, (character) => character.charCodeAt(0)))
}
