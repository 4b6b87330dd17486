import { isUsageKnown, present, type Gap, type ImageReference, type Trajectory, type Turn } from '@contrail/core'
import { boxOf, describeAim, pointOf } from './view/aim.ts'
import { createRunClock, findIdle, type RunClock } from './view/clock.ts'
import { describeProbes, framesAfter, framesBefore, toCells } from './view/frames.ts'
import type { GapView, RunView, Span, StepView, TurnView } from './view/model.ts'
import { pageEventsOf } from './view/page-events.ts'

// A door of the package too: who tells a run in words loads no server.
export { describeAim } from './view/aim.ts'
export { describePageEvent } from './view/page-events.ts'
export { leavesOf } from './view/search.ts'
export { toStepDetail } from './view/step-detail.ts'

/** In rows of a list no more than this is seen of a text. */
const rowTextLimit = 300
/** In boxes of the page: longer ones are cut there, with a button for the rest. */
const textLimit = 5_000_000

/**
 * Say all that a page shows of a run: for each step its frames before and after, how long model, action and probe took,
 * which steps share a probe, and the place of the click. Pure: the server, the file export and the tests call it alike.
 * What is unknown is absent, never 0.
 */
export function toRunView(trajectory: Trajectory<ImageReference>): RunView {
  const { task, runId, status, timing, usage, finalAnswer, tool, redactions = {} } = trajectory
  const clock = createRunClock(trajectory)
  const turns = toTurns(trajectory, clock)
  const steps = toSteps(trajectory, clock)
  const spans = [...turns, ...steps, ...steps.flatMap(({ probe }) => probe ?? [])].flatMap(({ span }) => span ?? [])
  const axis: RunView['axis'] = spans.length > 0 ? 'clock' : 'order'
  const lastMs = spans.reduce((most, { toMs }) => Math.max(most, toMs), 0)
  const endMs = axis === 'order' ? steps.length * 1_000 : Math.max(lastMs, timing.durationMs ?? 0)
  const areTokensKnown = isUsageKnown(trajectory)
  return present({
    runId,
    taskId: task.id,
    instruction: task.instruction.slice(0, textLimit),
    initUrl: task.initUrl,
    status,
    finalAnswer: finalAnswer?.slice(0, textLimit),
    tool: [tool?.['name'], tool?.['version']].filter((part) => typeof part === 'string').join(' ') || undefined,
    startedAt: timing.startedAt,
    durationMs: timing.durationMs,
    endMs,
    axis,
    inputTokens: areTokensKnown ? usage.input_tokens : undefined,
    outputTokens: areTokensKnown ? usage.output_tokens : undefined,
    models: [...new Set(trajectory.turns.flatMap(({ model }) => model ?? []))],
    redactions: Object.values(redactions).reduce((sum, count) => sum + count, 0),
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

function toSteps(trajectory: Trajectory<ImageReference>, clock: RunClock): StepView[] {
  const turnOf = new Map(trajectory.turns.flatMap((turn, at) => turn.steps.map((index) => [index, at] as const)))
  const probes = describeProbes(trajectory, clock)
  return trajectory.steps.map((step, index) => {
    const { id, actionName, executed, toolOutput, durationMs, probeEvidence: look } = step
    const span = clock.span(step.startedAt, step.finishedAt, durationMs)
    const before = framesBefore(trajectory, index)
    const failures = pageEventsOf(step, clock.at).filter(({ failed }) => failed)
    return present({
      index,
      id,
      action: actionName.slice(0, rowTextLimit),
      aim: describeAim(step),
      ok: toolOutput.ok,
      executed,
      error: toolOutput.error?.slice(0, rowTextLimit) ?? (toolOutput.ok ? undefined : 'It failed and gave no reason.'),
      turn: turnOf.get(index),
      durationMs: durationMs ?? (step.startedAt && step.finishedAt && span ? span.toMs - span.fromMs : undefined),
      span,
      probe: probes[index],
      url: (look.url ?? before.agent?.url)?.slice(0, 2_000),
      title: look.title?.slice(0, rowTextLimit),
      before,
      after: framesAfter(trajectory, index),
      point: pointOf(step),
      box: boxOf(step),
      pageFailuresMs: failures.map(({ atMs }) => atMs ?? span?.toMs ?? index * 1_000),
      episode: step.episode,
    })
  })
}

function toGap({ what, reason, stepIndex, at, detail }: Gap, clock: RunClock): GapView {
  const told = detail === undefined ? undefined : typeof detail === 'string' ? detail : JSON.stringify(detail)
  return present({ what, reason, stepIndex, atMs: clock.at(at), detail: told?.slice(0, rowTextLimit) })
}

/** A frame of the agent was there when its turn began, one of a probe when the look was over. */
function placesOf(steps: readonly StepView[], turns: readonly TurnView[], axis: RunView['axis'], endMs: number) {
  const turnStart = (index: number): number | undefined => turns[steps[index]?.turn ?? -1]?.span?.fromMs
  const at = (index: number, ms: number | undefined, part: number): number =>
    axis === 'order' || ms === undefined ? Math.min((index + part) * 1_000, axis === 'order' ? Infinity : endMs) : ms
  return {
    agent: (index: number) => at(index, turnStart(index) ?? steps[index]?.span?.fromMs, 0),
    probe: (index: number) => at(index, steps[index]?.probe?.span?.toMs ?? steps[index]?.span?.toMs, 0.6),
    end: endMs,
  }
}
