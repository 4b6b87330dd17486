import { basename, join, resolve } from 'node:path'
import { ContrailError, type TrajectoryStatus } from '@contrail/core'
import { namesIn } from './files.ts'
import { diskIo, errnoOf, type Io } from './io.ts'
import { exceedsDepth } from './json-depth.ts'
import { openUntrusted } from './open-untrusted.ts'
import { readTrajectory } from './read-trajectory.ts'
import { journalName } from './scan-journal.ts'
import { fileNames } from './trajectory-file.ts'
import { FileTaskData } from './trajectory-schema.ts'

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
 * an unfinished one its journal. A recording that cannot be read is listed with its `error` and hides no other.
 *
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when the root cannot be read
 */
export async function listRuns(root: string, options: { io?: Io } = {}): Promise<RunSummary[]> {
  const io = options.io ?? diskIo
  const directories = await recordingDirectories(io, resolve(root))
  const summaries: RunSummary[] = []
  for (let start = 0; start < directories.length; start += together) {
    const group = directories.slice(start, start + together)
    summaries.push(
      ...(await Promise.all(group.map((directory) => summarise(io, directory)))).filter((run) => run !== undefined),
    )
  }
  return summaries
}

async function recordingDirectories(io: Io, root: string): Promise<string[]> {
  let runs: string[]
  try {
    runs = await io.readdir(root)
  } catch (cause) {
    throw new ContrailError(
      'DIRECTORY_UNAVAILABLE',
      `${root} cannot be read (${errnoOf(cause) ?? 'unknown error'}): is it the root of recordings?`,
      {
        cause,
        details: { root },
      },
    )
  }
  const found = await Promise.all(
    runs
      .filter((name) => !name.startsWith('.'))
      .map(async (run) => {
        const path = join(root, run)
        if ((await io.lstat(path)).kind !== 'directory') return []
        const tasks = await namesIn(io, path)
        return tasks.filter((name) => !name.startsWith('.')).map((task) => join(path, task))
      }),
  )
  return found.flat()
}

async function summarise(io: Io, directory: string): Promise<RunSummary | undefined> {
  const place = { directory, runId: basename(resolve(directory, '..')), taskId: basename(directory) }
  try {
    if ((await io.lstat(directory)).kind !== 'directory') return undefined
    const names = await io.readdir(directory)
    if (names.includes(fileNames.trajectory) && names.includes(fileNames.taskData)) return await fromTaskData(io, place)
    if (!names.includes(journalName) && !names.includes(fileNames.trajectory)) return undefined
    return await fromTrajectory(io, place)
  } catch (cause) {
    return { ...place, error: cause instanceof Error ? cause.message : String(cause) }
  }
}

type Place = Pick<RunSummary, 'directory' | 'runId' | 'taskId'>

async function fromTaskData(io: Io, place: Place): Promise<RunSummary> {
  const text = Buffer.from(await openUntrusted(io, place.directory, fileNames.taskData, 64_000_000)).toString('utf8')
  const data = exceedsDepth(text, 256) ? undefined : FileTaskData.safeParse(JSON.parse(text)).data
  if (!data) throw new ContrailError('FILE_INVALID', `${join(place.directory, fileNames.taskData)} is not task data`)
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

function withoutAbsent(summary: { [K in keyof RunSummary]: RunSummary[K] | undefined }): RunSummary {
  return Object.fromEntries(Object.entries(summary).filter(([, value]) => value !== undefined)) as unknown as RunSummary
}
