import { join, resolve } from 'node:path'
import { describeIssue, redactRecord, toPlainValue, Verdict } from '@contrail/core'
import { encodeIdentifier } from '../directory/identifier.ts'
import { fileNames } from '../directory/names.ts'
import { unwritable } from '../io/disk-error.ts'
import { createFile, linkWhereKnown, makeDirectories, removeIfThere } from '../io/files.ts'
import { writeTaskData } from './finalise.ts'
import { foldJournal } from '../read/fold.ts'
import { forgivingIo } from '../io/forgiving-io.ts'
import { diskIo, errnoOf, type Io } from '../io/io.ts'
import { toJsonBytes } from '../io/json-chunks.ts'
import { releaseLock, takeOverLock } from '../directory/lock.ts'
import { assertOwnFolders } from '../directory/folders.ts'
import { readTrajectoryOn } from '../read/read-trajectory.ts'
import { defaultScoreName } from './task-data.ts'
import { RunRedactor, type RedactOptions } from '../redact/run-redactor.ts'

/** No score takes more bytes as a file: judges write pages, not books, and every list of runs reads it. */
const maxVerdictBytes = 8_000_000

/**
 * Check what is given as a verdict, whatever it holds beside the fields of one. What comes out is plain data that shares
 * nothing with it and has no secrets; what JSON cannot hold is tagged as in events. How many secrets of each kind were
 * replaced stands in its `redactions`.
 *
 * @throws {TypeError} naming the field, what was expected and what was got; also for more than 8 MB
 */
export function assertVerdict(verdict: unknown, redaction: RunRedactor): Verdict {
  // One that does not fit is refused and never cut, so the limit here is only what we are ready to measure.
  const limits = { maxKeys: Infinity, maxSizeBytes: 4 * maxVerdictBytes }
  const plain = toPlainValue(verdict, { ...limits, ...redactRecord(redaction.redactor) })
  // Also of one that is refused: the next event did not hold them.
  const redactions = redaction.takeReceipt()
  const parsed = Verdict.safeParse(plain)
  if (!parsed.success) throw new TypeError(`verdict: ${describeIssue(parsed.error)}`)
  assertPoints(parsed.data)
  const sizeBytes = toJsonBytes(parsed.data).byteLength
  if (sizeBytes > maxVerdictBytes) {
    throw new TypeError(`verdict: expected at most ${maxVerdictBytes} bytes of JSON, got ${sizeBytes} or more`)
  }
  return redactions ? { ...parsed.data, redactions } : parsed.data
}

/** Refuses points out of their bounds. A verdict that is read may say anything. */
function assertPoints({ processScore, perCriterion = [] }: Verdict): void {
  if (processScore !== undefined && !(processScore >= 0 && processScore <= 1))
    throw new TypeError(`verdict: processScore: expected a number from 0 to 1, got ${processScore}`)
  for (const [at, { earnedPoints, maxPoints }] of perCriterion.entries())
    if (earnedPoints !== null && !(earnedPoints >= 0 && earnedPoints <= maxPoints))
      throw new TypeError(
        `verdict: perCriterion.${at}.earnedPoints: expected from 0 to ${maxPoints} (maxPoints), got ${earnedPoints}`,
      )
}

/**
 * Check how a verdict is to be kept, and give the name of its score.
 *
 * @throws {TypeError} for options that are no object, and a name that is no text or empty
 */
export function assertVerdictOptions(options: unknown): string {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `options of a verdict: expected an object such as { name: 'mmrubric_v1' }, got ${show(options)}`,
    )
  }
  const { name = defaultScoreName } = options as { name?: unknown }
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(`options.name of a verdict: expected a text that is not empty, got ${show(name)}`)
  }
  return name
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : typeof value
}

/**
 * Add a verdict to a recording that nobody is writing: `scores/<name>.json`, and `task_data.json` made anew.
 * Verdicts are never overwritten; a taken name gets `-2`, `-3`, ...
 *
 * @param options.name default `mmrubric_v1`
 * @param options.redact what is kept out of it, as by a recorder; default what is known by name, shape and environment
 * @returns the path of the new score
 * @throws {TypeError} for what is no verdict, no options, or more than 8 MB
 * @throws {ContrailError} JOURNAL_LOCKED, JOURNAL_MISSING, RECORDING_FAILED, and what `readTrajectory` throws
 * @example
 * await writeVerdict(recorder.directory!, { outcomeSuccess: false, explanation: 'No lamp.' }, { name: 'by_hand' })
 */
export function writeVerdict(
  directory: string,
  verdict: Verdict,
  options: {
    name?: string
    redact?: RedactOptions
    env?: Readonly<Record<string, string | undefined>>
  } = {},
): Promise<string> {
  return writeVerdictOn(diskIo, directory, verdict, options)
}

/** {@link writeVerdict} on another disk. */
export async function writeVerdictOn(
  io: Io,
  directory: string,
  verdict: Verdict,
  options: Parameters<typeof writeVerdict>[2] = {},
): Promise<string> {
  const asked = assertVerdictOptions(options)
  const redaction = new RunRedactor(options.redact, options.env ?? process.env)
  const name = redaction.redactor.identifier(asked)
  return addVerdict(forgivingIo(io), resolve(directory), assertVerdict(verdict, redaction), name)
}

/**
 * {@link writeVerdict} for a verdict and a name that were checked and redacted already.
 *
 * @throws {ContrailError} as `writeVerdict`
 */
export async function addVerdict(io: Io, root: string, verdict: Verdict, name: string): Promise<string> {
  const trajectory = await readTrajectoryOn(io, root)
  try {
    await assertOwnFolders(io, root)
    await takeOverLock(io, root)
    try {
      const path = await writeScore(io, root, verdict, name)
      await writeTaskData(io, root, trajectory)
      return path
    } finally {
      await releaseLock(io, root)
    }
  } catch (cause) {
    throw unwritable(root, cause)
  }
}

/**
 * Add a verdict to a recording whose lock the caller holds, and which is not finished.
 *
 * @throws the system's error where the disk refuses a write
 */
export async function writeVerdictUnderLock(
  io: Io,
  directory: string,
  verdict: Verdict,
  name: string,
): Promise<string> {
  const path = await writeScore(io, directory, verdict, name)
  const { trajectory } = await foldJournal(io, directory)
  await writeTaskData(io, directory, { ...trajectory, status: 'recording' })
  return path
}

/** Write a score under the first free name, complete or not at all. */
async function writeScore(io: Io, directory: string, verdict: Verdict, name: string): Promise<string> {
  const folder = join(directory, fileNames.scores)
  await makeDirectories(io, folder)
  const temporary = join(folder, `.tmp-${process.pid}`)
  await removeIfThere(io, temporary)
  await createFile(io, temporary, toJsonBytes(verdict))
  try {
    for (let attempt = 1; ; attempt++) {
      const suffix = attempt === 1 ? '' : `-${attempt}`
      const path = join(folder, `${encodeIdentifier(name)}${suffix}.json`)
      if (await tookName(io, temporary, path, verdict)) {
        await io.syncDirectory(folder)
        return path
      }
    }
  } finally {
    await removeIfThere(io, temporary)
  }
}

async function tookName(io: Io, temporary: string, path: string, verdict: Verdict): Promise<boolean> {
  try {
    // A file system without links: the name is taken first, then filled.
    if (!(await linkWhereKnown(io, temporary, path))) await createFile(io, path, toJsonBytes(verdict))
    return true
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST') return false
    throw cause
  }
}
