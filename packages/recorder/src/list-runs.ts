import { basename, dirname, join, resolve } from 'node:path'
import { ContrailError, present, type TrajectoryStatus } from '@contrail/core'
import { namesIn, statIfThere } from './files.ts'
import { diskIo, errnoOf, type Io } from './io.ts'
import { openUntrusted, readAt } from './open-untrusted.ts'
import { readTrajectory } from './read-trajectory.ts'
import { journalName } from './scan-journal.ts'
import { readTaskData } from './task-data.ts'
import { fileNames } from './trajectory-file.ts'

/** One recording in a list. What could not be read is absent, and `error` says why. */
export interface RunSummary {
  readonly directory: string
  readonly runId: string
  readonly taskId: string
  /**
   * Whether there is a `trajectory.json` that looks whole. One that is not finished may say how its run ended all the
   * same: it was cut off between its end and its files, or they were damaged; `recover` makes them.
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
  /** Names of its scores. */
  readonly verdicts?: readonly string[]
  readonly error?: string
}

const together = 64
const edgeBytes = 64

/**
 * List the recordings below a root, `<root>/<runId>/<taskId>/`, by run and task. A finished one costs one small file
 * and a look at another, an unfinished one its journal. A recording that cannot be read is listed with its `error` and hides no other, and so
 * is a folder of a run, with no `taskId`.
 *
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when the root cannot be read
 */
export async function listRuns(root: string, options: { io?: Io } = {}): Promise<RunSummary[]> {
  const io = options.io ?? diskIo
  const found = await recordingDirectories(io, resolve(root))
  const summaries: RunSummary[] = []
  for (let start = 0; start < found.length; start += together) {
    const group = found
      .slice(start, start + together)
      .map(async (entry) => (typeof entry === 'string' ? summariseTask(io, entry) : entry))
    summaries.push(...(await Promise.all(group)).filter((run) => run !== undefined))
  }
  return summaries
}

/** The folders of tasks, and the folders of runs that could not be looked into. */
async function recordingDirectories(io: Io, root: string): Promise<(string | RunSummary)[]> {
  const runs = await io.readdir(root).catch((cause: unknown) => {
    throw new ContrailError(
      'DIRECTORY_UNAVAILABLE',
      `${root} cannot be read (${errnoOf(cause) ?? 'unknown error'}): is it the root of recordings?`,
      { cause, details: { root } },
    )
  })
  const found = await Promise.all(
    runs
      .filter((name) => !name.startsWith('.'))
      .map(async (runId): Promise<(string | RunSummary)[]> => {
        const directory = join(root, runId)
        try {
          if ((await statIfThere(io, directory))?.kind !== 'directory') return []
          const tasks = await namesIn(io, directory)
          return tasks.filter((name) => !name.startsWith('.')).map((task) => join(directory, task))
        } catch (cause) {
          return [{ directory, runId, taskId: '', finished: false, error: messageOf(cause) }]
        }
      }),
  )
  return found.flat()
}

/** What stands below a run, if it is no link. */
async function summariseTask(io: Io, directory: string): Promise<RunSummary | undefined> {
  try {
    if ((await statIfThere(io, directory))?.kind !== 'directory') return undefined
  } catch (cause) {
    return { ...placeOf(directory), error: messageOf(cause) }
  }
  return summariseRecording(directory, { io })
}

/**
 * One recording as `listRuns` lists it, wherever it is.
 *
 * @returns undefined where there is no recording; one that cannot be read has its `error`
 */
export async function summariseRecording(
  directory: string,
  options: { io?: Io } = {},
): Promise<RunSummary | undefined> {
  const io = options.io ?? diskIo
  const place = placeOf(resolve(directory))
  try {
    const names = await namesIn(io, place.directory)
    const hasTrajectory = names.includes(fileNames.trajectory)
    if (!hasTrajectory && !names.includes(journalName)) return undefined
    const found = { ...place, finished: hasTrajectory && (await looksWhole(io, place.directory)) }
    const summary = hasTrajectory ? await fromTaskData(io, found) : undefined
    return summary ?? (await fromTrajectory(io, found))
  } catch (cause) {
    return { ...place, error: messageOf(cause) }
  }
}

/**
 * Whether `trajectory.json` begins and ends as an object does: a list reads no whole one. It finds what is torn, empty,
 * or nulls after a power cut; the rest is for `check` to find.
 */
async function looksWhole(io: Io, directory: string): Promise<boolean> {
  const file = await openUntrusted(io, directory, fileNames.trajectory)
  if (!file) return false
  try {
    const head = Buffer.from(await readAt(file, 0, edgeBytes)).toString('latin1')
    const tail = Buffer.from(await readAt(file, Math.max(0, file.sizeBytes - edgeBytes), edgeBytes)).toString('latin1')
    // Where every level is indented, the last brace stands at the beginning of its line.
    return head.startsWith('{') && tail.trimEnd().endsWith(head.startsWith('{\n') ? '\n}' : '}')
  } finally {
    await file.close()
  }
}

function placeOf(directory: string): Place {
  return { directory, runId: basename(dirname(directory)), taskId: basename(directory), finished: false }
}

type Place = Pick<RunSummary, 'directory' | 'runId' | 'taskId' | 'finished'>

/** Undefined where there is no `task_data.json`, or none that can be understood: trajectory.json says the same. */
async function fromTaskData(io: Io, place: Place): Promise<RunSummary | undefined> {
  const data = await readTaskData(io, place.directory)
  if (!data) return undefined
  const { task, status, runId, stepCount, failedStepCount, gapCount, timing, finalAnswer, scores } = data
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
    verdicts: scores?.map(({ name }) => name),
  })
}

async function fromTrajectory(io: Io, place: Place): Promise<RunSummary> {
  const { runId, task, status, steps, gaps, timing, finalAnswer } = await readTrajectory(place.directory, { io })
  return present({
    ...place,
    runId,
    taskId: task.id,
    status,
    instruction: task.instruction,
    steps: steps.length,
    failedSteps: steps.filter((step) => !step.toolOutput.ok).length,
    gaps: gaps.length,
    finalAnswer,
    startedAt: timing.startedAt,
    endedAt: timing.endedAt,
  })
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
