import { crc32 } from 'node:zlib'
import { formatVersion, JournalEntry, refuseLaterFormat } from '@contrail/core'
import { findExcess } from '../io/untrusted-json.ts'

/** Bytes of `,"crc":"9ad1c0de"}`, which end every line and are not part of what the checksum covers. */
const trailerBytes = 18
/** No line of an entry has fewer bytes without its newline: it has `seq`, `at`, `mono`, `type` and `event`. */
export const minLineBytes = 40 + trailerBytes
const trailerStart = Buffer.from(',"crc":"', 'latin1')
const closingBrace = 0x7d
const newline = 0x0a

/** A reader takes no longer line than this. */
export const maxLineBytes = 16_000_000

/** Encode an entry as one line of a log, its newline included. The newline and the checksum are the commit mark. */
export function encodeLine(entry: object): Uint8Array {
  const json = JSON.stringify(entry)
  // Its last brace is written over by what ends the line.
  const bodyBytes = Buffer.byteLength(json) - 1
  const line = Buffer.allocUnsafe(bodyBytes + trailerBytes + 1)
  line.write(json, 0, 'utf8')
  line.write(`,"crc":"${checksum(line.subarray(0, bodyBytes))}"}\n`, bodyBytes, 'latin1')
  return line
}

/**
 * Decode one journal line, with or without its newline.
 *
 * @returns the entry, or why it is none (`checksum`, `json`, `schema`, `too_long`, `too_deep`); nothing is thrown for bad bytes
 * @throws {ContrailError} SCHEMA_TOO_NEW when a later version wrote it
 */
export function decodeLine(line: Uint8Array): JournalEntry | { invalid: string } {
  const decoded = decodeSealed(line)
  if ('invalid' in decoded) return decoded
  const { value } = decoded
  const entry = value as { type?: unknown; event?: unknown } | null | undefined
  if (entry?.type === 'run_started') refuseLaterFormat(entry.event, { supported: formatVersion, update: 'contrail' })
  const parsed = JournalEntry.safeParse(value)
  return parsed.success ? (parsed.data as JournalEntry) : { invalid: value === undefined ? 'json' : 'schema' }
}

/**
 * Decode one line of a log as far as every line goes: its checksum and its JSON.
 *
 * @returns the value, undefined for what is no JSON; or why there is none (`checksum`, `too_long`, `too_deep`)
 */
export function decodeSealed(line: Uint8Array): { value: unknown } | { invalid: string } {
  const bytes = line.at(-1) === newline ? line.subarray(0, -1) : line
  if (bytes.byteLength > maxLineBytes) return { invalid: 'too_long' }
  if (bytes.byteLength <= trailerBytes) return { invalid: 'checksum' }
  const body = bytes.subarray(0, -trailerBytes)
  if (textOf(bytes.subarray(-trailerBytes), 'latin1') !== `,"crc":"${checksum(body)}"}`) return { invalid: 'checksum' }
  const text = `${textOf(body, 'utf8')}}`
  if (findExcess(text, { maxDepth: 256, maxValues: Infinity })) return { invalid: 'too_deep' }
  return { value: parseJson(text) }
}

/**
 * The number of bytes from `start` on that are whole lines, one after the other, that cannot be ours by their length or
 * their last bytes: for a file of which most is not ours, at a nanosecond a byte. The first is one that `decodeLine`
 * calls `checksum`.
 *
 * @param isAfterStrange whether the line before cannot be ours either: then it does not matter what the first is called
 */
export function strangeBytesAt(bytes: Uint8Array, start: number, isAfterStrange: boolean): number {
  let next = start
  for (let end = lineEnd(bytes, next); end !== -1; end = lineEnd(bytes, next)) {
    const sizeBytes = end - next
    const matters = sizeBytes >= minLineBytes || (next === start && !isAfterStrange)
    if ((matters && endsLikeOurs(bytes, next, end)) || sizeBytes >= maxLineBytes) break
    next = end + 1
  }
  return next - start
}

/** As `indexOf`, which is slow at many short lines. */
function lineEnd(bytes: Uint8Array, start: number): number {
  const near = Math.min(start + minLineBytes, bytes.byteLength)
  for (let index = start; index < near; index++) if (bytes[index] === newline) return index
  return bytes.indexOf(newline, near)
}

function endsLikeOurs(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= trailerBytes || bytes[end - 1] !== closingBrace) return false
  for (let index = 0; index < trailerStart.length; index++) {
    if (bytes[end - trailerBytes + index] !== trailerStart[index]) return false
  }
  return true
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Said by the caller as `json`: the checksum held, so this was never written by us.
    return undefined
  }
}

/** Decoded where the bytes are: most of a journal is never copied. */
function textOf({ buffer, byteOffset, byteLength }: Uint8Array, encoding: 'latin1' | 'utf8'): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString(encoding)
}

function checksum(body: Uint8Array): string {
  return crc32(body).toString(16).padStart(8, '0')
}
