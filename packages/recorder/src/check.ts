import { join, resolve } from 'node:path'
import { ContrailError } from '@contrail/core'
import { foldRecording, isLeftover, type FoldedRecording } from './finalise.ts'
import { namesIn, readWhole } from './files.ts'
import { frameFolders } from './frame-plan.ts'
import { holds } from './frames.ts'
import { diskIo, errnoOf, type Io } from './io.ts'
import { lockName, readLock } from './lock.ts'
import { readTrajectory } from './read-trajectory.ts'
import { journalName } from './scan-journal.ts'
import { readScores, taskDataFile } from './task-data.ts'
import { fileNames, timesFile, toJsonBytes, trajectoryFile } from './trajectory-file.ts'

/** Something in a recording that is not as it was written. */
export interface CheckProblem {
  readonly code: 'hole' | 'frame' | 'differs' | 'missing' | 'unreadable' | 'unfinished' | 'leftover'
  /** Relative to the directory. */
  readonly file: string
  readonly message: string
  /** Byte offset in the file, where it is known. */
  readonly offset?: number
}

/** `clean`: every byte is what the journal says. `unfinished`: sound, but `recover` has something to do. */
export interface CheckReport {
  readonly directory: string
  readonly status: 'clean' | 'unfinished' | 'corrupt'
  readonly problems: readonly CheckProblem[]
  /** What is no problem but worth knowing, e.g. files that Contrail did not write. */
  readonly notes: readonly string[]
}

/**
 * Verify a recording: fold its journal anew, compare every derived file byte for byte and every frame by its hash.
 *
 * @throws {ContrailError} JOURNAL_MISSING where there is no recording at all; everything else is in the report
 */
export async function check(directory: string, options: { io?: Io } = {}): Promise<CheckReport> {
  const io = options.io ?? diskIo
  const root = resolve(directory)
  const names = await namesIn(io, root)
  const hasJournal = names.includes(journalName)
  const hasTrajectory = names.includes(fileNames.trajectory)
  if (!hasJournal && !hasTrajectory) {
    throw new ContrailError('JOURNAL_MISSING', `${root} holds no recording: there is no ${journalName} in it`, {
      details: { directory: root },
    })
  }
  if (hasTrajectory && !(await isOurs(io, root))) return checkForeign(io, root)
  const problems: CheckProblem[] = []
  const folded = await foldRecording(io, root).catch((cause: unknown) => {
    problems.push({ code: 'unreadable', file: journalName, message: messageOf(cause) })
    return undefined
  })
  if (folded) {
    problems.push(...holes(folded))
    problems.push(...(hasTrajectory ? await finishedProblems(io, root, folded) : await unfinishedProblems(io, root)))
    problems.push(...(await blobProblems(io, root)))
  }
  if (hasTrajectory) problems.push(...leftovers(names))
  const notes = [...strangers(names), ...(folded && folded.scan.tornBytes > 0 ? [tornNote(folded.scan.tornBytes)] : [])]
  return { directory: root, status: statusOf(problems), problems, notes }
}

function statusOf(problems: readonly CheckProblem[]): CheckReport['status'] {
  if (problems.some(({ code }) => code !== 'unfinished' && code !== 'leftover')) return 'corrupt'
  return problems.length > 0 ? 'unfinished' : 'clean'
}

function holes({ scan }: FoldedRecording): CheckProblem[] {
  return scan.entries.flatMap((entry) =>
    entry.type === 'hole'
      ? [
          {
            code: 'hole',
            file: journalName,
            offset: entry.offset,
            message: `${entry.sizeBytes} bytes are not as they were written (${entry.reason})`,
          } as const,
        ]
      : [],
  )
}

async function unfinishedProblems(io: Io, root: string): Promise<CheckProblem[]> {
  const { state, owner } = await readLock(io, root)
  const message =
    state === 'live'
      ? `is being written by pid ${owner?.pid} on ${owner?.host}`
      : 'is not there: the run was cut off; "contrail recover" finishes it'
  return [{ code: 'unfinished', file: fileNames.trajectory, message }]
}

async function finishedProblems(io: Io, root: string, folded: FoldedRecording): Promise<CheckProblem[]> {
  const problems = await frameProblems(io, root, folded)
  const scores = await readScores(io, root).catch(() => [])
  const expected = {
    [fileNames.times]: timesFile(folded.trajectory),
    [fileNames.taskData]: taskDataFile(folded.trajectory, scores),
    [fileNames.trajectory]: trajectoryFile(folded.trajectory, folded.plan, folded.scan),
  }
  for (const [file, value] of Object.entries(expected)) {
    const found = await readOrUndefined(io, join(root, file))
    if (!found) problems.push({ code: 'missing', file, message: 'is not there' })
    else if (Buffer.compare(found, toJsonBytes(value)) !== 0) {
      problems.push({ code: 'differs', file, message: 'is not what the journal and the scores make' })
    }
  }
  problems.push(...(await journalProblems(io, root, folded)), ...(await scoreProblems(io, root, scores)))
  return problems
}

/** The hash of the whole journal, as it was when the recording was finished. */
async function journalProblems(io: Io, root: string, { scan }: FoldedRecording): Promise<CheckProblem[]> {
  const file = (await readJson(io, join(root, fileNames.trajectory))) as { journal?: { sha256?: unknown } } | undefined
  if (file?.journal?.sha256 === scan.sha256) return []
  return [{ code: 'differs', file: journalName, message: 'is not the journal that trajectory.json was made from' }]
}

async function scoreProblems(
  io: Io,
  root: string,
  scores: Awaited<ReturnType<typeof readScores>>,
): Promise<CheckProblem[]> {
  const file = (await readJson(io, join(root, fileNames.taskData))) as { scores?: unknown } | undefined
  const listed = Array.isArray(file?.scores) ? (file.scores as { name?: unknown; sha256?: unknown }[]) : []
  const changed = scores.filter(
    ({ name, sha256 }) => !listed.some((entry) => entry.name === name && entry.sha256 === sha256),
  )
  const gone = listed.filter((entry) => !scores.some(({ name }) => name === entry.name))
  return [
    ...changed.map(({ name }) => ({
      code: 'differs' as const,
      file: `scores/${name}.json`,
      message: 'is not the score that was recorded',
    })),
    ...gone.map(({ name }) => ({
      code: 'missing' as const,
      file: `scores/${String(name)}.json`,
      message: 'is not there',
    })),
  ]
}

async function frameProblems(io: Io, root: string, { plan, located }: FoldedRecording): Promise<CheckProblem[]> {
  const recorded = new Set(
    (
      (await readJson(io, join(root, fileNames.trajectory))) as
        | { gaps?: { reason?: string; detail?: { sha256?: string } }[] }
        | undefined
    )?.gaps
      ?.filter?.(({ reason }) => reason === 'frame_missing')
      .map(({ detail }) => detail?.sha256),
  )
  const problems: CheckProblem[] = []
  for (const { path, image } of plan.frames) {
    const knownGap = !located.paths.has(image.sha256) && recorded.has(image.sha256)
    if (knownGap || (await holds(io, join(root, path), image.sha256))) continue
    problems.push({ code: 'frame', file: path, message: `does not hold frame ${image.sha256}` })
  }
  return problems
}

/** Blobs are named by their hash, so each can be verified by itself. */
async function blobProblems(io: Io, root: string): Promise<CheckProblem[]> {
  const problems: CheckProblem[] = []
  for (const name of await namesIn(io, join(root, frameFolders.blobs))) {
    if (name.startsWith('.tmp-')) continue
    const file = `${frameFolders.blobs}/${name}`
    if (!(await holds(io, join(root, file), name.split('.')[0] as string))) {
      problems.push({ code: 'frame', file, message: 'does not hold the frame that its name says' })
    }
  }
  return problems
}

async function checkForeign(io: Io, root: string): Promise<CheckReport> {
  const notes = ['not written by Contrail: only its schema and its files can be checked']
  try {
    const { gaps } = await readTrajectory(root, { io })
    const problems = gaps.map(({ reason, detail, stepIndex }) => ({
      code: 'missing' as const,
      file: fileNames.trajectory,
      message: `${reason}${stepIndex === undefined ? '' : ` at step ${stepIndex + 1}`}: ${JSON.stringify(detail)}`,
    }))
    return { directory: root, status: statusOf(problems), problems, notes }
  } catch (cause) {
    const problem = { code: 'unreadable' as const, file: fileNames.trajectory, message: messageOf(cause) }
    return { directory: root, status: 'corrupt', problems: [problem], notes }
  }
}

function leftovers(names: readonly string[]): CheckProblem[] {
  return names
    .filter(isLeftover)
    .map((file) => ({ code: 'leftover', file, message: 'is left over; "contrail recover" clears it' }))
}

const ours = new Set<string>([
  ...Object.values(fileNames),
  journalName,
  lockName,
  'screenshots',
  'attachments',
  'labels',
  'frames.log',
])

function strangers(names: readonly string[]): string[] {
  return names
    .filter((name) => !ours.has(name) && !isLeftover(name))
    .map((name) => `${name} is not Contrail's`)
}

function tornNote(tornBytes: number): string {
  return `the last ${tornBytes} bytes of ${journalName} were never committed`
}

/** Whether `trajectory.json` is ours, or a file of ours that can no longer be read as such. */
async function isOurs(io: Io, root: string): Promise<boolean> {
  const text = Buffer.from((await readOrUndefined(io, join(root, fileNames.trajectory))) ?? '').toString('utf8')
  if (text.includes('"formatVersion"')) return true
  const journal = Buffer.from((await readOrUndefined(io, join(root, journalName))) ?? '').toString('utf8')
  return journal.startsWith('{"seq":0,') || journal.includes('"type":"run_started"')
}

async function readJson(io: Io, path: string): Promise<unknown> {
  try {
    return JSON.parse(Buffer.from((await readOrUndefined(io, path)) ?? '').toString('utf8'))
  } catch {
    // Said already as `differs` by the comparison of its bytes.
    return undefined
  }
}

async function readOrUndefined(io: Io, path: string): Promise<Uint8Array | undefined> {
  try {
    return await readWhole(io, path, 512_000_000)
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined
    throw cause
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
