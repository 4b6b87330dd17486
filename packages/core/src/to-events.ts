import { agentModalities, type AgentFrame } from './assemble-step.ts'
import { collectFrames } from './inline-images.ts'
import type { JournalEntry } from './journal-entry.ts'
import { present } from './known-fields.ts'
import type { PlainValue } from './plain-value.ts'
import type { ImageReference, Modality, Observation, Step, Trajectory, Turn } from './trajectory.ts'

type Unnumbered = JournalEntry extends infer Entry
  ? Entry extends JournalEntry
    ? Omit<Entry, 'seq' | 'at' | 'mono'>
    : never
  : never

/**
 * Write a trajectory as the journal it could have come from: `assemble(toEvents(trajectory))` equals the trajectory,
 * also for one that was imported and never had a journal of ours. All evidence names its step.
 */
export function toEvents(trajectory: Trajectory<ImageReference>): JournalEntry[] {
  const { timing } = trajectory
  const mono = timing.durationMs ?? 0
  return [...unnumbered(trajectory)].map((entry, seq) => {
    const at = entry.type === 'run_started' ? timing.startedAt : timing.endedAt
    return { seq, at: at ?? '', mono: entry.type === 'run_started' ? 0 : mono, ...entry } as JournalEntry
  })
}

function* unnumbered(trajectory: Trajectory<ImageReference>): Generator<Unnumbered> {
  const { formatVersion, runId, task, tool, initialObservation, finalAgentEvidence, status, usage } = trajectory
  yield {
    type: 'run_started',
    event: present({
      formatVersion,
      runId,
      taskSpec: task,
      tool: tool as { name: string; version: string } | undefined,
    }),
  }
  for (const gap of trajectory.gaps) yield { type: 'gap', event: gap }
  if (initialObservation) yield* lookEvents(initialObservation)
  for (const [index, step] of trajectory.steps.entries()) yield* stepEvents(step, index)
  for (const turn of trajectory.turns) yield turnEvent(turn)
  for (const frame of leadingFrames(finalAgentEvidence?.modalities ?? [])) yield agentFrameEvent(frame)
  yield* finalAnswerEvent(trajectory)
  if (status !== 'killed' && status !== 'recording') yield { type: 'run_finished', event: { status, usage } }
}

function* stepEvents(step: Step<ImageReference>, index: number): Generator<Unnumbered> {
  const frames = leadingFrames(step.agentEvidence.modalities)
  const derivable = isDerivable(step, frames)
  if (derivable) for (const frame of frames) yield agentFrameEvent(frame, index)
  const { id: _, agentEvidence, probeEvidence, extra, ...fields } = step
  yield {
    type: 'step_finished',
    step: index,
    action: step.actionName,
    ok: step.toolOutput.ok,
    event: { ...extra, ...fields, stepIndex: index, ...(derivable ? {} : { agentEvidence }) },
  }
  yield* lookEvents(probeEvidence, index)
}

function* lookEvents(look: Observation<ImageReference>, stepIndex?: number): Generator<Unnumbered> {
  const { screenshot, viewport, scale, url, title, ariaTree, onDemand, scroll } = look
  const step = present({ stepIndex })
  if (screenshot) {
    yield {
      type: 'screenshot',
      event: { screenshot, url: url ?? '', evidenceRole: 'probe', ...present({ viewport, scale }), ...step },
    }
  }
  if (Object.keys(look).length > 0) {
    yield {
      type: 'step_observed',
      event: { url: url ?? '', ...present({ title, ariaTree, viewport, scale, onDemand, scroll }), ...step },
    }
  }
}

function agentFrameEvent({ image, url, viewport, scale }: AgentFrame, stepIndex?: number): Unnumbered {
  const event = {
    screenshot: image,
    url: url ?? '',
    evidenceRole: 'agent' as const,
    ...present({ viewport, scale, stepIndex }),
  }
  return { type: 'screenshot', event }
}

function turnEvent({ steps: _, extra, ...turn }: Turn): Unnumbered {
  return { type: 'turn_finished', event: { ...extra, ...turn } }
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
function leadingFrames(modalities: readonly Modality<ImageReference>[]): AgentFrame[] {
  const frames: AgentFrame[] = []
  for (const modality of modalities) {
    if (modality.type !== 'image') break
    const { type: _, ...frame } = modality
    frames.push(frame)
  }
  return frames
}

/** Whether the fold would derive exactly this evidence. If not (an import, images in a result) it is carried in full. */
function isDerivable(step: Step<ImageReference>, frames: readonly AgentFrame[]): boolean {
  const result = step.toolOutput.result as PlainValue | undefined
  if (result !== undefined && collectFrames(result).length > 0) return false
  const derived = agentModalities(frames, step.reasoning, result)
  return JSON.stringify(derived) === JSON.stringify(step.agentEvidence.modalities)
}
