import { isUsageKnown, present, type Gap, type ImageReference, type Trajectory, type Turn } from '@contrail/core'
import { boxOf, pointOf } from './view/aim.ts'
import { createRunClock, findIdle, type RunClock } from './view/clock.ts'
import { describeProbes, framesAfter, framesBefore, toCells } from './view/frames.ts'
import type { InFlight } from './view/in-flight.ts'
import type { GapView, RunView, Span, StepView, TurnView } from './view/model.ts'
import { pageEventsOf } from './view/page-events.ts'
import { findRecoveries } from './view/recoveries.ts'
import { headOf, rowTextLimit } from './view/step-head.ts'

// A door of the package too: who tells a run in words loads no server.
export { describeAim } from './view/aim.ts'
export { readInFlight } from './view/in-flight.ts'
export { describePageEvent } from './view/page-events.ts'
export { leavesOf } from './view/search.ts'
export { findProblem } from './view/unshown.ts'
export { toStepDetail } from './view/step-detail.ts'
export { toStepHead, type StepHead } from './view/step-head.ts'

/** In boxes of the page: longer ones are cut there, with a button for the rest. */
const textLimit = 5_000_000

/**
 * Say all that a page shows of a run: for each step its frames before and after, how long model, action and probe took,
 * which steps share a probe, and the place of the click. Pure: the server, the file export and the tests call it alike.
 * What is unknown is absent, never 0.
 *
 * @param known.inFlight what its journal says of a run that has not said its end
 * @param known.cost in words; what a call costs is nothing that a recording knows
 * @param known.isPartial parts were left out of it: of targets that are not there nobody can say that two are alike. Default false
 */
export function toRunView(
  trajectory: Trajectory<ImageReference>,
  known: {
    readonly inFlight?: InFlight | null
    readonly cost?: string | undefined
    readonly isPartial?: boolean
  } = {},
): RunView {
  const { task, runId, status, timing, usage, finalAnswer } = trajectory
  const clock = createRunClock(trajectory)
  const turns = toTurns(trajectory, clock)
  const { steps, spans, axis } = toSteps(trajectory, clock, turns, known.isPartial ?? false)
  const lastMs = spans.reduce((most, { toMs }) => Math.max(most, toMs), 0)
  const endMs = axis === 'order' ? steps.length * 1_000 : Math.max(lastMs, timing.durationMs ?? 0)
  const areTokensKnown = isUsageKnown(trajectory)
  return present({
    runId,
    taskId: task.id,
    instruction: task.instruction.slice(0, textLimit),
    status,
    finalAnswer: finalAnswer?.slice(0, textLimit),
    inFlight: known.inFlight ?? undefined,
    startedAt: timing.startedAt,
    durationMs: timing.durationMs,
    endMs,
    axis,
    inputTokens: areTokensKnown ? usage.input_tokens : undefined,
    outputTokens: areTokensKnown ? usage.output_tokens : undefined,
    cost: known.cost,
    failed: steps.flatMap(({ ok, index }) => (ok ? [] : [index])),
    turns,
    steps,
    gaps: trajectory.gaps.map((gap) => toGap(gap, clock)),
    cells: toCells(trajectory, placesOf(steps, turns, axis, endMs)),
    idle: axis === 'clock' ? findIdle(spans, endMs) : [],
    hasRewards: steps.some(({ episode }) => episode?.reward !== undefined || episode?.cumulativeReward !== undefined),
  })
}

function toTurns({ turns, steps: all }: Trajectory<ImageReference>, clock: RunClock): TurnView[] {
  let next = 0
  return turns.map((turn) => {
    const before = turn.steps[0] ?? next
    for (const index of turn.steps) next = Math.max(next, index + 1)
    const { turnId, steps, text, model, startedAt, finishedAt, usage } = turn
    const durationMs = turn.durationMs ?? usage?.inference_time_ms
    return present({
      turnId,
      steps,
      before,
      text: text?.slice(0, textLimit) || undefined,
      repeatsReasoning:
        repeats(
          text ?? '',
          steps.map((index) => all[index]?.reasoning ?? ''),
        ) || undefined,
      model,
      durationMs,
      span: modelSpan(turn, clock.span(startedAt, finishedAt, durationMs)),
      inputTokens: usage?.input_tokens,
      outputTokens: usage?.output_tokens,
    })
  })
}

function repeats(text: string, reasonings: readonly string[]): boolean {
  const words = (parts: readonly string[]): string => [...new Set(parts)].join(' ').replaceAll(/\s+/g, ' ').trim()
  return text !== '' && words([text]) === words(reasonings)
}

/** A turn may end long after its answer came, with the last of its steps: the model worked for as long as was measured. */
function modelSpan({ startedAt, durationMs, usage }: Turn, span: Span | undefined): Span | undefined {
  const measured = durationMs ?? usage?.inference_time_ms
  if (!span || measured === undefined || startedAt === undefined) return span
  return { fromMs: span.fromMs, toMs: span.fromMs + measured }
}

function toSteps(
  trajectory: Trajectory<ImageReference>,
  clock: RunClock,
  turns: readonly TurnView[],
  isPartial: boolean,
): { steps: StepView[]; spans: Span[]; axis: RunView['axis'] } {
  const turnOf = new Map(trajectory.turns.flatMap((turn, at) => turn.steps.map((index) => [index, at] as const)))
  const probes = describeProbes(trajectory, clock)
  const spanOf = trajectory.steps.map((step) => clock.span(step.startedAt, step.finishedAt, step.durationMs))
  const spans = [...turns.map(({ span }) => span), ...spanOf, ...probes.map((probe) => probe?.span)].flatMap(
    (span) => span ?? [],
  )
  const axis = spans.length > 0 ? 'clock' : 'order'
  let placeMs = 0
  const steps = trajectory.steps.map((step, index) => {
    const span = spanOf[index]
    placeMs = axis === 'order' ? (index + 0.5) * 1_000 : (span?.toMs ?? probes[index]?.span?.fromMs ?? placeMs)
    const markMs = placeMs
    const before = framesBefore(trajectory, index)
    const failures = pageEventsOf(step, clock.at).filter(({ failed }) => failed)
    return present({
      ...headOf(step, index, before, clock),
      turn: turnOf.get(index),
      span,
      placeMs: markMs,
      probe: probes[index],
      title: step.probeEvidence.title?.slice(0, rowTextLimit),
      before,
      after: framesAfter(trajectory, index),
      point: pointOf(step),
      box: boxOf(step),
      pageFailuresMs: failures.map(({ atMs }) => atMs ?? markMs),
      episode: step.episode,
    })
  })
  const recoveries = findRecoveries(isPartial ? [] : steps)
  return {
    steps: steps.map((step): StepView => {
      const recoveredAt = recoveries.get(step.index)
      return recoveredAt === undefined ? step : { ...step, recoveredAt }
    }),
    spans,
    axis,
  }
}

function toGap({ what, reason, stepIndex, at, detail }: Gap, clock: RunClock): GapView {
  const told = detail === undefined ? undefined : typeof detail === 'string' ? detail : JSON.stringify(detail)
  return present({ what, reason, stepIndex, atMs: clock.at(at), detail: told?.slice(0, rowTextLimit) })
}

/** A frame of the agent was there when its turn began, one of a probe when the look was over. */
function placesOf(steps: readonly StepView[], turns: readonly TurnView[], axis: RunView['axis'], endMs: number) {
  const placeOf = (index: number): number => steps[index]?.placeMs ?? 0
  const turnOf = (index: number): TurnView | undefined => turns[steps[index]?.turn ?? -1]
  return {
    agent: (index: number) =>
      axis === 'order' ? index * 1_000 : (turnOf(index)?.span?.fromMs ?? steps[index]?.span?.fromMs ?? placeOf(index)),
    probe: (index: number) =>
      axis === 'order' ? (index + 0.6) * 1_000 : (steps[index]?.probe?.span?.toMs ?? placeOf(index)),
    end: endMs,
  }
}
