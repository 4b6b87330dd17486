import { buildStep, type AgentFrame } from './assemble-step.ts'
import type { ImageSlot, JournalEntry, JournalHole, ObservationEntry } from './journal-entry.ts'
import {
  formatVersion,
  type Gap,
  type ImageReference,
  type Observation,
  type Trajectory,
  type Turn,
} from './trajectory.ts'
import { freeze, present, unknownFields } from './known-fields.ts'
import type { Usage } from './events.ts'

type Entry<T extends JournalEntry['type']> = Extract<JournalEntry, { type: T }>
type Look = Observation<ImageReference>

/** Evidence that named its step. It belongs to that step alone, in whatever order it came. */
type NamedEvidence = { agentFrames: AgentFrame[]; probeFrame?: Look; observed?: Look }

/** A finished step while the fold goes on: what was carried to it, kept apart from what named it. */
type StepDraft = { entry: Entry<'step_finished'>; carriedFrame?: AgentFrame; carriedLook?: Look }

/**
 * Fold a journal into a trajectory. Pure: the same entries give the same trajectory, live, after a crash and on import.
 *
 * Without a `stepIndex`, an agent frame holds for every later step until a newer one replaces it; a probe frame waits for
 * the next `step_observed`, which applies to every step finished since the previous observation. With a `stepIndex`,
 * evidence belongs to exactly that step, in any order of arrival, and is never carried. What has no step to belong to
 * becomes a gap. A hole clears everything that is still pending: nothing binds across it.
 *
 * @param entries the journal in order of `seq`, holes in their place
 * @returns a frozen trajectory; `status` is `killed` where no `run_finished` stands
 */
export function assemble(entries: Iterable<JournalEntry | JournalHole>): Trajectory<ImageReference> {
  const fold = new Fold()
  for (const entry of entries) fold.take(entry)
  return freeze(fold.finish())
}

class Fold {
  private started: Entry<'run_started'> | undefined
  private finished: Entry<'run_finished'> | undefined
  private last: JournalEntry | undefined
  private answer: Entry<'final_answer'>['event'] | undefined
  private initialLook: Look | undefined
  private readonly drafts = new Map<number, StepDraft>()
  private readonly named = new Map<number, NamedEvidence>()
  private readonly turns: Entry<'turn_finished'>[] = []
  private readonly gaps: Gap[] = []

  /** The agent frame that holds for later steps, and whether one has carried it yet. */
  private held: { frame: AgentFrame; used: boolean } | undefined
  /** A probe frame that waits for its observation. */
  private waiting: Look | undefined
  /** Steps finished since the previous observation. */
  private unobserved: number[] = []

  take(entry: JournalEntry | JournalHole): void {
    if (entry.type !== 'hole') this.last = entry
    switch (entry.type) {
      case 'run_started':
        this.started = entry
        return
      case 'step_finished':
        return this.takeStep(entry)
      case 'screenshot':
        return this.takeScreenshot(entry)
      case 'step_observed':
        return this.takeObserved(entry)
      case 'turn_finished':
        this.turns.push(entry)
        return
      case 'final_answer':
        this.answer = entry.event
        return
      case 'gap':
        this.gaps.push(recordedGap(entry))
        return
      case 'run_finished':
        this.finished = entry
        return
      case 'hole':
        this.gap('event', 'journal_hole', {
          detail: { offset: entry.offset, sizeBytes: entry.sizeBytes, reason: entry.reason },
        })
        this.held = undefined
        this.waiting = undefined
        this.unobserved = []
    }
  }

  private takeStep(entry: Entry<'step_finished'>): void {
    this.settleWaiting()
    const index = entry.event.stepIndex ?? entry.step
    if (this.drafts.has(index)) {
      this.gap('event', 'duplicate_step', { stepIndex: index, detail: { actionName: entry.event.actionName } })
      return
    }
    this.drafts.set(index, { entry, ...(this.held ? { carriedFrame: this.held.frame } : {}) })
    if (this.held) this.held.used = true
    this.unobserved.push(index)
  }

  private takeScreenshot({ event }: Entry<'screenshot'>): void {
    const role = event.evidenceRole ?? 'probe'
    const image = toImage(event.screenshot)
    const setting = present({ url: event.url || undefined, viewport: event.viewport, scale: event.scale })
    if (event.stepIndex !== undefined) {
      const evidence = this.evidenceOf(event.stepIndex)
      if (role !== 'probe') evidence.agentFrames.push({ image, ...setting })
      if (role !== 'agent') {
        if (evidence.probeFrame) this.superseded(evidence.probeFrame.screenshot, event.stepIndex)
        evidence.probeFrame = { ...setting, screenshot: image }
      }
      return
    }
    if (role !== 'probe') {
      if (this.held && !this.held.used) this.superseded(this.held.frame.image)
      this.held = { frame: { image, ...setting }, used: false }
    }
    if (role !== 'agent') {
      this.settleWaiting()
      this.waiting = { ...setting, screenshot: image }
    }
  }

  private takeObserved({ event }: Entry<'step_observed'>): void {
    const look = toLook(event)
    if (event.stepIndex !== undefined) {
      this.evidenceOf(event.stepIndex).observed = look
      return
    }
    const waiting = this.waiting
    this.waiting = undefined
    this.observe({ ...waiting, ...look })
  }

  /** A probe frame whose observation never came is an observation of its own. */
  private settleWaiting(): void {
    const waiting = this.waiting
    if (!waiting) return
    this.waiting = undefined
    this.observe(waiting)
  }

  private observe(look: Look): void {
    if (this.drafts.size === 0) {
      if (this.initialLook?.screenshot) this.superseded(this.initialLook.screenshot)
      this.initialLook = look
    } else if (this.unobserved.length === 0) {
      this.gap('probe', 'no_step', { detail: present({ url: look.url, sha256: look.screenshot?.sha256 }) })
    }
    for (const index of this.unobserved) {
      const draft = this.drafts.get(index)
      if (draft) draft.carriedLook = look
    }
    this.unobserved = []
  }

  finish(): Trajectory<ImageReference> {
    this.settleWaiting()
    const indices = [...this.drafts.keys()].toSorted((a, b) => a - b)
    this.reportMissing(indices)
    const steps = indices.map((index, position) => {
      const draft = this.drafts.get(index) as StepDraft
      const named = this.named.get(index)
      const frames = named?.agentFrames.length ? named.agentFrames : draft.carriedFrame ? [draft.carriedFrame] : []
      const look = named?.probeFrame || named?.observed ? { ...named.probeFrame, ...named.observed } : draft.carriedLook
      return buildStep(draft.entry, position, frames, look ?? {})
    })
    const unusedFrame = this.held && !this.held.used ? this.held.frame : undefined
    const started = this.started?.event
    const answer = this.answer
    return present({
      formatVersion,
      runId: started?.runId ?? '',
      task: started?.taskSpec ?? { id: 'unknown', instruction: '' },
      status: this.finished?.event.status ?? ('killed' as const),
      steps,
      turns: this.turns.map((turn) => buildTurn(turn, steps)),
      gaps: this.gaps,
      timing: present({
        startedAt: this.started?.at || undefined,
        endedAt: this.last?.at || undefined,
        durationMs: this.last?.mono,
      }),
      usage: this.finished?.event.usage ?? sumUsage(this.turns),
      initialObservation: this.initialLook,
      finalAnswer: this.finished?.event.finalAnswer ?? answer?.message,
      finalOutput: answer?.output,
      finalObservation: answer?.observation ? toLook(answer.observation) : undefined,
      finalAgentEvidence: unusedFrame ? { modalities: [{ type: 'image' as const, ...unusedFrame }] } : undefined,
      tool: started?.tool,
    })
  }

  /** Say which steps never finished, and which evidence waited for them in vain. */
  private reportMissing(indices: readonly number[]): void {
    let expected = 0
    for (const index of indices) {
      if (index > expected) {
        this.gap('event', 'missing_step', { stepIndex: expected, detail: { steps: index - expected, movedUp: true } })
      }
      expected = index + 1
    }
    for (const [index, evidence] of [...this.named].toSorted(([a], [b]) => a - b)) {
      if (this.drafts.has(index)) continue
      for (const { image } of evidence.agentFrames) this.unknownStep('screenshot', index, image)
      if (evidence.probeFrame) this.unknownStep('screenshot', index, evidence.probeFrame.screenshot)
      if (evidence.observed) this.unknownStep('probe', index, undefined, evidence.observed.url)
    }
  }

  private evidenceOf(index: number): NamedEvidence {
    const evidence = this.named.get(index) ?? { agentFrames: [] }
    this.named.set(index, evidence)
    return evidence
  }

  private unknownStep(what: Gap['what'], stepIndex: number, image?: ImageReference, url?: string): void {
    this.gap(what, 'unknown_step', { stepIndex, detail: present({ sha256: image?.sha256, url }) })
  }

  private superseded(image: ImageReference | undefined, stepIndex?: number): void {
    if (image) this.gap('screenshot', 'superseded', present({ stepIndex, detail: { sha256: image.sha256 } }))
  }

  private gap(what: Gap['what'], reason: string, more: Pick<Gap, 'stepIndex' | 'detail'>): void {
    this.gaps.push(present({ what, reason, ...more, at: this.last?.at || undefined }))
  }
}

function recordedGap({ at, event }: Entry<'gap'>): Gap {
  const { what, reason, stepIndex, detail } = event
  return present({ what, reason, stepIndex, detail, at: event.at ?? (at || undefined) })
}

function buildTurn(entry: Entry<'turn_finished'>, steps: Trajectory<ImageReference>['steps']): Turn {
  const { turnId, text, usage, model, startedAt, durationMs, finishedAt } = entry.event
  return present({
    turnId,
    steps: steps.flatMap((step, index) => (step.turnId === turnId ? [index] : [])),
    text,
    usage: usage && (present(usage) as Partial<Usage>),
    model,
    startedAt,
    finishedAt: finishedAt ?? (entry.at || undefined),
    durationMs,
    extra: unknownFields(entry.event, turnFields),
  })
}

const turnFields = ['turnId', 'text', 'usage', 'model', 'startedAt', 'durationMs', 'finishedAt', 'type']

function sumUsage(turns: readonly Entry<'turn_finished'>[]): Usage {
  const total: Usage = { input_tokens: 0, output_tokens: 0 }
  for (const { event } of turns) {
    for (const key of [
      'input_tokens',
      'output_tokens',
      'reasoning_tokens',
      'cached_input_tokens',
      'inference_time_ms',
    ] as const) {
      const value = event.usage?.[key]
      if (value !== undefined) total[key] = (total[key] ?? 0) + value
    }
  }
  return total
}

/** The look of an observation event; the image of a final observation stands in the event itself. */
function toLook(event: ObservationEntry): Look {
  const { url, title, screenshot, ariaTree, viewport, scale, onDemand, scroll } = event
  return present({
    url: url || undefined,
    title,
    screenshot: screenshot && toImage(screenshot),
    ariaTree,
    viewport,
    scale,
    onDemand,
    scroll,
  })
}

function toImage(slot: ImageSlot): ImageReference {
  if (!('$frame' in slot)) return slot
  return { sha256: slot.$frame, mediaType: slot.mediaType, sizeBytes: slot.sizeBytes }
}
