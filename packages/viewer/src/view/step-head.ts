import { present, type ImageReference, type Step, type Trajectory } from '@contrail/core'
import { describeAim } from './aim.ts'
import { createRunClock, type RunClock } from './clock.ts'
import { framesBefore } from './frames.ts'
import type { FramePair, StepView } from './model.ts'
import { findRecoveries } from './recoveries.ts'

/** In rows of a list no more than this is seen of a text. */
export const rowTextLimit = 300

/** All that a row says of a step but its pictures and its place on the axis. */
export type StepHead = Pick<
  StepView,
  'index' | 'id' | 'action' | 'aim' | 'ok' | 'executed' | 'error' | 'durationMs' | 'url' | 'recoveredAt'
>

/** Say of one step what `toRunView` says of it, without a view of all the others. */
export function toStepHead(
  trajectory: Trajectory<ImageReference>,
  index: number,
  isPartial = false,
): StepHead | undefined {
  const { steps } = trajectory
  const step = steps[index]
  if (!step) return undefined
  const isAsked = !step.toolOutput.ok && !isPartial
  const recoveredAt = isAsked ? findRecoveries(actionsFrom(steps, index)).get(index) : undefined
  const head = headOf(step, index, framesBefore(trajectory, index), createRunClock(trajectory))
  return present({ ...head, recoveredAt })
}

/** Say what stands at the head of a step; whether it was recovered from is asked of all that come after it. */
export function headOf(
  step: Step<ImageReference>,
  index: number,
  before: FramePair,
  clock: RunClock,
): Omit<StepHead, 'recoveredAt'> {
  const { executed, toolOutput, probeEvidence: look } = step
  return present({
    ...actionOf(step, index),
    id: step.id,
    executed,
    error: toolOutput.error?.slice(0, rowTextLimit) ?? (toolOutput.ok ? undefined : 'It failed and gave no reason.'),
    durationMs: step.durationMs ?? clock.between(step.startedAt, step.finishedAt),
    url: (look.url ?? before.agent?.url)?.slice(0, 2_000),
  })
}

function actionOf(step: Step<ImageReference>, index: number): Pick<StepHead, 'index' | 'action' | 'aim' | 'ok'> {
  const { actionName, toolOutput } = step
  return { index, action: actionName.slice(0, rowTextLimit), aim: describeAim(step), ok: toolOutput.ok }
}

function actionsFrom(steps: readonly Step<ImageReference>[], index: number): ReturnType<typeof actionOf>[] {
  return steps.slice(index).map((step, at) => actionOf(step, index + at))
}
