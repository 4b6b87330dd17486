import { decodeBase64 } from '../../values/base64.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import { createAutomaton } from '../text/automaton.ts'
import { endOfRun, isBase64Digit, isDigit, isLetterOrDigit, isWordUnit } from '../text/characters.ts'
import { marksOf, prefixesOf, createReader, type Mark, type Reader } from '../text/marks.ts'
import type { FoundSecret, Report } from '../text/report.ts'
import { commandMarks } from './commands.ts'
import { credentialMarks } from '../format/credentials.ts'
import { cookieMarks } from '../format/cookies.ts'
import { printedMarks } from '../format/printed.ts'
import { protocolMarks } from '../format/protocols.ts'
import { toolMarks } from '../format/tools.ts'
import { loginLinkMarks } from './addresses.ts'
import { createPrivateKeys, privateKeyStart } from '../format/private-keys.ts'
import { secretAddresses, vendorKeys, type Alphabet, type VendorKey } from './vendors.ts'

/** A shorter prefix stands in the middle of names, too: `mask-sk-`. */
const shortestInName = 4

const members: Record<Alphabet, (unit: number) => boolean> = {
  alphanumeric: isLetterOrDigit,
  word: isWordUnit,
  dotted: isDottedUnit,
  dollars: (unit) => isDottedUnit(unit) || unit === 0x24,
  base64: isBase64Digit,
  hex: isHexDigit,
  upper: isUpperCaseOrDigit,
}

/** Marks of a text, each with what reads the secret that it may belong to. */
const marks: readonly Mark[] = [
  ...loginLinkMarks,
  ...commandMarks,
  ...credentialMarks,
  ...cookieMarks,
  ...protocolMarks,
  ...printedMarks,
  ...toolMarks,
  ...vendorKeys.map((key) => ({ mark: key.prefix, read: readVendorKey(key), isPrefix: true })),
  ...prefixesOf(readModelKey, 'sk-'),
  ...prefixesOf(readDiscordToken, 'MT', 'MD', 'Mj', 'Mz', 'NT', 'ND', 'Nj', 'Nz', 'OT', 'OD'),
  ...prefixesOf(readCredentials(isBearer), 'Bearer ', 'bearer ', 'BEARER ', 'bearer, '),
  ...prefixesOf(readCredentials(isBasic), 'Basic ', 'basic ', 'BASIC '),
  ...prefixesOf(readWebToken, 'eyJ'),
  ...secretAddresses.flatMap(({ prefix, kind }) => marksOf(readSecretPath(kind), prefix)),
  // Telegram's bots, client secrets of Azure, Mailchimp, Terraform Cloud: what tells them stands in the middle.
  ...marksOf(readAround({ before: isDigit, least: 8, most: 10, after: isWordUnit, from: 32, to: 36 }), ':AA'),
  ...marksOf(readAround({ before: isDottedUnit, least: 4, most: 4, after: isAzureUnit, from: 31, to: 34 }), 'Q~'),
  ...marksOf(readAround({ before: isHexDigit, least: 32, most: 32, after: isDigit, from: 1, to: 2 }), '-us'),
  ...marksOf(
    readAround({ before: isLetterOrDigit, least: 14, most: 14, after: isWordUnit, from: 60, to: 80 }),
    '.atlasv1.',
  ),
]
const findMarks = createAutomaton([...marks.map(({ mark }) => mark), privateKeyStart])

/**
 * Report what one pass finds by marks: keys and tokens that are known by how they begin, JSON web tokens, `Bearer` and `Basic`
 * credentials, private keys in PEM, links that log in, and what commands take by short flags. A prefix counts at the beginning of a word only, and no further than that word is read; one of a key with 4
 * characters and more also behind `-` and `_`, as names of files have it.
 */
export function scanShapes(text: string, report: Report): void {
  let readPrivateKey: ReturnType<typeof createPrivateKeys> | undefined
  let reader: Reader | undefined
  let next = 0
  findMarks(text, (index, markEnd) => {
    const known = marks[index]
    const mark = known?.mark ?? privateKeyStart
    const start = markEnd - mark.length
    if (start < next) return true
    const isInside = mark.length >= shortestInName ? isLetterOrDigit : isWordUnit
    if (known?.isPrefix && isInside(text.charCodeAt(start - 1))) return false
    const found = known
      ? known.read((reader ??= createReader(text)), start, markEnd)
      : (readPrivateKey ??= createPrivateKeys(text))(start)
    for (const secret of found === undefined ? [] : 'kind' in found ? [found] : found) {
      if (secret.start < next) continue
      report(secret.start, secret.end, secret.kind)
      if (secret.start <= markEnd) next = secret.end
    }
    return found !== undefined
  })
}

function readVendorKey({ kind, alphabet, shortest, longest }: VendorKey): Mark['read'] {
  return ({ text, endOf }, start, prefixEnd) => {
    const runEnd = endOf(members[alphabet], prefixEnd)
    // A full stop behind it belongs to the sentence.
    let end = runEnd
    while (end > prefixEnd && text[end - 1] === '.') end -= 1
    const length = end - prefixEnd
    if (length < shortest || runEnd - prefixEnd > longest || isLetterOrDigit(text.charCodeAt(runEnd))) return undefined
    if (!isRandom(text.slice(prefixEnd, Math.min(end, prefixEnd + 64)))) return undefined
    return { start, end: Math.max(end, text[runEnd] === '=' ? endOfRun(text, runEnd, isPadding, 2) : 0), kind }
  }
}

/** Style sheets have classes such as `sk-folding-cube-1`: a key has a long piece in which digits and letters are mixed. */
function readModelKey({ text, endOf }: Reader, start: number, prefixEnd: number): FoundSecret | undefined {
  const end = endOf(isWordUnit, prefixEnd)
  const tail = text.slice(prefixEnd, Math.min(end, prefixEnd + longestModelKey))
  const [, vendor = ''] = /^(ant|or-v1|lf|proj|svcacct|admin)-/.exec(tail) ?? []
  const isKey =
    tail.length >= 20 && (vendor !== '' || tail.split(/[-_]/).some((piece) => piece.length >= 12 && isMixed(piece)))
  const kind = vendor === 'ant' ? 'anthropic_key' : vendor === 'or-v1' || vendor === 'lf' ? 'api_key' : 'openai_key'
  return isKey ? { start, end, kind } : undefined
}

const longestModelKey = 400

/** The id of a bot in base64, a time and a signature. */
function readDiscordToken({ text }: Reader, start: number, prefixEnd: number): FoundSecret | undefined {
  const id = endOfRun(text, prefixEnd, isLetterOrDigit, 30)
  if (id - start < 23 || text[id] !== '.') return undefined
  const time = endOfRun(text, id + 1, isWordUnit, 8)
  if (time - id !== 7 || text[time] !== '.') return undefined
  const end = endOfRun(text, time + 1, isWordUnit, 60)
  return end - time > 27 ? { start, end, kind: 'token' } : undefined
}

function readCredentials(isCredential: (token: string) => boolean): Mark['read'] {
  return ({ endOf, text }, _, prefixEnd) => {
    const end = endOf(isTokenUnit, prefixEnd)
    return isCredential(text.slice(prefixEnd, end)) ? { start: prefixEnd, end, kind: 'authorization' } : undefined
  }
}

/** Make the reader of what is behind an address, up to the end of its path. */
function readSecretPath(kind: RedactionKind): Mark['read'] {
  return ({ text, endOf }, _, prefixEnd) => {
    const end = endOf(isPathUnit, prefixEnd)
    const path = text.slice(prefixEnd, Math.min(end, prefixEnd + 300))
    return path.length >= 20 && isRandom(path) ? { start: prefixEnd, end, kind } : undefined
  }
}

interface Around {
  readonly before: (unit: number) => boolean
  readonly least: number
  readonly most: number
  readonly after: (unit: number) => boolean
  readonly from: number
  readonly to: number
}

/** A key that is known by what stands inside it, with so many characters before and behind. */
function readAround({ before, least, most, after, from, to }: Around): Mark['read'] {
  return ({ text }, start, end) => {
    let first = start
    while (first > 0 && start - first <= most && before(text.charCodeAt(first - 1))) first -= 1
    let last = endOfRun(text, end, after, to + 2)
    if (text[last - 1] === '.') last -= 1
    const isWhole = start - first >= least && start - first <= most && last - end >= from && last - end <= to
    const isAlone = !isWordUnit(text.charCodeAt(first - 1)) && !isLetterOrDigit(text.charCodeAt(last))
    return isWhole && isAlone ? { start: first, end: last, kind: 'token' } : undefined
  }
}

/** Three parts of base64url, the first two of which are JSON objects, or five, of an encrypted token. */
function readWebToken({ text }: Reader, start: number): FoundSecret | undefined {
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

/** Digits, or letters of both cases: what words of prose and names of classes are not. */
function isRandom(text: string): boolean {
  return /[0-9]/.test(text) || (/[a-z]/.test(text) && /[A-Z]/.test(text))
}

function isHexDigit(unit: number): boolean {
  return isDigit(unit) || (unit >= 0x61 && unit <= 0x66) || (unit >= 0x41 && unit <= 0x46)
}

function isDottedUnit(unit: number): boolean {
  return isWordUnit(unit) || unit === 0x2e
}

function isAzureUnit(unit: number): boolean {
  return isDottedUnit(unit) || unit === 0x7e
}

function isPathUnit(unit: number): boolean {
  return isDottedUnit(unit) || unit === 0x2f || unit === 0x3a || unit === 0x40
}

function isPadding(unit: number): boolean {
  return unit === 0x3d
}

function isUpperCaseOrDigit(unit: number): boolean {
  return isDigit(unit) || (unit >= 0x41 && unit <= 0x5a)
}

function isTokenUnit(unit: number): boolean {
  return isBase64Digit(unit) || unit === 0x2e || unit === 0x7e || unit === 0x3d
}
