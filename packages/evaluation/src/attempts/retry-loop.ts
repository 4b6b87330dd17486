import { assertKnownOptions, type ImageReference, type TaskSpec, type Trajectory, type Verdict } from '@contrail/core'
import { classifyFailures, type ClassifyOptions, type FailureReport } from '../failures/report/classify.ts'
import { scoreOf } from '../failures/score.ts'
import { improvementPlan, type PlanOptions } from '../plan/of-trajectory.ts'
import { buildRetrySystemPrompt, buildRetryUserContext } from '../plan/prompts.ts'
import { compareAttempts, type RetryResult } from './compare-attempts.ts'
import type { AttemptRecorder, AttemptStore, StoredAttempt } from './attempt-store.ts'
import { outcomeOf, type AttemptInput, type AttemptOutcome } from './agent-run.ts'
import { attemptOf, toAttemptTask } from './links.ts'

/** Options of a loop. */
export interface RetryLoopOptions<Recorder> extends Pick<PlanOptions, 'templates' | 'actionKinds'> {
  readonly taskSpec: TaskSpec
  /** The folder in which the attempts are recorded. Default as for a recorder. */
  readonly outputRoot?: string | undefined
  run(attempt: AttemptInput<Recorder>): Promise<AttemptOutcome>
  /** Default 3. */
  readonly maxAttempts?: number | undefined
  /** The id of the loop: the run of attempt N is `<loop>-<N>`. One that was begun before goes on. Default a new one. */
  readonly loop?: string | undefined
  /** Default `''`. */
  readonly systemPrompt?: string | undefined
  /** The least score of a success. Default 0.5. */
  readonly successScore?: number | undefined
  /** The tokens that the model can be given. */
  readonly contextLimitTokens?: number | undefined
}

const loopOptions: readonly (keyof RetryLoopOptions<unknown>)[] = [
  ...(['taskSpec', 'outputRoot', 'run', 'maxAttempts', 'loop', 'systemPrompt'] as const),
  ...(['successScore', 'contextLimitTokens', 'templates', 'actionKinds'] as const),
]

/** One attempt of a loop that has ended. */
export interface Attempt {
  readonly number: number
  readonly directory: string | undefined
  readonly trajectory: Trajectory<ImageReference>
  readonly verdict: Verdict | undefined
  readonly report: FailureReport
  /** Why `run` threw, where it did in this process. */
  readonly error?: unknown
}

/** The result of a loop. */
export interface RetryLoopResult {
  readonly loop: string
  /** In order, also those that ended before the loop was started again. */
  readonly attempts: readonly Attempt[]
  /** Each attempt but the first beside the one before. */
  readonly results: readonly RetryResult[]
  /** `error`: it ended without success, and the last attempt threw. */
  readonly stopped: 'success' | 'no_improvement' | 'max_attempts' | 'error'
}

/** A loop over a store of recordings. */
export type RetryLoop<Recorder> = (options: RetryLoopOptions<Recorder>) => Promise<RetryLoopResult>

const mostWithoutGain = 2
/** The name of the score of an attempt whose recording had ended before the score was known. */
const ownVerdict = 'retry_loop'

/**
 * Make a loop of runs, classifications, plans and comparisons over a store. Each attempt is a recording of its own. It stops on success, after
 * two attempts in a row without a better score than all before, and at the cap. An attempt that ended is never run again; one that was
 * killed is run once more under its number.
 */
export function createRetryLoop<Recorder extends AttemptRecorder>(store: AttemptStore<Recorder>): RetryLoop<Recorder> {
  return async (options) => {
    assertKnownOptions('retryLoop', options, loopOptions)
    const { maxAttempts = 3, loop = store.createId() } = options
    if (!Number.isSafeInteger(maxAttempts) || maxAttempts < 1)
      throw new TypeError(`maxAttempts: expected a whole number from 1, got ${maxAttempts}`)
    const attempts = options.loop === undefined ? [] : await readEnded(store, options, loop)
    for (;;) {
      const stopped = reasonToStop(attempts, maxAttempts)
      if (stopped) return { loop, attempts, results: resultsOf(store, attempts, options), stopped }
      attempts.push(await runAttempt(store, options, loop, attempts.at(-1)))
    }
  }
}

async function readEnded<Recorder>(
  store: AttemptStore<Recorder>,
  options: RetryLoopOptions<Recorder>,
  loop: string,
): Promise<Attempt[]> {
  const stored = await store.readAttempts({ outputRoot: options.outputRoot, runIdPrefix: `${loop}-`, own: ownVerdict })
  const ended: Attempt[] = []
  for (let number = 1; ; number += 1) {
    const found = stored.find(({ trajectory }) => {
      const link = attemptOf(trajectory)
      return link?.loop === loop && link.number === number && hasEnded(trajectory)
    })
    if (!found) return ended
    ended.push(toAttempt(store, number, found, options))
  }
}

/** A run that was killed never said how it ended. */
function hasEnded({ status }: Trajectory<ImageReference>): boolean {
  return status !== 'killed' && status !== 'recording'
}

function toAttempt<Recorder>(
  store: AttemptStore<Recorder>,
  number: number,
  stored: StoredAttempt,
  options: RetryLoopOptions<Recorder>,
): Attempt {
  const report = classifyFailures(stored.trajectory, classifyOptions(store, stored, options))
  return { number, ...stored, report }
}

function classifyOptions<Recorder>(
  store: AttemptStore<Recorder>,
  { directory, verdict }: StoredAttempt,
  { actionKinds, successScore, contextLimitTokens }: RetryLoopOptions<Recorder>,
): ClassifyOptions {
  const readAttachment = directory === undefined ? undefined : store.createAttachmentReader(directory)
  return { actionKinds, successScore, contextLimitTokens, verdict, readAttachment }
}

async function runAttempt<Recorder extends AttemptRecorder>(
  store: AttemptStore<Recorder>,
  options: RetryLoopOptions<Recorder>,
  loop: string,
  last: Attempt | undefined,
): Promise<Attempt> {
  const number = (last?.number ?? 0) + 1
  const { outputRoot, systemPrompt = '', templates, actionKinds } = options
  const taskSpec = toAttemptTask(options.taskSpec, loop, number)
  const recorder = store.openRecorder({ taskSpec, outputRoot, runId: `${loop}-${number}` })
  const plan = last && improvementPlan(last.trajectory, last.report, { templates, actionKinds })
  const input = {
    number,
    taskSpec,
    recorder,
    plan,
    systemPrompt: plan ? buildRetrySystemPrompt(systemPrompt, plan) : systemPrompt,
    userContext: plan ? buildRetryUserContext(plan) : '',
  }
  const { outcome, thrown } = await outcomeOf(options.run, input)
  const { status = 'complete', score, finalAnswer } = outcome
  const trajectory = await recorder.finish({
    status,
    ...(score === undefined ? {} : { finalScore: score }),
    ...(finalAnswer === undefined ? {} : { finalAnswer }),
  })
  const { directory } = recorder
  // `run` had finished the recording itself: what was said first counts, and the score stands beside it.
  if (score !== undefined && trajectory.finalScore === undefined)
    await recorder.persistVerdict(
      { outcomeSuccess: score >= (options.successScore ?? 0.5), processScore: score },
      { name: ownVerdict },
    )
  const verdict = directory === undefined ? undefined : await store.readVerdict(directory, ownVerdict)
  const attempt = toAttempt(store, number, { directory, trajectory, verdict }, options)
  return { ...attempt, ...(thrown && { error: thrown.error }) }
}

function reasonToStop(attempts: readonly Attempt[], maxAttempts: number): RetryLoopResult['stopped'] | undefined {
  const last = attempts.at(-1)
  if (!last) return undefined
  if (last.report.succeeded) return 'success'
  const isStuck = attemptsWithoutGain(attempts) >= mostWithoutGain
  if (!isStuck && attempts.length < maxAttempts) return undefined
  if (last.error !== undefined || last.trajectory.status === 'error') return 'error'
  return isStuck ? 'no_improvement' : 'max_attempts'
}

/**
 * The number of last attempts in a row that were no better than all before them. A score that nobody gave is no gain.
 */
function attemptsWithoutGain(attempts: readonly Attempt[]): number {
  let best: number | null = null
  let count = 0
  attempts.forEach(({ trajectory, verdict }, at) => {
    const { score } = scoreOf(trajectory, { verdict })
    const isGain = score !== null && (best === null || score > best)
    count = at === 0 || isGain ? 0 : count + 1
    if (isGain) best = score
  })
  return count
}

function resultsOf<Recorder>(
  store: AttemptStore<Recorder>,
  attempts: readonly Attempt[],
  options: RetryLoopOptions<Recorder>,
): RetryResult[] {
  return attempts.slice(1).map((retry, at) => {
    const original = attempts[at]!
    const [first, second] = [original, retry].map((attempt) => classifyOptions(store, attempt, options))
    return compareAttempts(original.trajectory, retry.trajectory, { original: first, retry: second })
  })
}
