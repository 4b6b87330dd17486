import { join } from 'node:path'
import type { ImageReference, Trajectory } from '@contrail/core'
import { z } from 'zod'
import { isAbsent } from './disk-error.ts'
import { sha256 } from './environment.ts'
import { namesIn, readWhole } from './files.ts'
import type { Io } from './io.ts'
import { fileNames } from './trajectory-file.ts'

const maxScoreBytes = 64_000_000

/** The score that a task's verdict is taken from where there are several. */
export const defaultScoreName = 'mmrubric_v1'

/** One file of `scores/`. `value` is undefined where it is not JSON. */
export interface Score {
  readonly name: string
  readonly sha256: string
  readonly value: unknown
}

/** Read `scores/*.json`, by name. @throws {ContrailError} FILE_UNSAFE for a link and what is no plain file, FILE_UNREADABLE */
export async function readScores(io: Io, directory: string): Promise<Score[]> {
  const folder = join(directory, fileNames.scores)
  const names = (await namesIn(io, folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.'))
  return Promise.all(
    names.map(async (name) => {
      const bytes = await readWhole(io, join(folder, name), maxScoreBytes)
      return { name: name.slice(0, -'.json'.length), sha256: sha256(bytes), value: parse(bytes) }
    }),
  )
}

/**
 * `task_data.json`: what there is to know about a recording without opening it. A projection of the journal and
 * `scores/*`, made here alone for finish, recover and every verdict.
 */
export function taskDataFile(trajectory: Trajectory<ImageReference>, scores: readonly Score[]): object {
  const verdict = scores.find((score) => score.name === defaultScoreName) ?? scores[0]
  return {
    formatVersion: trajectory.formatVersion,
    runId: trajectory.runId,
    task: trajectory.task,
    status: trajectory.status,
    finalAnswer: trajectory.finalAnswer ?? null,
    stepCount: trajectory.steps.length,
    failedStepCount: trajectory.steps.filter((step) => !step.toolOutput.ok).length,
    gapCount: trajectory.gaps.length,
    timing: trajectory.timing,
    redactions: trajectory.redactions ?? {},
    ...(verdict === undefined ? {} : { verdict: verdict.value }),
    scores: scores.map((score) => ({ name: score.name, sha256: score.sha256 })),
  }
}

/** The scores that a `task_data.json` lists. Undefined where it is not there, or is no longer one of ours. */
export async function readListedScores(
  io: Io,
  directory: string,
): Promise<{ name: string; sha256: string }[] | undefined> {
  try {
    const value = parse(await readWhole(io, join(directory, fileNames.taskData), maxScoreBytes))
    return ListedScores.safeParse(value).data?.scores
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw cause
  }
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

const ListedScores = z.looseObject({ scores: z.array(z.object({ name: z.string(), sha256: z.string() })) })

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    // A score that is not JSON keeps its hash and shows no verdict; `check` names it.
    return undefined
  }
}
