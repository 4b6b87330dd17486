import { basename, dirname, join, resolve } from 'node:path'
import { ContrailError, type TrajectoryStatus } from '@contrail/core'
import { namesIn, statIfThere } from './files.ts'
import { diskIo, errnoOf, type Io } from './io.ts'
import { readTrajectory } from './read-trajectory.ts'
import { journalName } from './scan-journal.ts'
import { readTaskData } from './task-data.ts'
import { fileNames } from './trajectory-file.ts'

/** One recording in a list. What could not be read is absent, and `error` says why. */
export interface RunSummary {
  readonly directory: string
  readonly runId: string
  readonly taskId: string
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

/**
 * List the recordings below a root, `<root>/<runId>/<taskId>/`, by run and task. A finished one costs one small file,
 * an unfinished one its journal. A recording that cannot be read is listed with its `error` and hides no other, and so
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
      .map(async (entry) => (typeof entry === 'string' ? summarise(io, entry) : entry))
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
          return [{ directory, runId, taskId: '', error: messageOf(cause) }]
        }
      }),
  )
  return found.flat()
}

async function summarise(io: Io, directory: string): Promise<RunSummary | undefined> {
  const place = { directory, runId: basename(dirname(directory)), taskId: basename(directory) }
  try {
    if ((await statIfThere(io, directory))?.kind !== 'directory') return undefined
    const names = await namesIn(io, directory)
    const isFinished = names.includes(fileNames.trajectory)
    if (!isFinished && !names.includes(journalName)) return undefined
    const summary = isFinished ? await fromTaskData(io, place) : undefined
    return summary ?? (await fromTrajectory(io, place))
  } catch (cause) {
    return { ...place, error: messageOf(cause) }
  }
}

type Place = Pick<RunSummary, 'directory' | 'runId' | 'taskId'>

/** Undefined where there is no `task_data.json`, or none that can be understood: trajectory.json says the same. */
async function fromTaskData(io: Io, place: Place): Promise<RunSummary | undefined> {
  const data = await readTaskData(io, place.directory)
  if (!data) return undefined
  const { task, status, runId, stepCount, failedStepCount, gapCount, timing, finalAnswer, scores } = data
  return withoutAbsent({
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
  return withoutAbsent({
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

function withoutAbsent(summary: { [K in keyof RunSummary]: RunSummary[K] | undefined }): RunSummary {
  return Object.fromEntries(Object.entries(summary).filter(([, value]) => value !== undefined)) as unknown as RunSummary
}
