import { namesOfRuns } from '../directory/root.ts'
import { basename, dirname, join, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { messageOf, present, systemClock, type TrajectoryStatus } from '@contrail/core'
import { fileNames, isOfRecording } from '../directory/names.ts'
import { namesIn, statIfThere } from '../io/files.ts'
import { diskIo, type Io } from '../io/io.ts'
import { createGlances, type Glances } from './quick-summary.ts'
import { edgeBytes, looksWhole } from './looks-whole.ts'
import { openUntrusted, readAt } from '../io/open-untrusted.ts'
import { readTrajectoryOn } from '../read/read-trajectory.ts'
import { listScores, readTaskData, taskDataFile } from '../finish/task-data.ts'
import type { FileTaskData } from '../read/trajectory-schema.ts'

/** One recording in a list. What could not be read is absent, and `error` says why. */
export interface RunSummary {
  readonly directory: string
  readonly runId: string
  readonly taskId: string
  /**
   * True where there is a `trajectory.json` that looks whole. One that is not finished may say how its run ended all
   * the same: it was cut off between its end and its files, or they were damaged; `recover` makes them.
   */
  readonly finished: boolean
  readonly status?: TrajectoryStatus
  readonly instruction?: string
  readonly steps?: number
  readonly failedSteps?: number
  readonly gaps?: number
  readonly finalAnswer?: string
  readonly startedAt?: string
  readonly endedAt?: string
  /** Measured by a clock that never jumps. */
  readonly durationMs?: number
  readonly finalScore?: number
  /** `episode` of its task, as it stands there. */
  readonly episode?: unknown
  /** `attempt` of its task, as it stands there. */
  readonly attempt?: unknown
  /** The names of its verdicts, as they are in `scores/` now. */
  readonly verdicts?: readonly string[]
  readonly error?: string
}

const together = 64
/** As long as this nobody else gets a turn. */
const sliceMs = 10

/**
 * List the recordings below a root, `<root>/<runId>/<taskId>/`, by run and task. A finished one costs one small file
 * and a look at another, an unfinished one its journal. A recording that cannot be read is listed with its `error` and hides no other, and so
 * is a folder of a run, with no `taskId`.
 *
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when the root cannot be read
 */
export function listRuns(root: string): Promise<RunSummary[]> {
  return listRunsOn(diskIo, root)
}

/** {@link listRuns} on another disk. */
export async function listRunsOn(io: Io, root: string): Promise<RunSummary[]> {
  const glances = io === diskIo ? createGlances(systemClock) : undefined
  const found = await recordingDirectories(io, glances, resolve(root))
  const summaries = await inSlices(found, (entry) =>
    typeof entry === 'string' ? summariseTask(io, glances, entry) : entry,
  )
  return summaries.filter((run) => run !== undefined)
}

/** The folders of tasks, and the folders of runs that could not be looked into. */
async function recordingDirectories(
  io: Io,
  glances: Glances | undefined,
  root: string,
): Promise<(string | RunSummary)[]> {
  const runs = await namesOfRuns(io, root)
  const found = await inSlices(
    runs.filter((name) => !name.startsWith('.')),
    async (runId): Promise<(string | RunSummary)[]> => {
      const directory = join(root, runId)
      try {
        const tasks = glances?.folder(directory) ?? (await tasksOf(io, directory))
        return tasks.filter((name) => !name.startsWith('.')).map((task) => join(directory, task))
      } catch (cause) {
        return [{ directory, runId, taskId: '', finished: false, error: messageOf(cause) }]
      }
    },
  )
  return found.flat()
}

async function tasksOf(io: Io, directory: string): Promise<readonly string[]> {
  const isFolder = (await statIfThere(io, directory))?.kind === 'directory'
  return isFolder ? namesIn(io, directory) : []
}

/** Work on items some at a time, in order; now and then everybody else in the process gets a turn. */
async function inSlices<T, R>(items: readonly T[], work: (item: T) => R | Promise<R>): Promise<R[]> {
  const results: R[] = []
  let sliceEndMs = systemClock.monotonicMs() + sliceMs
  for (let start = 0; start < items.length; start += together) {
    results.push(...(await Promise.all(items.slice(start, start + together).map(work))))
    if (systemClock.monotonicMs() < sliceEndMs) continue
    await setImmediate()
    sliceEndMs = systemClock.monotonicMs() + sliceMs
  }
  return results
}

/** Summarise what is below a run, if it is no link. */
async function summariseTask(io: Io, glances: Glances | undefined, directory: string): Promise<RunSummary | undefined> {
  const seen = glances?.recording(directory)
  if (seen) return { ...summaryOf({ ...placeOf(directory), finished: true }, seen.data), verdicts: seen.verdicts }
  try {
    if ((await statIfThere(io, directory))?.kind !== 'directory') return undefined
  } catch (cause) {
    return { ...placeOf(directory), error: messageOf(cause) }
  }
  return summariseRecordingOn(io, directory)
}

/**
 * One recording as `listRuns` lists it, wherever it is.
 *
 * @returns undefined where there is no recording; one that cannot be read has its `error`
 */
export function summariseRecording(directory: string): Promise<RunSummary | undefined> {
  return summariseRecordingOn(diskIo, directory)
}

async function summariseRecordingOn(io: Io, directory: string): Promise<RunSummary | undefined> {
  const place = placeOf(resolve(directory))
  try {
    const names = await namesIn(io, place.directory)
    if (!isOfRecording(names)) return undefined
    const hasTrajectory = names.includes(fileNames.trajectory)
    const found = { ...place, finished: hasTrajectory && (await isWhole(io, place.directory)) }
    const data = hasTrajectory ? await readTaskData(io, place.directory) : undefined
    const summary = summaryOf(found, data ?? (await makeTaskData(io, place.directory)))
    return { ...summary, verdicts: await listScores(io, place.directory) }
  } catch (cause) {
    return { ...place, error: messageOf(cause) }
  }
}

/**
 * Read the `trajectory.json` of a listed recording whole, where there is one: a list has only looked at its edges.
 *
 * @returns the same, with the `error` that whoever opens it would meet
 */
export async function readWhole(run: RunSummary): Promise<RunSummary> {
  const names = await namesIn(diskIo, run.directory).catch((): string[] => [])
  if (!names.includes(fileNames.trajectory)) return run
  return readTrajectoryOn(diskIo, run.directory).then(
    () => run,
    (cause: unknown) => ({ ...run, error: messageOf(cause) }),
  )
}

async function isWhole(io: Io, directory: string): Promise<boolean> {
  const file = await openUntrusted(io, directory, fileNames.trajectory)
  if (!file) return false
  try {
    const head = await readAt(file, 0, edgeBytes)
    return looksWhole(head, await readAt(file, Math.max(0, file.sizeBytes - edgeBytes), edgeBytes))
  } finally {
    await file.close()
  }
}

function placeOf(directory: string): Place {
  return { directory, runId: basename(dirname(directory)), taskId: basename(directory), finished: false }
}

type Place = Pick<RunSummary, 'directory' | 'runId' | 'taskId' | 'finished'>

/** Make what `task_data.json` says where it is not there, or cannot be understood. */
async function makeTaskData(io: Io, directory: string): Promise<FileTaskData> {
  return taskDataFile(await readTrajectoryOn(io, directory), []) as FileTaskData
}

function summaryOf(place: Place, data: FileTaskData): RunSummary {
  const { task, status, runId, stepCount, failedStepCount, gapCount, timing, finalAnswer } = data
  return present({
    ...place,
    runId: runId ?? place.runId,
    taskId: task.id,
    status: status as TrajectoryStatus,
    instruction: task.instruction,
    steps: stepCount,
    failedSteps: failedStepCount,
    gaps: gapCount,
    finalAnswer: finalAnswer ?? undefined,
    startedAt: timing?.startedAt,
    endedAt: timing?.endedAt,
    durationMs: timing?.durationMs,
    finalScore: data.finalScore,
    episode: task['episode'],
    attempt: task['attempt'],
  })
}
