import { z } from 'zod'
import { framesLogName } from '../directory/names.ts'
import { sha256 } from '../system.ts'
import type { Io } from '../io/io.ts'
import { decodeSealed } from '../journal/line.ts'
import { readLines } from '../journal/lines.ts'
import { readUntrusted } from '../io/open-untrusted.ts'

/** No longer log is read: a line has some 250 bytes, so that is more frames than one folder holds. */
const maxLogBytes = 64_000_000
/** A frame is re-encoded once, and again where the first result was lost. No chain of replacements is longer. */
const maxChain = 8

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

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
  /** The latest line of each frame, by `from`. Never a circle, and no chain of more than eight. */
  readonly replacements: ReadonlyMap<string, FrameReplacement>
  /** Every hash that a line has replaced. */
  readonly replaced: ReadonlySet<string>
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
  const chains = new Chains()
  const holes: LogHole[] = []
  let bad: LogHole | undefined
  let committedBytes = 0
  const read = async (buffer: Uint8Array, position: number): Promise<number> => {
    const part = bytes.subarray(position, position + buffer.byteLength)
    buffer.set(part)
    return part.byteLength
  }
  for await (const { offset, sizeBytes, complete, bytes: line } of readLines({ read }, 0)) {
    const reason = !complete ? 'torn' : typeof line === 'string' ? line : chains.take(line)
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
    replacements: chains.replacements,
    replaced: chains.replaced,
    committed: bytes.subarray(0, committedBytes),
    tornBytes: bytes.byteLength - committedBytes,
    holes,
  }
}

/** The identity of a log, as `trajectory.json` has it: the committed bytes that it was made from. */
export function identityOf({ committed }: Pick<FramesLog, 'committed'>): { sizeBytes: number; sha256: string } {
  return { sizeBytes: committed.byteLength, sha256: sha256(committed) }
}

/** Tells whether a new line for a frame would be valid behind those that are there. */
export function mayReplace({ replaced }: FramesLog, { from, to }: Pick<FrameReplacement, 'from' | 'to'>): boolean {
  return from !== to && !replaced.has(to)
}

class Chains {
  readonly replacements = new Map<string, FrameReplacement>()
  readonly replaced = new Set<string>()
  /** The most replacements that lead to a hash. */
  private readonly lengths = new Map<string, number>()

  /**
   * Take the next line.
   *
   * @returns why it is not valid, if it is not
   */
  take(line: Uint8Array): string | undefined {
    const decoded = decodeSealed(line)
    if ('invalid' in decoded) return decoded.invalid
    const parsed = FrameReplacement.safeParse(decoded.value)
    if (!parsed.success) return 'schema'
    const { from, to } = parsed.data
    // Bytes that were once replaced never replace again. So the last line of a circle can never be valid.
    if (from === to || this.replaced.has(to)) return 'circle'
    const length = (this.lengths.get(from) ?? 0) + 1
    if (length > maxChain) return 'chain'
    this.lengths.set(to, Math.max(length, this.lengths.get(to) ?? 0))
    this.replaced.add(from)
    this.replacements.set(from, parsed.data)
    return undefined
  }
}
