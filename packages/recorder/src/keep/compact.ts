import { resolve } from 'node:path'
import {
  assertKnownOptions,
  type ImageReference,
  type ImageTools,
  isContrailError,
  type ReencodeRefusal,
} from '@contrail/core'
import { frameFolders } from '../directory/names.ts'
import { assertFinished, assertSound } from './compactable.ts'
import { unwritable } from '../io/disk-error.ts'
import { sha256 } from '../system.ts'
import { finalise } from '../finish/finalise.ts'
import { foldRecording, type FoldedRecording } from '../read/fold.ts'
import { namesOf, readFrame } from '../frames/locate.ts'
import { readFramesLog, takeReplacement, type Replacements } from '../frames/log.ts'
import { FramesLogWriter } from '../frames/log-writer.ts'
import { forgivingIo } from '../io/forgiving-io.ts'
import { diskIo, type Io } from '../io/io.ts'
import { assertNotHeld, readLock, releaseLock, takeOverLock } from '../directory/lock.ts'

/** Options of a compaction. Only `images` is needed. */
export interface CompactOptions {
  /** Re-encodes pictures without loss, and proves it. */
  images: Pick<ImageTools, 'reencode'>
  /** Re-encode also what the model was given. Default false: it stays byte for byte. */
  agentFrames?: boolean | undefined
  /** Only say what would be done: everything is encoded and nothing written. Default false. */
  dryRun?: boolean | undefined
  /** Hears of every frame when it has been dealt with. */
  onProgress?: ((progress: CompactProgress) => void) | undefined
  /** Ends it after the frame that is under way. What was done till then is kept, and the recording is whole. */
  signal?: AbortSignal | undefined
}

const compactOptions: readonly (keyof CompactOptions)[] = [
  ...(['images', 'agentFrames', 'dryRun', 'onProgress', 'signal'] as const),
]

/** The progress of a compaction. */
export interface CompactProgress {
  readonly directory: string
  /** Frames that have been dealt with, and how many there are to deal with. */
  readonly done: number
  readonly frames: number
}

/** A frame that was left as it is, and why. */
export interface KeptFrame {
  /** Its first name, relative to the directory. */
  readonly path: string
  /** `unreadable` and `too_large` are those that cannot be decoded. */
  readonly reason: ReencodeRefusal | 'unreadable' | 'too_large'
  readonly message?: string
}

/** The report of what a compaction did, or would do. A frame of several names counts once. */
export interface CompactReport {
  readonly directory: string
  readonly dryRun: boolean
  /** Frames that were to be re-encoded: those of probes, and of agents where that was asked for. */
  readonly frames: number
  readonly reencoded: number
  readonly kept: readonly KeptFrame[]
  /** Frames that stay byte for byte because the model was given them. */
  readonly agentFrames: number
  /** Frames that are re-encoded already. */
  readonly alreadyReencoded: number
  /** The bytes that the frames that were to be re-encoded and dealt with took before, and take now. */
  readonly bytesBefore: number
  readonly bytesAfter: number
  /** True where `signal` ended it before its last frame. */
  readonly interrupted: boolean
}

/**
 * Make a finished recording smaller: each frame that only a probe has taken is re-encoded without loss, and `frames.log` says
 * what stands for what, so that the recording is the fold of `core.log` and `frames.log`. `core.log` is never changed. What
 * was recorded is removed only when all files name what stands for it and its bytes have been read back.
 *
 * A trajectory that was read before has images that are gone afterwards; read it again.
 *
 * Cut off at any moment it loses nothing: `recover`, or doing it again, completes it. Done again, it changes nothing.
 *
 * @throws {ContrailError} JOURNAL_MISSING, JOURNAL_CORRUPT for what Contrail has not recorded; JOURNAL_LOCKED while its writer
 * lives; RECORDING_UNFINISHED; RECORDING_CORRUPT, and nothing is changed; RECORDING_FAILED where the disk refuses a write;
 * FILE_UNREADABLE, FILE_UNSAFE, FILE_TOO_LARGE
 */
export function compactRecording(directory: string, options: CompactOptions): Promise<CompactReport> {
  return compactRecordingOn(diskIo, directory, options)
}

/** {@link compactRecording} on another disk. */
export async function compactRecordingOn(
  under: Io,
  directory: string,
  options: CompactOptions,
): Promise<CompactReport> {
  assertKnownOptions('compactRecording', options, compactOptions)
  const { dryRun = false } = options
  const io = forgivingIo(under)
  const root = resolve(directory)
  await assertFinished(io, root)
  assertNotHeld(root, await readLock(io, root), false)
  if (dryRun) {
    await assertSound(io, root)
    return new Compaction(io, root, options).run(await foldRecording(io, root))
  }
  try {
    await takeOverLock(io, root)
    let isHeld = true
    try {
      const wasClean = await assertSound(io, root)
      const compaction = new Compaction(io, root, options)
      const report = await compaction.write(await foldRecording(io, root))
      if (report.reencoded > 0 || !wasClean) {
        await finalise(io, root)
        // That was its last act; whoever holds it by now is somebody else.
        isHeld = false
      }
      if (compaction.failure) throw compaction.failure.cause
      return report
    } finally {
      if (isHeld) await releaseLock(io, root)
    }
  } catch (cause) {
    throw unwritable(root, cause)
  }
}

/** One recording's way from frame to frame. */
class Compaction {
  private readonly io: Io
  private readonly root: string
  private readonly options: CompactOptions
  private writer: FramesLogWriter | undefined
  private readonly kept: KeptFrame[] = []
  private reencoded = 0
  private bytesBefore = 0
  private bytesAfter = 0
  /** Why the tools for images can do no more. What was written before that is kept. */
  failure: { cause: unknown } | undefined

  constructor(io: Io, root: string, options: CompactOptions) {
    this.io = io
    this.root = root
    this.options = options
  }

  /** Go through the frames and write what they become. The caller holds the lock. */
  async write(folded: FoldedRecording): Promise<CompactReport> {
    const log = await readFramesLog(this.io, this.root)
    await using writer = new FramesLogWriter(this.io, this.root, log?.committed ?? new Uint8Array())
    this.writer = writer
    return await this.run(folded)
  }

  /** Go through the frames; nothing is written without a writer. */
  async run(folded: FoldedRecording): Promise<CompactReport> {
    const { agentFrames = false, dryRun = false, onProgress, signal } = this.options
    const all = [...namesOf(folded.plan).values()].filter(({ image }) => folded.located.paths.has(image.sha256))
    const fresh = all.filter(({ image }) => image.originalSha256 === undefined)
    const isProbes = ({ paths }: { paths: readonly string[] }): boolean =>
      paths.every((path) => path.startsWith(`${frameFolders.probe}/`))
    const frames = agentFrames ? fresh : fresh.filter(isProbes)
    const log = folded.replaced?.log
    const lines = { replacements: new Map(log?.replacements), standIns: new Set(log?.standIns) }
    let done = 0
    for (const frame of frames) {
      if (signal?.aborted) break
      await this.compactFrame(frame, lines)
      if (this.failure) break
      done++
      onProgress?.({ directory: this.root, done, frames: frames.length })
    }
    return {
      directory: this.root,
      dryRun,
      frames: frames.length,
      reencoded: this.reencoded,
      kept: this.kept,
      agentFrames: fresh.length - frames.length,
      alreadyReencoded: all.length - fresh.length,
      bytesBefore: this.bytesBefore,
      bytesAfter: this.bytesAfter,
      interrupted: done < frames.length && !this.failure,
    }
  }

  private async compactFrame(
    { image, paths }: { image: ImageReference; paths: readonly string[] },
    lines: Replacements,
  ): Promise<void> {
    const bytes = await readFrame(this.io, this.root, paths, image)
    const path = paths[0] as string
    let after = bytes.byteLength
    const result = await this.ask(path, bytes)
    if (this.failure) return
    if (result && 'kept' in result) this.kept.push({ path, reason: result.kept })
    else if (result) {
      const { mediaType } = result
      const line = { from: image.sha256, to: sha256(result.bytes), mediaType, sizeBytes: result.bytes.byteLength }
      if (line.sizeBytes < bytes.byteLength && takeReplacement(lines, line)) {
        await this.writer?.write(line, result.bytes)
        this.reencoded++
        after = line.sizeBytes
      } else this.kept.push({ path, reason: 'not_smaller' })
    }
    this.bytesBefore += bytes.byteLength
    this.bytesAfter += after
  }

  /** Have the tools re-encode a frame; a picture that cannot be decoded is kept, and stops no other. */
  private async ask(path: string, bytes: Uint8Array): Promise<Awaited<ReturnType<ImageTools['reencode']>> | undefined> {
    try {
      return await this.options.images.reencode(bytes)
    } catch (cause) {
      const isRefusal = isContrailError(cause)
      if (isRefusal && cause.code === 'FILE_INVALID')
        this.kept.push({ path, reason: 'unreadable', message: cause.message })
      else if (isRefusal && cause.code === 'FILE_TOO_LARGE')
        this.kept.push({ path, reason: 'too_large', message: cause.message })
      else this.failure = { cause }
      return undefined
    }
  }
}
