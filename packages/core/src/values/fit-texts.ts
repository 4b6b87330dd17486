import { encodeBase64 } from './base64.ts'

/** A text no longer than this in JSON is never cut: its mark would take the room that the cut wins. */
export const uncutTextBytes = 80

/** A text that may have to be cut, and the place where it stands. Bytes stand for their base64. */
export interface LongText {
  readonly source: string | Uint8Array
  /** True where a cut leaves the end too, in which logs have their errors. A tree and bytes are of use from their beginning alone. */
  readonly keepsEnd: boolean
  readonly put: (text: string) => void
}

/**
 * The number of UTF-8 bytes that a string takes in JSON, quotes and escapes included.
 *
 * @param limitBytes where counting may stop: a result above it only says "more than that". Default: never
 */
export function jsonTextSizeBytes(text: string, limitBytes = Infinity): number {
  let sizeBytes = 2
  for (let at = 0; at < text.length && sizeBytes <= limitBytes; at += 1) {
    const unitBytes = unitSizeBytes(text, at)
    sizeBytes += unitBytes
    if (unitBytes === 4) at += 1
  }
  return sizeBytes
}

/**
 * Put every text in its place, the longest of them cut so that all together take at most `allowanceBytes` in JSON:
 * one level is found that none exceeds. Linear in the texts as far as they are kept.
 *
 * @param allowanceBytes at least {@link uncutTextBytes} for each text
 * @returns the number of characters that are lost
 */
export function putLongTexts(texts: readonly LongText[], allowanceBytes: number): number {
  if (texts.reduce((sum, { source }) => sum + mostBytesOf(source), 0) <= allowanceBytes) {
    for (const { source, put } of texts) put(typeof source === 'string' ? source : encodeBase64(source))
    return 0
  }
  // First by length, which no size is below: then sizes need counting only as far as a text can be kept at all.
  const cap = levelOf(
    texts.map(({ source }) => lengthOf(source) + 2),
    allowanceBytes,
  )
  const level = levelOf(
    texts.map(({ source }) => sizeWithin(source, cap)),
    allowanceBytes,
  )
  let lostCharacters = 0
  for (const text of texts) {
    const { source, put } = text
    const whole = level === Infinity || sizeWithin(source, level) <= level
    const cut = whole ? undefined : cutText(text, level)
    lostCharacters += cut?.lost ?? 0
    put(cut?.text ?? (typeof source === 'string' ? source : encodeBase64(source)))
  }
  return lostCharacters
}

/** The highest level such that the sizes, each counted up to that level, are at most the allowance together. */
function levelOf(sizes: readonly number[], allowanceBytes: number): number {
  const ascending = sizes.toSorted((a, b) => a - b)
  let left = allowanceBytes
  for (const [index, size] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index))
    if (size > share) return share
    left -= size
  }
  return Infinity
}

/** No unit of a text takes more in JSON than an escape of six characters. */
function mostBytesOf(source: string | Uint8Array): number {
  return typeof source === 'string' ? source.length * 6 + 2 : lengthOf(source) + 2
}

function lengthOf(source: string | Uint8Array): number {
  return typeof source === 'string' ? source.length : Math.ceil(source.byteLength / 3) * 4
}

function sizeWithin(source: string | Uint8Array, limitBytes: number): number {
  if (typeof source !== 'string') return lengthOf(source) + 2
  return source.length + 2 > limitBytes
    ? limitBytes + 1
    : Math.min(limitBytes + 1, jsonTextSizeBytes(source, limitBytes))
}

/** The beginning and the end of a text, and between them a mark that says how much is lost, in at most `limitBytes` of JSON. */
function cutText({ source, keepsEnd }: LongText, limitBytes: number): { text: string; lost: number } {
  const length = lengthOf(source)
  const room = limitBytes - 2 - markOf(length, length).length
  const half = keepsEnd && typeof source === 'string' ? Math.floor(room / 2) : 0
  const head =
    typeof source === 'string'
      ? source.slice(0, endWithin(source, room - half))
      : encodeBase64(source.subarray(0, room)).slice(0, room)
  const tail = typeof source === 'string' ? source.slice(startWithin(source, half)) : ''
  const lost = length - head.length - tail.length
  return { text: head + markOf(lost, length) + tail, lost }
}

function markOf(lost: number, length: number): string {
  return `[$truncated ${lost} of ${length} characters]`
}

/** The end of the longest beginning that takes at most `room` bytes. */
function endWithin(text: string, room: number): number {
  let used = 0
  let end = 0
  while (end < text.length) {
    const unitBytes = unitSizeBytes(text, end)
    if (used + unitBytes > room) break
    used += unitBytes
    end += unitBytes === 4 ? 2 : 1
  }
  return end
}

/** The beginning of the longest end that takes at most `room` bytes. */
function startWithin(text: string, room: number): number {
  let used = 0
  let start = text.length
  while (start > 0) {
    const isPair = start > 1 && unitSizeBytes(text, start - 2) === 4
    const unitBytes = isPair ? 4 : unitSizeBytes(text, start - 1)
    if (used + unitBytes > room) break
    used += unitBytes
    start -= isPair ? 2 : 1
  }
  return start
}

/** JSON bytes of the character at a position. 4 is said of a whole surrogate pair, and of nothing else. */
function unitSizeBytes(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code < 0x20) return code === 8 || code === 9 || code === 10 || code === 12 || code === 13 ? 2 : 6
  if (code < 0x80) return code === 0x22 || code === 0x5c ? 2 : 1
  if (code < 0x800) return 2
  if (code < 0xd800 || code > 0xdfff) return 3
  const next = code < 0xdc00 ? text.charCodeAt(at + 1) : 0
  // JSON writes a lone surrogate as an escape of six characters.
  return next >= 0xdc00 && next <= 0xdfff ? 4 : 6
}
