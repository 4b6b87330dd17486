import { decodeBase64 } from '../../values/base64.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import { createAutomaton } from '../text/automaton.ts'
import { endOfRun, isBase64Digit, isDigit, isLetterOrDigit, isSpace, isWordUnit } from '../text/characters.ts'

/** Is told a secret of a text: `[start, end)`. `value` is what it says where that is not the text of that range. */
export type Report = (start: number, end: number, kind: RedactionKind, value?: string) => void

/** What begins with a prefix nobody else uses. */
interface Shape {
  readonly prefix: string
  readonly isMember: (unit: number) => boolean
  /** The kind of what follows the prefix, `undefined` when that is none. */
  readonly kindOf: (tail: string) => RedactionKind | undefined
  /** What follows the prefix is nothing without a digit. */
  readonly needsDigit: boolean
}

/** A shorter prefix stands in the middle of names, too: `mask-sk-`. */
const shortestInName = 4

const shapes: readonly Shape[] = [
  { prefix: 'sk-', isMember: isWordUnit, kindOf: kindOfModelKey, needsDigit: false },
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix) => shape(prefix, 'github_token', 30, isLetterOrDigit)),
  shape('github_pat_', 'github_token', 40, isWordUnit),
  ...['AKIA', 'ASIA'].map((prefix) => shape(prefix, 'aws_key', 16, isUpperCaseOrDigit, 16)),
  ...['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxe-', 'xoxc-', 'xoxd-', 'xapp-'].map((prefix) =>
    shape(prefix, 'slack_token', 10, isWordUnit),
  ),
  shape('AIza', 'google_key', 35, isWordUnit, 35),
  shape('ya29.', 'google_key', 20, isWordUnit),
  ...['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'whsec_'].map((prefix) =>
    shape(prefix, 'stripe_key', 16, isBase64Digit),
  ),
  shape('npm_', 'npm_token', 36, isLetterOrDigit),
  shape('glpat-', 'token', 20, isWordUnit),
  shape('hf_', 'api_key', 30, isLetterOrDigit),
]
const schemes = ['Bearer ', 'bearer ', 'BEARER ', 'Basic ', 'basic ', 'BASIC ']
const webTokenStart = 'eyJ'
const privateKeyStart = '-----BEGIN '

const prefixes = [...shapes.map(({ prefix }) => prefix), ...schemes, webTokenStart, privateKeyStart]
const findPrefixes = createAutomaton(prefixes)

/**
 * Report keys and tokens that are known by how they begin, JSON web tokens, `Bearer` and `Basic` credentials, and private
 * keys in PEM. A prefix counts at the beginning of a word only, and no further than that word is read; one of a key with 4
 * characters and more also behind `-` and `_`, as names of files have it.
 */
export function scanShapes(text: string, report: Report): void {
  const readPrivateKey = createPrivateKeys(text)
  const reader = createReader(text)
  let next = 0
  findPrefixes(text, (index, prefixEnd) => {
    const prefix = prefixes[index]!
    const start = prefixEnd - prefix.length
    if (start < next) return true
    const isInside = shapes[index] && prefix.length >= shortestInName ? isLetterOrDigit : isWordUnit
    const found =
      prefix === privateKeyStart
        ? readPrivateKey(start)
        : isInside(text.charCodeAt(start - 1))
          ? undefined
          : readShape(reader, start, prefixEnd, index)
    if (found) {
      report(found.start, found.end, found.kind)
      next = found.end
    }
    return true
  })
}

/** A secret of a known shape. */
interface FoundShape {
  readonly start: number
  readonly end: number
  readonly kind: RedactionKind
}

/** Looks ahead in a text from places that only go forward, and reads nothing twice. */
interface Reader {
  readonly text: string
  endOf(isMember: (unit: number) => boolean, from: number): number
}

function createReader(text: string): Reader {
  const ends = new Map<(unit: number) => boolean, number>()
  return {
    text,
    endOf(isMember, from) {
      let end = ends.get(isMember) ?? -1
      if (end < from) ends.set(isMember, (end = endOfRun(text, from, isMember)))
      return end
    },
  }
}

function readShape({ text, endOf }: Reader, start: number, prefixEnd: number, index: number): FoundShape | undefined {
  const known = shapes[index]
  if (known) {
    const end = endOf(known.isMember, prefixEnd)
    if (known.needsDigit && endOf(isNoDigit, prefixEnd) >= end) return undefined
    const kind = known.kindOf(text.slice(prefixEnd, end))
    return kind && { start, end, kind }
  }
  if (prefixes[index] === webTokenStart) return readWebToken(text, start)
  const end = endOfRun(text, prefixEnd, isTokenUnit)
  const token = text.slice(prefixEnd, end)
  const isCredential = prefixes[index]!.length === 'Basic '.length ? isBasic(token) : isBearer(token)
  return isCredential ? { start: prefixEnd, end, kind: 'authorization' } : undefined
}

/** A shape whose tail has a digit and a length between these. */
function shape(
  prefix: string,
  kind: RedactionKind,
  shortest: number,
  isMember: (unit: number) => boolean,
  longest = Infinity,
): Shape {
  const fits = (tail: string): boolean => tail.length >= shortest && tail.length <= longest
  return { prefix, isMember, kindOf: (tail) => (fits(tail) ? kind : undefined), needsDigit: true }
}

/** Style sheets have classes such as `sk-folding-cube-1`: a key has a long piece in which digits and letters are mixed. */
function kindOfModelKey(tail: string): RedactionKind | undefined {
  if (tail.startsWith('ant-')) return tail.length >= 20 ? 'anthropic_key' : undefined
  if (/^(?:proj|svcacct|admin)-/.test(tail)) return tail.length >= 20 ? 'openai_key' : undefined
  const isKey = tail.length >= 20 && tail.split(/[-_]/).some((piece) => piece.length >= 12 && isMixed(piece))
  return isKey ? 'openai_key' : undefined
}

/** Three parts of base64url, the first two of which are JSON objects, or five, of an encrypted token. */
function readWebToken(text: string, start: number): FoundShape | undefined {
  const header = endOfRun(text, start, isWordUnit)
  if (header - start < 10 || text[header] !== '.') return undefined
  const payload = endOfRun(text, header + 1, isWordUnit)
  if (text[payload] !== '.') return undefined
  let end = endOfRun(text, payload + 1, isWordUnit)
  const isSigned = text.startsWith('ey', header + 1)
  for (let parts = 3; parts < 5 && text[end] === '.' && isWordUnit(text.charCodeAt(end + 1)); parts += 1) {
    end = endOfRun(text, end + 1, isWordUnit)
    if (parts === 4) return { start, end, kind: 'jwt' }
  }
  return isSigned ? { start, end, kind: 'jwt' } : undefined
}

/** Not a word of prose behind "bearer". */
function isBearer(token: string): boolean {
  return token.length >= 8 && isMixed(token)
}

/** `user:password` in base64: text without control characters. */
function isBasic(token: string): boolean {
  const bytes = token.length > 4_096 ? undefined : decodeBase64(token)
  const colon = bytes?.indexOf(0x3a) ?? -1
  return bytes !== undefined && colon > 0 && bytes.every((byte, at) => byte >= 0x20 && (at > colon || byte < 0x7f))
}

function isMixed(text: string): boolean {
  return /[0-9]/.test(text) && /[A-Za-z]/.test(text)
}

function isNoDigit(unit: number): boolean {
  return !isDigit(unit)
}

function isUpperCaseOrDigit(unit: number): boolean {
  return isDigit(unit) || (unit >= 0x41 && unit <= 0x5a)
}

function isTokenUnit(unit: number): boolean {
  return isBase64Digit(unit) || unit === 0x2e || unit === 0x7e || unit === 0x3d
}

const blockEnd = '-----END '
const longestPrivateKey = 20_000
const shortestBody = 40

/**
 * Read the private key in PEM that begins at a place; without its end it goes as far as its base64 does.
 *
 * @returns a function for places that only go forward, so that the end of a block is looked for once
 */
function createPrivateKeys(text: string): (start: number) => FoundShape | undefined {
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

/** Where `RSA PRIVATE KEY-----` ends, else -1. */
function endOfLabel(text: string, at: number): number {
  const dashes = text.slice(at, at + 60).indexOf('-----')
  const isPrivate = dashes >= 0 && text.slice(at, at + dashes).includes('PRIVATE KEY')
  return isPrivate ? at + dashes + 5 : -1
}

function endOfBody(text: string, from: number): number {
  let end = -1
  // The last line may be shorter than the others.
  for (let at = from; at - from < longestPrivateKey;) {
    const start = endOfRun(text, at, isSpace, 8)
    at = endOfRun(text, start, (unit) => isBase64Digit(unit) || unit === 0x3d, longestPrivateKey)
    const isFirst = end < 0
    if (at === start || (isFirst && at - start < shortestBody)) break
    end = at
    if (at - start < shortestBody) break
  }
  return end
}
