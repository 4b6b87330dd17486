import { resolve } from 'node:path'
import { assertKnownOptions, isContrailError, systemClock, type Clock } from '@contrail/core'
import { SharedDisk, type DiskUsage } from './disk-usage.ts'
import { listForeign } from '../directory/foreign-files.ts'
import { surveyRoot, type SurveyedRecording } from './gc-survey.ts'
import { forgivingIo } from '../io/forgiving-io.ts'
import { diskIo, type Io } from '../io/io.ts'
import { completeRemoval, removeRecordingOn } from './remove-recording.ts'

/** Limits of what may stay, and the way to look. Without a limit only removals that were cut off are completed. */
export interface GarbageOptions {
  /** Recordings whose run ended longer ago than this go. Default no limit. */
  olderThanMs?: number | undefined
  /** The oldest recordings go until all of them together take no more than this. Default no limit. */
  maxSizeBytes?: number | undefined
  /** Only say what would go. Default false. */
  dryRun?: boolean | undefined
  /** Hears of every recording that goes, when it has gone. */
  onProgress?: ((removed: RemovedRecording) => void) | undefined
  clock?: Clock | undefined
}

const garbageOptions: readonly (keyof GarbageOptions)[] = [
  ...(['olderThanMs', 'maxSizeBytes', 'dryRun', 'onProgress', 'clock'] as const),
]

/** A recording that has gone, or would go. */
export interface RemovedRecording {
  readonly directory: string
  readonly reason: 'too_old' | 'over_size' | 'removal_cut_off'
  /** Bytes that are free now: a file that another recording has too is none of them. */
  readonly freedBytes: number
  /** When its run ended, ISO, UTC; absent for a removal that was cut off. */
  readonly endedAt?: string
  /** True where it had verdicts or labels: they went with it. */
  readonly judged: boolean
}

/**
 * Something that stays, and why: it is within the limits, it is or may be being written, it holds files that are not ours,
 * it is no recording, or it could not be read or removed.
 */
export interface KeptRecording {
  readonly directory: string
  readonly reason:
    | 'within_limits'
    | 'being_written'
    | 'owner_unknown'
    | 'foreign_files'
    | 'no_recording'
    | 'unreadable'
    | 'not_removed'
  readonly message?: string
}

/** The report of what garbage collection did, or would do. */
export interface GarbageReport {
  readonly root: string
  readonly dryRun: boolean
  readonly removed: readonly RemovedRecording[]
  readonly kept: readonly KeptRecording[]
  readonly freedBytes: number
  /** The bytes that all recordings that stay take together, each file once. */
  readonly keptBytes: number
  /**
   * True where what stays takes more than was allowed, because it is being written, holds files of somebody else or
   * could not be removed.
   */
  readonly overSize: boolean
}

/**
 * Remove whole recordings below a root, the oldest first, until what stays is within the limits; complete removals that
 * were cut off. The age of a recording is that of the end of its run. One with verdicts or labels goes like any other.
 *
 * Never removed: a recording whose writer lives or cannot be asked, one that holds files of somebody else, and what is no recording. One that cannot be removed
 * stops no other.
 *
 * @param root as `listRuns` takes it, or the folder of one run
 * @throws {TypeError} for a limit that is no number from 0 on
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when the root cannot be read or is a recording itself
 */
export function collectGarbage(root: string, options: GarbageOptions = {}): Promise<GarbageReport> {
  return collectGarbageOn(diskIo, root, options)
}

/** {@link collectGarbage} on another disk. */
export async function collectGarbageOn(under: Io, root: string, options: GarbageOptions = {}): Promise<GarbageReport> {
  assertKnownOptions('collectGarbage', options, garbageOptions)
  const { dryRun = false } = options
  const io = forgivingIo(under)
  const limits = {
    olderThanMs: assertLimit('olderThanMs', options.olderThanMs),
    maxSizeBytes: assertLimit('maxSizeBytes', options.maxSizeBytes),
  }
  const nowMs = (options.clock ?? systemClock).now().getTime()
  const disk = new SharedDisk()
  const removed: RemovedRecording[] = []
  const kept: KeptRecording[] = []
  const recordings: SurveyedRecording[] = []

  const remove = async (
    { directory, usage }: { directory: string; usage: DiskUsage },
    what: Omit<RemovedRecording, 'directory' | 'freedBytes'>,
  ): Promise<void> => {
    try {
      if (!dryRun) await (what.reason === 'removal_cut_off' ? completeRemoval : removeRecordingOn)(io, directory)
    } catch (cause) {
      const stays = whyKept(directory, cause)
      if (stays) kept.push(stays)
      // Somebody else has removed it meanwhile.
      else disk.remove(usage)
      return
    }
    const gone = { directory, ...what, freedBytes: disk.remove(usage) }
    removed.push(gone)
    options.onProgress?.(gone)
  }

  for await (const found of surveyRoot(io, resolve(root))) {
    if (found.kind === 'recording') {
      disk.add(found.usage)
      recordings.push(found)
    } else if (found.kind === 'cut_off_removal') {
      disk.add(found.usage)
      await remove(found, { reason: 'removal_cut_off', judged: false })
    } else {
      const { directory, kind } = found
      kept.push({ directory, reason: kind, ...('message' in found ? { message: found.message } : {}) })
    }
  }
  for (const recording of recordings.toSorted((a, b) => a.endedMs - b.endedMs)) {
    const { directory, endedMs, judged, held, foreign } = recording
    const isOld = nowMs - endedMs > limits.olderThanMs
    if (held) kept.push({ directory, ...held })
    else if (!isOld && disk.sizeBytes <= limits.maxSizeBytes) kept.push({ directory, reason: 'within_limits' })
    else if (foreign.length > 0) kept.push({ directory, reason: 'foreign_files', message: listForeign(foreign) })
    else {
      const reason = isOld ? 'too_old' : 'over_size'
      await remove(recording, { reason, endedAt: new Date(endedMs).toISOString(), judged })
    }
  }
  return {
    root: resolve(root),
    dryRun,
    removed,
    kept,
    freedBytes: removed.reduce((total, { freedBytes }) => total + freedBytes, 0),
    keptBytes: disk.sizeBytes,
    overSize: disk.sizeBytes > limits.maxSizeBytes,
  }
}

/** @returns Infinity for no limit */
function assertLimit(name: string, limit: number | undefined): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY
  if (typeof limit === 'number' && limit >= 0) return limit
  throw new TypeError(`${name}: expected a number from 0 on, got ${String(limit)}`)
}

/** Undefined for one that is gone. A removal looks at everything anew, its lock above all. */
function whyKept(directory: string, cause: unknown): KeptRecording | undefined {
  if (!isContrailError(cause)) throw cause
  const { code, message } = cause
  if (code === 'JOURNAL_MISSING') return undefined
  const reasons: Record<string, KeptRecording['reason']> = {
    JOURNAL_LOCKED: 'being_written',
    FOREIGN_FILES: 'foreign_files',
  }
  return { directory, reason: reasons[code] ?? 'not_removed', message }
}
