import { endOfRun, isBase64Digit, isSpace } from '../text/characters.ts'
import type { FoundSecret } from '../text/report.ts'

/** The beginning of the block of a key in PEM, whatever sort of key it is. */
export const privateKeyStart = '-----BEGIN '
const blockEnd = '-----END '
const longestPrivateKey = 20_000
const shortestBody = 40

/**
 * Read the private key in PEM that begins at a place; without its end it goes as far as its base64 does.
 *
 * @returns a function for places that only go forward, so that the end of a block is looked for once
 */
export function createPrivateKeys(text: string): (start: number) => FoundSecret | undefined {
  let nextEnd = -1
  return (start) => {
    const from = endOfLabel(text, start + privateKeyStart.length)
    if (from < 0) return undefined
    if (nextEnd < from) nextEnd = text.indexOf(blockEnd, from)
    if (nextEnd < 0) nextEnd = Infinity
    const isWhole = nextEnd - from >= shortestBody && nextEnd - from <= longestPrivateKey
    const end = isWhole ? endOfLabel(text, nextEnd + blockEnd.length) : endOfBody(text, from)
    return end < 0 ? undefined : { start, end, kind: 'pem' }
  }
}

/** The end of `RSA PRIVATE KEY-----`, else -1. */
function endOfLabel(text: string, at: number): number {
  const dashes = text.slice(at, at + 60).indexOf('-----')
  const isPrivate = dashes >= 0 && text.slice(at, at + dashes).includes('PRIVATE KEY')
  return isPrivate ? at + dashes + 5 : -1
}

/** Tells whether a text is a line of a private key that stands in a list, line by line. */
export function isLineOfPrivateKey(lines: readonly unknown[], text: string): boolean {
  if (text.length > longestKeyLine || endOfRun(text, 0, isKeyUnit) < text.length || text.length < 4) return false
  try {
    if (lines.length > mostLines || !beginsInOne(lines)) return false
    const last = lines.indexOf(text) - 1
    for (let at = last; at >= 0 && last - at < mostKeyLines; at -= 1) {
      const line = lines[at]
      if (typeof line !== 'string') return false
      if (line.startsWith(privateKeyStart)) return endOfLabel(line, privateKeyStart.length) > 0
      if (endOfRun(line, 0, isKeyUnit) < line.length) return false
    }
  } catch {
    // A getter or Proxy that throws is no line of a file.
  }
  return false
}

/** Most lists hold no key, and each of their texts would go back to the first. */
function beginsInOne(lines: readonly unknown[]): boolean {
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]
    if (typeof line === 'string' && line.charCodeAt(0) === hyphen && line.startsWith(privateKeyStart)) return true
  }
  return false
}

const longestKeyLine = 80
/** Of 64 digits each, as keys are written. */
const mostKeyLines = longestPrivateKey / 64
const mostLines = 2_000

const hyphen = 0x2d

function isKeyUnit(unit: number): boolean {
  return isBase64Digit(unit) || unit === 0x3d
}

function endOfBody(text: string, from: number): number {
  let end = -1
  // The last line may be shorter than the others.
  for (let at = from; at - from < longestPrivateKey;) {
    const start = endOfRun(text, at, isSpace, 8)
    at = endOfRun(text, start, isKeyUnit, longestPrivateKey)
    const isFirst = end < 0
    if (at === start || (isFirst && at - start < shortestBody)) break
    end = at
    if (at - start < shortestBody) break
  }
  return end
}
