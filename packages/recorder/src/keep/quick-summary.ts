import { withPlainFile } from '../io/blocking-files.ts'
import { lstatSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@contrail/core'
import { fileNames } from '../directory/names.ts'
import { edgeBytes, looksWhole } from './looks-whole.ts'
import { namesOfScores, parseTaskData } from '../finish/task-data.ts'
import type { FileTaskData } from '../read/trajectory-schema.ts'

/** A larger `task_data.json` is no glance's work. */
const maxGlanceBytes = 1_000_000

/** A glance that takes longer has waited for the disk. In ms. */
const slowMs = 0.3
/** The number of recordings that are looked at closely after a slow glance. */
const closeLooks = 64

/** An ordinary finished recording, at a glance: its `task_data.json`, and the names of its scores. */
interface GlancedRecording {
  readonly data: FileTaskData
  readonly verdicts: readonly string[]
}

/**
 * Looks at what is on the disk by blocking calls, a tenth of the time that waiting for each of them takes, as long as nothing
 * has to be waited for: after a glance that was slow the next ones are declined, so that many may wait at once, and nobody
 * else in the process with them. As with every file of a recording, no link is followed and only plain files are read.
 */
export interface Glances {
  /**
   * An ordinary finished recording; undefined for everything that is not at first sight one, whatever
   * is the matter with it: that is to be looked at closely.
   */
  recording(directory: string): GlancedRecording | undefined
  /** The names in a folder, sorted; undefined for a link, what is no folder, and any error. */
  folder(directory: string): readonly string[] | undefined
}

/** @param clock tells how long a glance takes */
export function createGlances(clock: Pick<Clock, 'monotonicMs'>): Glances {
  let declined = 0
  const glance = <T>(look: () => T | undefined): T | undefined => {
    if (declined > 0) {
      declined--
      return undefined
    }
    const startedMs = clock.monotonicMs()
    try {
      return look()
    } catch {
      // Nothing is lost: who looks closely meets the same error, and tells it.
      return undefined
    } finally {
      if (clock.monotonicMs() - startedMs > slowMs) declined = closeLooks
    }
  }
  return {
    recording: (directory) => glance(() => readFinished(directory)),
    folder: (directory) => glance(() => namesIn(directory)),
  }
}

function readFinished(directory: string): GlancedRecording | undefined {
  if (!lstatSync(directory).isDirectory()) return undefined
  const isWhole = withPlainFile(join(directory, fileNames.trajectory), (descriptor, { size }) => {
    const head = readAt(descriptor, 0, edgeBytes)
    return looksWhole(head, readAt(descriptor, Math.max(0, size - edgeBytes), edgeBytes))
  })
  if (isWhole !== true) return undefined
  const bytes = withPlainFile(join(directory, fileNames.taskData), (descriptor, { size }) =>
    size > maxGlanceBytes ? undefined : readAt(descriptor, 0, size),
  )
  const data = bytes && parseTaskData(bytes)
  const scores = join(directory, fileNames.scores)
  const files = lstatSync(scores, { throwIfNoEntry: false }) ? namesIn(scores) : []
  return data && files && { data, verdicts: namesOfScores(files) }
}

function namesIn(directory: string): readonly string[] | undefined {
  return lstatSync(directory).isDirectory() ? readdirSync(directory).toSorted() : undefined
}

function readAt(descriptor: number, position: number, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes)
  return bytes.subarray(0, readSync(descriptor, bytes, 0, sizeBytes, position))
}
