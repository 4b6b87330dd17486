import { FoldGaps, recordedGap } from './gaps.ts'
import { joinLooks, pickHow, toImage, toLook, type Look } from './look.ts'
import { reportMissing, reportReplaced, type NamedEvidence, type StepDraft } from './lost.ts'
import { buildStep, type AgentFrame } from './step.ts'
import { buildTurn, findStepsOfTurns, sumUsage } from './turn.ts'
import type { JournalEntry, JournalHole } from '../trajectory/journal-entry.ts'
import { freeze, present } from '../values/fields.ts'
import { createTreeResolver, treeOf } from './repeated-tree.ts'
import { formatVersion, type ImageReference, type Trajectory } from '../trajectory/trajectory.ts'

type Entry<T extends JournalEntry['type']> = Extract<JournalEntry, { type: T }>

/**
 * Fold a journal into a trajectory. Pure: the same entries give the same trajectory, live, after a crash and on import.
 *
 * Without a `stepIndex`, an agent frame holds for every later step until a newer one replaces it; a probe frame waits for
 * the next `step_observed`, which applies to every step finished since the previous observation. With a `stepIndex`,
 * evidence belongs to exactly that step, in any order of arrival, and is never carried. What has no step to belong to
 * becomes a gap. A hole clears everything that is still pending: nothing binds across it, and what comes after it is
 * not the page before the first step. An aria tree that stood in the hole is a gap `aria_missing` wherever it is referred to.
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
  private readonly gaps = new FoldGaps()

  /** The agent frame that holds for later steps, and whether one has carried it yet. */
  private held: { frame: AgentFrame; used: boolean } | undefined
  /** A probe frame that waits for its observation. */
  private waiting: Look | undefined
  /** Steps finished since the previous observation. */
  private unobserved: number[] = []
  /** Steps of the latest observation. */
  private observed: readonly number[] = []
  private holes = 0
  private readonly redactions = new Map<string, number>()
  private readonly resolveTree = createTreeResolver()

  take(stored: JournalEntry | JournalHole): void {
    const entry = stored.type === 'hole' ? stored : this.resolveTree(stored)
    if (entry.type !== 'hole') {
      this.last = entry
      for (const [kind, count] of Object.entries(entry.redactions ?? {})) {
        this.redactions.set(kind, (this.redactions.get(kind) ?? 0) + count)
      }
    }
    this.gaps.at = this.last?.at ?? ''
    if (entry.type !== 'hole') this.reportLostTree(entry)
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
        return this.takeAnswer(entry)
      case 'gap':
        this.gaps.all.push(recordedGap(entry, this.unobserved.at(-1) ?? this.observed.at(-1)))
        return
      case 'run_finished':
        this.finished = entry
        return
      case 'hole':
        return this.takeHole(entry)
    }
  }

  private takeHole({ offset, sizeBytes, reason }: JournalHole): void {
    this.holes += 1
    this.gaps.add('event', 'journal_hole', { detail: { offset, sizeBytes, reason } })
    if (this.held && !this.held.used) this.gaps.lost('journal_hole', this.held.frame.image)
    this.gaps.lost('journal_hole', this.waiting?.screenshot)
    this.held = undefined
    this.waiting = undefined
    this.unobserved = []
    this.observed = []
  }

  private takeStep(entry: Entry<'step_finished'>): void {
    this.settleWaiting()
    const index = entry.event.stepIndex ?? entry.step
    if (this.drafts.has(index)) {
      this.gaps.add('event', 'duplicate_step', { stepIndex: index, detail: { actionName: entry.event.actionName } })
      return
    }
    this.drafts.set(index, { entry, ...(this.held ? { carriedFrame: this.held.frame } : {}) })
    if (this.held) this.held.used = true
    this.unobserved.push(index)
  }

  private takeScreenshot({ event }: Entry<'screenshot'>): void {
    const role = event.evidenceRole ?? 'probe'
    const image = toImage(event.screenshot)
    const { viewport, scale, masked } = event
    const setting = present({ url: event.url || undefined, viewport, scale, masked })
    const probed: Look = { ...setting, ...pickHow(event), screenshot: image }
    if (event.stepIndex !== undefined) {
      const evidence = this.evidenceOf(event.stepIndex)
      if (role !== 'probe') evidence.agentFrames.push({ image, ...setting })
      if (role !== 'agent') {
        this.gaps.lost('superseded', evidence.probeFrame?.screenshot, event.stepIndex)
        evidence.probeFrame = probed
      }
      return
    }
    if (role !== 'probe') {
      if (this.held && !this.held.used) this.gaps.lost('superseded', this.held.frame.image)
      this.held = { frame: { image, ...setting }, used: false }
    }
    if (role !== 'agent') {
      this.settleWaiting()
      this.waiting = probed
    }
  }

  private takeObserved({ event }: Entry<'step_observed'>): void {
    const look = toLook(event)
    if (event.stepIndex !== undefined) {
      const evidence = this.evidenceOf(event.stepIndex)
      this.gaps.lostLook('superseded', evidence.observed, event.stepIndex)
      evidence.observed = look
      return
    }
    const waiting = this.waiting
    this.waiting = undefined
    this.observe({ ...waiting, ...look })
  }

  private takeAnswer({ type, event }: Entry<'final_answer'>): void {
    if (this.answer) this.gaps.add('event', 'superseded', { detail: { type } })
    this.answer = event
    if (!event.observation) return
    // The mark of an image that was too large, or could not be written, stands where the image would.
    const { $truncated: reason, sha256, sizeBytes } = event.observation
    if (typeof reason === 'string' && reason.startsWith('frame_'))
      this.gaps.add('screenshot', reason, { detail: present({ sha256, sizeBytes }) })
  }

  private reportLostTree(entry: JournalEntry): void {
    const tree = treeOf(entry)
    if (typeof tree !== 'object') return
    const named = entry.type === 'step_observed' ? entry.event.stepIndex : undefined
    const stepIndex = entry.type === 'step_observed' ? (named ?? this.unobserved.at(-1)) : undefined
    this.gaps.add('probe', 'aria_missing', present({ stepIndex, detail: { seq: tree.$sameAs } }))
  }

  /** A probe frame whose observation never came is an observation of its own. */
  private settleWaiting(): void {
    const waiting = this.waiting
    if (!waiting) return
    this.waiting = undefined
    this.observe(waiting, true)
  }

  private observe(look: Look, isFrame = false): void {
    if (this.drafts.size === 0 && this.holes === 0) {
      this.gaps.lostLook('superseded', this.initialLook)
      this.initialLook = look
    } else if (this.unobserved.length === 0) {
      this.gaps.lostLook('no_step', look)
    }
    for (const index of this.unobserved) {
      const draft = this.drafts.get(index)
      if (draft) draft.carriedLook = { look, isFrame }
    }
    this.observed = this.unobserved
    this.unobserved = []
  }

  finish(): Trajectory<ImageReference> {
    this.settleWaiting()
    const indices = [...this.drafts.keys()].toSorted((a, b) => a - b)
    reportMissing(this.gaps, indices, this.named)
    const steps = indices.map((index, position) => {
      const draft = this.drafts.get(index) as StepDraft
      const named = this.named.get(index)
      const carried = draft.carriedFrame ? [draft.carriedFrame] : []
      const frames = named?.agentFrames.length ? named.agentFrames : carried
      return buildStep(draft.entry, position, frames, joinLooks(draft.carriedLook, named))
    })
    reportReplaced(this.gaps, steps, this.drafts)
    const chosen = findStepsOfTurns(steps)
    const unusedFrame = this.held && !this.held.used ? this.held.frame : undefined
    const started = this.started?.event
    const imported = this.started?.imported
    const answer = this.answer
    return present({
      formatVersion,
      runId: started?.runId ?? '',
      task: started?.taskSpec ?? { id: 'unknown', instruction: '' },
      status: this.finished?.event.status ?? ('killed' as const),
      steps,
      turns: this.turns.map((turn) => buildTurn(turn, chosen)),
      gaps: this.gaps.all,
      timing:
        imported?.timing ??
        present({
          startedAt: this.started?.at || undefined,
          endedAt: this.last?.at || undefined,
          durationMs: this.last?.mono,
        }),
      usage: imported?.usage ?? this.finished?.event.usage ?? sumUsage(this.turns),
      initialObservation: this.initialLook,
      finalAnswer: this.finished?.event.finalAnswer ?? answer?.message,
      finalOutput: answer?.output,
      finalObservation: answer?.observation ? toLook(answer.observation) : undefined,
      finalAgentEvidence:
        imported?.finalAgentEvidence ??
        (unusedFrame ? { modalities: [{ type: 'image' as const, ...unusedFrame }] } : undefined),
      redactions: this.redactions.size > 0 ? Object.fromEntries([...this.redactions].toSorted(byKind)) : undefined,
      tool: started?.tool,
    })
  }

  private evidenceOf(index: number): NamedEvidence {
    const evidence = this.named.get(index) ?? { agentFrames: [] }
    this.named.set(index, evidence)
    return evidence
  }
}

function byKind([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1
}
