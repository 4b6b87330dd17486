import { isUsageKnown, type Gap, type Trajectory, type TrajectoryStatus, type Usage } from '@contrail/core'
import type { FailureReport } from '@contrail/evaluation'
import type { NamedVerdict } from '@contrail/recorder'
import type { FailureClass, InFlight } from '@contrail/viewer'
import { toFailureClass } from '../classified.ts'
import { toCost, type Cost } from './cost.ts'
import type { Prices } from './prices.ts'
import { toStepFacts, type StepFacts } from './step-facts.ts'

/**
 * Facts of one run: the table that `why`, `show --step`, and every summary of a run read, made of what the viewer shows.
 * It is the JSON of `why` as it stands. What is unknown is null, and step numbers count from 0.
 */
export interface RunFacts {
  readonly directory: string
  readonly runId: string
  readonly taskId: string
  readonly status: TrajectoryStatus
  readonly verdicts: readonly VerdictFacts[]
  readonly counts: { readonly steps: number; readonly failed: number; readonly turns: number; readonly gaps: number }
  readonly durationMs: number | null
  /** Tokens of the whole run. */
  readonly usage: Usage | null
  readonly cost: Cost
  readonly firstFailure: StepFacts | null
  readonly inFlight: InFlight | null
  readonly gaps: readonly Gap[]
  /** A claim of the agent. */
  readonly finalAnswer: string | null
  /**
   * The name that `classify` gives it: `CORRECT`, the class of its failure, `UNKNOWN`. Only a class has a confidence.
   */
  readonly class: FailureClass | null
  /** Commands that tell more. */
  readonly next: readonly string[]
}

/** A verdict in short. One that is broken has its `problem` and says nothing; `reason` is the first that it gives, where it gives one. */
export interface VerdictFacts {
  readonly name: string
  readonly outcomeSuccess: boolean | null
  readonly processScore: number | null
  readonly problem?: string
  readonly reason?: string
}

/** A run with its facts. */
export interface KnownRun {
  readonly facts: RunFacts
  readonly trajectory: Trajectory
  /** The steps that failed, from 0. */
  readonly failed: readonly number[]
}

/** The facts that are known of a run beside its trajectory. */
export interface RunSurroundings {
  readonly directory: string
  readonly verdicts: readonly NamedVerdict[]
  readonly prices: Prices
  readonly inFlight: InFlight | null
  /** The report of how it failed; without it `class` is null. */
  readonly failures?: FailureReport
  /** Parts of the run were left out: nothing is concluded of what is not there. Default false. */
  readonly isPartial?: boolean
  /** Makes the commands to type next of what is to be said of the recording: `show … --step 5`. */
  readonly toCommand: (verb: string, options?: string) => string
}

/** Say the facts of a run. Nothing is read: neither pictures nor files. */
export async function toRunFacts(trajectory: Trajectory, surroundings: RunSurroundings): Promise<KnownRun> {
  const { toStepHead, toStepDetail } = await import('@contrail/viewer/run-view')
  const { directory, verdicts, prices, inFlight, failures, isPartial = false, toCommand } = surroundings
  const { runId, task, status, steps, turns, gaps, timing } = trajectory
  const failed = steps.flatMap(({ toolOutput }, index) => (toolOutput.ok ? [] : [index]))
  const [first = -1] = failed
  const [head, detail] = [toStepHead(trajectory, first, isPartial), toStepDetail(trajectory, first)]
  const facts: RunFacts = {
    directory,
    runId,
    taskId: task.id,
    status,
    verdicts: verdicts.map(toVerdictFacts),
    counts: { steps: steps.length, failed: failed.length, turns: turns.length, gaps: gaps.length },
    durationMs: timing.durationMs ?? null,
    usage: isUsageKnown(trajectory) ? trajectory.usage : null,
    cost: toCost(trajectory, prices),
    firstFailure: head && detail ? toStepFacts(trajectory, head, detail, isPartial) : null,
    inFlight,
    gaps,
    finalAnswer: trajectory.finalAnswer ?? null,
    class: failures ? toFailureClass(failures) : null,
    next: [
      ...(head ? [toCommand('show', `--step ${first + 1}`)] : [toCommand('show')]),
      ...(status === 'recording' ? [toCommand('tail')] : status === 'killed' ? [toCommand('recover')] : []),
      toCommand('view'),
    ],
  }
  return { facts, trajectory, failed }
}

/** Say in short what a verdict says. */
export function toVerdictFacts({ name, verdict, problem }: NamedVerdict): VerdictFacts {
  if (!verdict) return { name, outcomeSuccess: null, processScore: null, problem }
  const { outcomeSuccess, processScore = null, explanation, firstPointOfFailure, findings } = verdict
  const reason = explanation?.trim() || firstPointOfFailure?.description || findings?.[0]?.description
  return { name, outcomeSuccess, processScore, ...(reason ? { reason } : {}) }
}

/** Tell if a run came to its end and no verdict says that it failed. */
export function isGood({ status, verdicts }: Pick<RunFacts, 'status' | 'verdicts'>): boolean {
  return status === 'complete' && verdicts.every(({ outcomeSuccess }) => outcomeSuccess !== false)
}
