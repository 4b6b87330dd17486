import { Sha256 } from '@contrail/core'
import { z } from 'zod'
import { framesLogName } from '../directory/names.ts'
import { sha256 } from '../system.ts'
import type { Io } from '../io/io.ts'
import { decodeSealed } from '../journal/line.ts'
import { readLines } from '../journal/lines.ts'
import { inMemory, readUntrusted } from '../io/open-untrusted.ts'

/** No longer log is read: a line has some 250 bytes, so that is more frames than one folder holds. */
const maxLogBytes = 64_000_000

/**
 * One line of `frames.log`: the bytes with hash `to` stand for those with hash `from`. Media types are those that cannot
 * run: their extensions become file names, and what shows a recording shows them by their type.
 */
export const FrameReplacement = z.object({
  from: Sha256,
  to: Sha256,
  mediaType: z.enum(['image/png', 'image/webp', 'image/jpeg', 'image/gif', 'image/avif']),
  sizeBytes: z.number().int().positive(),
})
export type FrameReplacement = z.infer<typeof FrameReplacement>

/** The content of `frames.log`, and what of it could not be used. */
export interface FramesLog {
  /** The latest line of each frame, by `from`. What stands for a frame is never replaced itself. */
  readonly replacements: ReadonlyMap<string, FrameReplacement>
  /** Every hash that was to stand for a frame. */
  readonly standIns: ReadonlySet<string>
  /** The file up to the end of its last valid line. */
  readonly committed: Uint8Array
  /** Bytes behind that. They were never committed. */
  readonly tornBytes: number
  /** Bad stretches with valid lines after them. */
  readonly holes: readonly LogHole[]
}

/** A bad stretch of the log. */
interface LogHole {
  readonly offset: number
  readonly sizeBytes: number
  readonly reason: string
}

/**
 * Read `frames.log` by the rules of the journal: a bad tail was never committed and is only counted; a bad line with
 * valid ones after it is a hole.
 *
 * @returns undefined where there is none
 * @throws {ContrailError} FILE_UNREADABLE, FILE_UNSAFE, FILE_TOO_LARGE above 64 MB
 */
export async function readFramesLog(io: Io, directory: string): Promise<FramesLog | undefined> {
  const bytes = await readUntrusted(io, directory, framesLogName, maxLogBytes)
  return bytes && parseFramesLog(bytes)
}

/** Read a log that is in memory; see `readFramesLog`. */
export async function parseFramesLog(bytes: Uint8Array): Promise<FramesLog> {
  const lines: Replacements = { replacements: new Map(), standIns: new Set() }
  const holes: LogHole[] = []
  let bad: LogHole | undefined
  let committedBytes = 0
  for await (const { offset, sizeBytes, complete, bytes: line } of readLines(inMemory(bytes), 0)) {
    const reason = !complete ? 'torn' : typeof line === 'string' ? line : takeLine(line, lines)
    if (reason !== undefined) {
      bad = {
        offset: bad?.offset ?? offset,
        sizeBytes: (bad?.sizeBytes ?? 0) + sizeBytes,
        reason: bad?.reason ?? reason,
      }
      continue
    }
    if (bad) holes.push(bad)
    bad = undefined
    committedBytes = offset + sizeBytes
  }
  return {
    ...lines,
    committed: bytes.subarray(0, committedBytes),
    tornBytes: bytes.byteLength - committedBytes,
    holes,
  }
}

/** The identity of a log, as `trajectory.json` has it: the committed bytes that it was made from. */
export function identityOf({ committed }: Pick<FramesLog, 'committed'>): { sizeBytes: number; sha256: string } {
  return { sizeBytes: committed.byteLength, sha256: sha256(committed) }
}

/** The lines of a log so far. */
export interface Replacements {
  readonly replacements: Map<string, FrameReplacement>
  readonly standIns: Set<string>
}

/**
 * Take a line behind those that are there, where it is valid: what stands for a frame is never replaced, so that nothing has to be
 * followed twice.
 */
export function takeReplacement({ replacements, standIns }: Replacements, line: FrameReplacement): boolean {
  const { from, to } = line
  if (from === to || replacements.has(to) || standIns.has(from)) return false
  replacements.set(from, line)
  standIns.add(to)
  return true
}

/** @returns why a line is not valid, if it is not */
function takeLine(line: Uint8Array, lines: Replacements): string | undefined {
  const decoded = decodeSealed(line)
  if ('invalid' in decoded) return decoded.invalid
  const { data } = FrameReplacement.safeParse(decoded.value)
  if (!data) return 'schema'
  return takeReplacement(lines, data) ? undefined : 'chain'
}
