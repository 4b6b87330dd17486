import { collectFrames } from '../trajectory/frame-reference.ts'
import { toEnvironmentEntry } from './environment.ts'
import { limitEnvironment } from './environment-limit.ts'
import { pickHow } from './look.ts'
import type { EnvironmentEntry } from '../events/page-event.ts'
import { buildStep, type AgentFrame } from './step.ts'
import { buildTurn, findStepsOfTurns, type StepsOfTurns } from './turn.ts'
import type { JournalEntry } from '../trajectory/journal-entry.ts'
import { present } from '../values/fields.ts'
import type { PlainValue } from '../values/plain-value.ts'
import type { AgentEvidence, ImageReference, Observation, Step, Trajectory, Turn } from '../trajectory/trajectory.ts'

type Unnumbered = JournalEntry extends infer Entry
  ? Entry extends JournalEntry
    ? Omit<Entry, 'seq' | 'at' | 'mono'> & { at?: string | undefined }
    : never
  : never

/**
 * Write a trajectory as the journal it could have come from: `assemble(toEvents(trajectory))` equals the trajectory,
 * also for one that was imported and never had a journal of ours. All evidence names its step; what no event would lead
 * to stands under `imported`.
 *
 * Two things do not come back: a status of `recording` becomes `killed`, since nobody is writing what this gives, and
 * an empty url becomes none.
 */
export function toEvents(trajectory: Trajectory<ImageReference>): JournalEntry[] {
  const mono = trajectory.timing.durationMs ?? 0
  return [...unnumbered(trajectory)].map((entry, seq) => {
    return { seq, ...entry, at: entry.at ?? '', mono: entry.type === 'run_started' ? 0 : mono }
  })
}

function* unnumbered(trajectory: Trajectory<ImageReference>): Generator<Unnumbered> {
  const { initialObservation, finalAgentEvidence, status, usage, timing, steps, finalScore, finalTree } = trajectory
  const lastFrames = finalAgentEvidence ? leadingFrames(finalAgentEvidence) : []
  const isDerivable = lastFrames.length === 1 && finalAgentEvidence?.modalities.length === 1
  yield runStartedEvent(trajectory, isDerivable)
  for (const { at, ...gap } of trajectory.gaps) yield { type: 'gap', at, event: gap }
  if (initialObservation) yield* lookEvents(initialObservation)
  for (const [index, step] of steps.entries()) yield* stepEvents(step, index)
  const chosen = findStepsOfTurns(steps)
  for (const turn of trajectory.turns) yield turnEvent(turn, chosen)
  if (isDerivable) yield agentFrameEvent(lastFrames[0] as AgentFrame)
  yield* finalAnswerEvent(trajectory)
  if (status !== 'killed' && status !== 'recording') {
    yield { type: 'run_finished', at: timing.endedAt, event: present({ status, usage, finalScore, finalTree }) }
  }
}

function runStartedEvent(trajectory: Trajectory<ImageReference>, isFinalFrameDerivable: boolean): Unnumbered {
  const { formatVersion, runId, task, tool, timing, usage, finalAgentEvidence, initialEnvironment, redactions } =
    trajectory
  return {
    type: 'run_started',
    at: timing.startedAt,
    ...(redactions ? { redactions } : {}),
    event: present({
      formatVersion,
      runId,
      taskSpec: task,
      tool: tool as { name: string; version: string } | undefined,
    }),
    imported: present({
      timing,
      usage,
      finalAgentEvidence: isFinalFrameDerivable ? undefined : finalAgentEvidence,
      initialEnvironment,
    }),
  }
}

function* stepEvents(step: Step<ImageReference>, index: number): Generator<Unnumbered> {
  const { id, agentEvidence, probeEvidence, environment = [], extra, ...fields } = step
  const entry = {
    type: 'step_finished' as const,
    at: step.finishedAt,
    step: index,
    action: step.actionName,
    ok: step.toolOutput.ok,
    event: { ...extra, ...fields, stepIndex: index },
  }
  const frames = leadingFrames(agentEvidence)
  const derived = buildStep({ ...entry, seq: 0, at: '', mono: 0 }, index, frames, probeEvidence)
  const isDerivable = !holdsFrames(step) && isSame(derived.agentEvidence, agentEvidence)
  if (isDerivable) for (const frame of frames) yield agentFrameEvent(frame, index)
  const told = environment.map((event) => pageEvent(event, index))
  const isEnvironmentDerivable = isSame(
    limitEnvironment(told.map(({ event }) => toEnvironmentEntry(event, ''))),
    step.environment ?? [],
  )
  const imported = present({
    id: derived.id === id ? undefined : id,
    agentEvidence: isDerivable ? undefined : agentEvidence,
    environment: isEnvironmentDerivable && environment.length > 0 ? undefined : step.environment,
    extra: isSame(derived.extra, extra) ? undefined : extra,
  })
  yield Object.keys(imported).length > 0 ? { ...entry, imported } : entry
  if (isEnvironmentDerivable) yield* told
  yield* lookEvents(probeEvidence, index)
}

/** Make the event of something that a page did; what was left out is of no page in particular. */
function pageEvent(told: EnvironmentEntry, stepIndex: number): Extract<Unnumbered, { type: 'page_event' }> {
  const event = told.kind === 'omitted' ? { ...told, url: '', pageId: '' } : told
  return { type: 'page_event', event: { ...event, stepIndex } }
}

/** Of the images in a result or in arguments an event knows the hash alone, and a trajectory may know how to read them. */
function holdsFrames({ actionArgs, toolOutput }: Step<ImageReference>): boolean {
  return [actionArgs, toolOutput.result].some(
    (plain) => plain !== undefined && collectFrames(plain as PlainValue).length > 0,
  )
}

function* lookEvents(look: Observation<ImageReference>, stepIndex?: number): Generator<Unnumbered> {
  const { screenshot, url, title, ariaTree, partial, dialogs, pageId, tabs, onDemand, scroll } = look
  const how = pickHow(look)
  const step = present({ stepIndex })
  if (screenshot) {
    yield {
      type: 'screenshot',
      event: { screenshot, url: url ?? '', evidenceRole: 'probe', ...how, ...step },
    }
  }
  if (Object.keys(look).length > 0 || stepIndex === undefined) {
    yield {
      type: 'step_observed',
      event: {
        url: url ?? '',
        ...present({ title, ariaTree, partial, dialogs, pageId, tabs, onDemand, scroll }),
        ...how,
        ...step,
      },
    }
  }
}

function agentFrameEvent({ image, url, viewport, scale, masked }: AgentFrame, stepIndex?: number): Unnumbered {
  const event = {
    screenshot: image,
    url: url ?? '',
    evidenceRole: 'agent' as const,
    ...present({ viewport, scale, masked, stepIndex }),
  }
  return { type: 'screenshot', event }
}

function turnEvent(turn: Turn, chosen: StepsOfTurns): Unnumbered {
  const { steps: _, extra, ...fields } = turn
  const entry = { type: 'turn_finished' as const, at: turn.finishedAt, event: { ...extra, ...fields } }
  const derived = buildTurn({ ...entry, seq: 0, at: '', mono: 0 }, chosen)
  return isSame(sorted(derived), sorted(turn)) ? entry : { ...entry, imported: turn }
}

function* finalAnswerEvent({
  finalAnswer,
  finalOutput,
  finalObservation,
}: Trajectory<ImageReference>): Generator<Unnumbered> {
  if (finalAnswer === undefined && finalOutput === undefined && !finalObservation) return
  const observation = finalObservation && { ...finalObservation, url: finalObservation.url ?? '' }
  yield { type: 'final_answer', event: present({ message: finalAnswer, output: finalOutput, observation }) }
}

/** The frames that stand before the text of a step: those of the page, not those that a tool returned. */
function leadingFrames({ modalities }: AgentEvidence<ImageReference>): AgentFrame[] {
  const frames: AgentFrame[] = []
  for (const modality of modalities) {
    if (modality.type !== 'image') break
    const { type: _, ...frame } = modality
    frames.push(frame)
  }
  return frames
}

/**
 * Tells whether two values are the same as data. Where it says no of equal ones, the value is carried in full: no harm.
 */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function sorted(fields: object): object {
  return Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
