import { crc32 } from 'node:zlib'
import { ContrailError, formatVersion, JournalEntry } from '@contrail/core'
import { exceedsDepth } from './untrusted-json.ts'

/** Bytes of `,"crc":"9ad1c0de"}`, which end every line and are not part of what the checksum covers. */
const trailerBytes = 18
const newline = 0x0a

/** A reader takes no longer line than this. */
export const maxLineBytes = 16_000_000

/** Encode an entry as one journal line, its newline included. The newline and the checksum are the commit mark. */
export function encodeLine(entry: JournalEntry): Uint8Array {
  const body = Buffer.from(JSON.stringify(entry).slice(0, -1), 'utf8')
  return Buffer.concat([body, Buffer.from(`,"crc":"${checksum(body)}"}\n`, 'latin1')])
}

/**
 * Decode one journal line, with or without its newline.
 *
 * @returns the entry, or why it is none (`checksum`, `json`, `schema`, `too_long`, `too_deep`); nothing is thrown for bad bytes
 * @throws {ContrailError} SCHEMA_TOO_NEW when a later version wrote it
 */
export function decodeLine(line: Uint8Array): JournalEntry | { invalid: string } {
  const bytes = line.at(-1) === newline ? line.subarray(0, -1) : line
  if (bytes.byteLength > maxLineBytes) return { invalid: 'too_long' }
  if (bytes.byteLength <= trailerBytes) return { invalid: 'checksum' }
  const body = bytes.subarray(0, -trailerBytes)
  const trailer = Buffer.from(bytes.subarray(-trailerBytes)).toString('latin1')
  if (trailer !== `,"crc":"${checksum(body)}"}`) return { invalid: 'checksum' }
  const text = `${Buffer.from(body).toString('utf8')}}`
  if (exceedsDepth(text, 256)) return { invalid: 'too_deep' }
  const value = parseJson(text)
  refuseLaterVersion(value)
  const parsed = JournalEntry.safeParse(value)
  return parsed.success ? (parsed.data as JournalEntry) : { invalid: value === undefined ? 'json' : 'schema' }
}

function refuseLaterVersion(value: unknown): void {
  const entry = value as { type?: unknown; event?: { formatVersion?: unknown } } | undefined
  const version = entry?.type === 'run_started' ? entry.event?.formatVersion : undefined
  if (typeof version === 'number' && version > formatVersion) {
    throw new ContrailError(
      'SCHEMA_TOO_NEW',
      `format version ${version}; this version of contrail reads up to ${formatVersion}: update contrail`,
      { details: { version, supported: formatVersion } },
    )
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Said by the caller as `json`: the checksum held, so this was never written by us.
    return undefined
  }
}

function checksum(body: Uint8Array): string {
  return crc32(body).toString(16).padStart(8, '0')
}
