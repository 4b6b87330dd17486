import {
  createRetryLoop,
  newestVerdict,
  type AttemptInput,
  type RetryLoop as RetryLoopOf,
  type RetryLoopOptions as RetryLoopOptionsOf,
  type StoredAttempt,
} from '@contrail/evaluation'
import { isContrailError, type Verdict } from '@contrail/core'
import {
  createAttachmentReader,
  listRuns,
  readTrajectory,
  readVerdicts,
  recordingRoot,
  TrajectoryRecorder,
} from '@contrail/recorder'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'

/** The input of an attempt; `recorder.onEvidence` goes to the agent. */
export type RetryAttempt = AttemptInput<TrajectoryRecorder>
/** Options of a loop of recorded attempts. */
export type RetryLoopOptions = RetryLoopOptionsOf<TrajectoryRecorder>

/**
 * Run a task until it succeeds: each attempt is recorded, classified and planned for, and the next is given the plan in its prompt. It stops
 * on success, after two attempts in a row without a better score, and at the cap. Started again with the id of a loop, it goes on
 * after the last attempt that ended.
 *
 * @example
 * ```ts
 * const { attempts, results, stopped } = await retryLoop({
 *   taskSpec,
 *   run: async ({ systemPrompt, userContext, recorder }) => {
 *     const { score, finalAnswer } = await myAgent(systemPrompt, userContext, recorder.onEvidence)
 *     return { score, finalAnswer }
 *   },
 * })
 * ```
 */
export const retryLoop: RetryLoopOf<TrajectoryRecorder> = createRetryLoop({
  createId: () => `loop-${randomBytes(4).toString('hex')}`,
  // What is not on the disk could not be gone on with.
  openRecorder: (options) => new TrajectoryRecorder({ ...options, persist: true }),
  readVerdict,
  createAttachmentReader,
  async readAttempts({ outputRoot, runIdPrefix, own }) {
    const root = recordingRoot({ outputRoot })
    if (!existsSync(root)) return []
    const runs = (await listRuns(root)).filter(
      ({ runId, error }) => runId.startsWith(runIdPrefix) && error === undefined,
    )
    const attempts = []
    for (const { directory } of runs) attempts.push(...(await readStored(directory, own)))
    return attempts
  },
})

async function readStored(directory: string, own: string): Promise<StoredAttempt[]> {
  try {
    return [{ directory, trajectory: await readTrajectory(directory), verdict: await readVerdict(directory, own) }]
  } catch (error) {
    // How a broken one ended nobody can tell: it counts as one that was killed.
    if (isContrailError(error)) return []
    throw error
  }
}

async function readVerdict(directory: string, own: string): Promise<Verdict | undefined> {
  const verdicts = await readVerdicts(directory)
  return verdicts.find(({ name }) => name === own)?.verdict ?? newestVerdict(verdicts)
}
