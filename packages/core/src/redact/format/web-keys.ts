import type { Report } from '../text/report.ts'

const mark = '"kty"'
const longestKey = 8_000
const privatePart = /"(?:d|p|q|dp|dq|qi|k)"\s{0,8}:\s{0,8}"([\w-]{16,2000})"/g

/** Report the private parts of JSON Web Keys (RFC 7518) that stand as JSON in a text: `{"kty":"oct","k":"..."}`. */
export function scanWebKeys(text: string, report: Report): void {
  let next = 0
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, Math.max(next, at + mark.length))) {
    const earliest = Math.max(next, at - longestKey)
    const from = earliest + Math.max(0, text.slice(earliest, at).lastIndexOf('{'))
    const behind = text.slice(at, at + longestKey)
    const close = behind.indexOf('}')
    next = at + (close < 0 ? behind.length : close)
    for (const { 0: whole, 1: value = '', index } of text.slice(from, next).matchAll(privatePart)) {
      const end = from + index + whole.length - 1
      report(end - value.length, end, 'secret')
    }
  }
}
