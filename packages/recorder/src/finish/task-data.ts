import { unlessRefused } from '../io/disk-error.ts'
import { type ImageReference, redactionKinds, type Trajectory } from '@contrail/core'
import { z } from 'zod'
import { fileNames } from '../directory/names.ts'
import { sha256 } from '../system.ts'
import type { Io } from '../io/io.ts'
import { listUntrusted, readUntrusted } from '../io/open-untrusted.ts'
import { FileTaskData } from '../read/trajectory-schema.ts'
import { parseUntrusted } from '../io/untrusted-json.ts'

const maxScoreBytes = 64_000_000
/** It holds one verdict of 8 MB and one final answer at most. `listRuns` reads one for every recording. */
const maxTaskDataBytes = 64_000_000
const maxValues = 5_000_000

/** The score that a task's verdict is taken from where there are several. */
export const defaultScoreName = 'mmrubric_v1'

/** One file of `scores/`. `value` is undefined where it is not JSON. */
export interface Score {
  readonly name: string
  readonly sha256: string
  readonly value: unknown
}

/** The names of the scores among the files of `scores/`. */
export function namesOfScores(files: readonly string[]): string[] {
  return files.flatMap((file) => (/^[^.].*\.json$/s.test(file) ? file.slice(0, -'.json'.length) : []))
}

/** List the names of the scores of a recording. @throws {ContrailError} FILE_UNSAFE for a link and what is no folder */
export async function listScores(io: Io, directory: string): Promise<string[]> {
  return namesOfScores(await listUntrusted(io, directory, fileNames.scores))
}

/** Read `scores/*.json`, by name. @throws {ContrailError} FILE_UNSAFE for a link and what is no plain file, FILE_UNREADABLE */
export async function readScores(io: Io, directory: string): Promise<Score[]> {
  const names = await listScores(io, directory)
  const scores = await Promise.all(
    names.map(async (name): Promise<Score | undefined> => {
      const bytes = await readUntrusted(io, directory, `${fileNames.scores}/${name}.json`, maxScoreBytes)
      return bytes && { name, sha256: sha256(bytes), value: parse(bytes) }
    }),
  )
  return scores.filter((score) => score !== undefined)
}

/**
 * `task_data.json`: what there is to know about a recording without opening it. A projection of the journal and
 * `scores/*`, made here alone for finish, recover and every verdict.
 */
export function taskDataFile(trajectory: Trajectory<ImageReference>, scores: readonly Score[]): object {
  const whole = scores.filter(({ value }) => value !== undefined)
  const verdict = whole.find((score) => score.name === defaultScoreName) ?? whole[0]
  return {
    formatVersion: trajectory.formatVersion,
    runId: trajectory.runId,
    task: trajectory.task,
    status: trajectory.status,
    finalAnswer: trajectory.finalAnswer ?? null,
    ...(trajectory.finalScore === undefined ? {} : { finalScore: trajectory.finalScore }),
    stepCount: trajectory.steps.length,
    failedStepCount: trajectory.steps.filter((step) => !step.toolOutput.ok).length,
    gapCount: trajectory.gaps.length,
    timing: trajectory.timing,
    redactions: receiptOf(trajectory, scores),
    ...(verdict === undefined ? {} : { verdict: verdict.value }),
    scores: scores.map((score) => ({ name: score.name, sha256: score.sha256 })),
  }
}

/**
 * The number of secrets of each kind that were replaced in the journal and in the scores, in the order of their names.
 */
function receiptOf({ redactions = {} }: Trajectory<ImageReference>, scores: readonly Score[]): Record<string, number> {
  const counts = new Map(Object.entries(redactions))
  for (const { value } of scores) {
    const told = ScoreReceipt.safeParse(value).data?.redactions ?? {}
    for (const [kind, count] of Object.entries(told)) counts.set(kind, (counts.get(kind) ?? 0) + count)
  }
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** The scores that a `task_data.json` lists. Undefined where it is not there, or is no longer one of ours. */
export async function readListedScores(
  io: Io,
  directory: string,
): Promise<{ name: string; sha256: string }[] | undefined> {
  const bytes = await readUntrusted(io, directory, fileNames.taskData, maxTaskDataBytes)
  return bytes && ListedScores.safeParse(parse(bytes)).data?.scores
}

/**
 * Read what `task_data.json` says of a recording, ours or Stagehand's. Undefined where it is not there or cannot be
 * understood.
 *
 * @throws {ContrailError} FILE_UNSAFE, FILE_TOO_LARGE, FILE_UNREADABLE
 */
export async function readTaskData(io: Io, directory: string): Promise<FileTaskData | undefined> {
  const bytes = await readUntrusted(io, directory, fileNames.taskData, maxTaskDataBytes)
  return bytes && parseTaskData(bytes)
}

/** Parse the bytes of a `task_data.json`, ours or Stagehand's; undefined where they cannot be understood. */
export function parseTaskData(bytes: Uint8Array): FileTaskData | undefined {
  return FileTaskData.safeParse(parse(bytes)).data
}

/** As {@link readTaskData}, where what cannot be one of ours, such as a link or a file without end, counts as none. @throws {ContrailError} FILE_UNREADABLE */
export function readTaskDataIfSound(io: Io, directory: string): Promise<FileTaskData | undefined> {
  return unlessRefused(() => readTaskData(io, directory))
}

/**
 * Scores that `task_data.json` does not list: a crash came between the two files.
 * None where it cannot be read as ours; then it is damaged, and only made anew when that is asked for.
 */
export async function findUnlistedScores(io: Io, directory: string): Promise<string[]> {
  const listed = await readListedScores(io, directory)
  if (!listed) return []
  const scores = await readScores(io, directory)
  return scores.map(({ name }) => name).filter((name) => !listed.some((entry) => entry.name === name))
}

const ScoreReceipt = z.looseObject({ redactions: z.partialRecord(z.enum(redactionKinds), z.number().int().positive()) })
const ListedScores = z.looseObject({ scores: z.array(z.object({ name: z.string(), sha256: z.string() })) })

/** A score that is not JSON keeps its hash and shows no verdict; `check` names it. */
function parse(bytes: Uint8Array): unknown {
  const parsed = parseUntrusted(bytes, { maxValues })
  return 'invalid' in parsed ? undefined : parsed.value
}
