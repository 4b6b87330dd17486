import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ContrailError, type JournalEntry } from '@contrail/core'
import { checkRecording, readTrajectory, recoverRecording } from '../../../src/index.ts'
import { diskIo } from '../../../src/io/io.ts'
import { sha256 } from '../../../src/system.ts'
import { attachmentGaps, attachmentMissingGap } from '../../../src/attachments/locate.ts'
import { scanJournal } from '../../../src/journal/scan.ts'
import { eventsOf, type KnownRun } from './known-run.ts'
import type { Testimony } from './testimony.ts'

/** Findings about a recording whose process has ended. */
export interface Findings {
  /** Promises that were not kept; empty when all is well. */
  readonly broken: readonly string[]
  /** Tells whether the process was told of something, or the recording says itself what it lacks. */
  readonly surfaced: boolean
}

/**
 * Hold the recording of a known run against what its process was promised, and recover it on the way.
 *
 * @param options.lived whether the process came to its end: what it was not refused it must then have got
 */
export async function findBrokenPromises(
  directory: string,
  run: KnownRun,
  testimony: Testimony,
  options: { lived: boolean },
): Promise<Findings> {
  const refused = testimony.refusals.length > 0
  const broken = [...testimony.misbehaviour]
  const before = options.lived && testimony.finished && !refused ? await whatIsUnclean(directory) : undefined
  if (before !== undefined) broken.push(`finish() resolved, and then: ${before}`)
  if (!(await isRecovered(directory, testimony, broken))) return { broken, surfaced: refused }

  const { entries } = await scanJournal(diskIo, directory)
  const recorded = entries.filter((entry) => entry.type !== 'hole')
  if (recorded.length < entries.length) broken.push('the journal has a hole')
  broken.push(...lostEvents(recorded, run, testimony), ...(await danglingFrames(directory, recorded)))
  const after = await whatIsUnclean(directory)
  if (after !== undefined) broken.push(`recovered, and then: ${after}`)
  const { gaps, status } = await readTrajectory(directory)
  if (gaps.some(({ reason }) => reason === 'frame_missing')) broken.push('a frame of the journal is missing')
  // A disk that refuses an attachment may refuse the line that says so too. Then the caller was told, and so is who reads.
  const isMissing = !refused && gaps.some(({ reason }) => reason === attachmentMissingGap)
  if (isMissing) broken.push('an attachment of the journal is missing')
  if (testimony.finished && status !== 'complete') broken.push(`finish() resolved, and the status is ${status}`)
  const surfaced =
    refused || gaps.some(({ reason }) => reason === 'frame_write_failed' || reason === attachmentGaps.refused)
  if (options.lived && !surfaced && gaps.length > 0) broken.push(`nobody was told of the gap ${gaps[0]?.reason}`)
  return { broken, surfaced }
}

async function whatIsUnclean(directory: string): Promise<string | undefined> {
  const { status, problems } = await checkRecording(directory)
  return status === 'clean' ? undefined : `check says ${status}: ${JSON.stringify(problems[0])}`
}

/** Recover a recording. @returns whether there is one; that there is none may be a broken promise */
async function isRecovered(directory: string, testimony: Testimony, broken: string[]): Promise<boolean> {
  try {
    const { outcome, reason } = await recoverRecording(directory)
    if (outcome !== 'left_alone') return true
    if (testimony.acked.length > 0 || testimony.finished) broken.push(`the recording is lost: ${reason}`)
  } catch (cause) {
    const missing = cause instanceof ContrailError && cause.code === 'JOURNAL_MISSING'
    if (!missing) broken.push(`recover threw ${String(cause)}`)
    else if (testimony.acked.length > 0 || testimony.finished) broken.push('the whole recording is lost')
  }
  return false
}

/** Every acknowledged event stands at its place, and is the one that was acknowledged. */
function lostEvents(entries: readonly JournalEntry[], run: KnownRun, testimony: Testimony): string[] {
  const events = eventsOf(run).flat()
  // That an attachment was refused is a line of its own among those of the events.
  const lines = entries.filter(({ type, event }) => !(type === 'gap' && event.reason === attachmentGaps.refused))
  const places = new Map(lines.map(({ seq }, index) => [seq, index]))
  const promised = testimony.finished
    ? events.map((_, index) => index + 1)
    : testimony.acked.map((seq) => places.get(seq) ?? seq)
  return promised.flatMap((seq) => {
    const line = JSON.stringify(lines[seq])
    const known = events[seq - 1]
    if (!known || lines[seq] === undefined) return [`event ${seq} was acknowledged and is not there`]
    if (!line.includes(known.mark)) return [`event ${seq} is not the one that was acknowledged`]
    const unnamed = known.frames.find(
      (hash) => !line.includes(`"$frame":"${hash}"`) && !line.includes('frame_write_failed'),
    )
    return unnamed === undefined ? [] : [`event ${seq} has lost its frame ${unnamed}`]
  })
}

/** Frames that the journal names and that no file holds. */
async function danglingFrames(directory: string, entries: readonly JournalEntry[]): Promise<string[]> {
  const folder = join(directory, 'screenshots')
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const held = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map(async ({ parentPath, name }) => sha256(await readFile(join(parentPath, name)))),
  )
  const named = [...JSON.stringify(entries).matchAll(/"\$frame":"([0-9a-f]{64})"/g)].map(([, hash]) => hash as string)
  return named.filter((hash) => !held.includes(hash)).map((hash) => `frame ${hash} is named and no file holds it`)
}
