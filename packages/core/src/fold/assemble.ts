import { FoldGaps, recordedGap } from './gaps.ts'
import { HeldFrames } from './held-frames.ts'
import { addDialogs, isOfDialogsAlone, joinLooks, pickHow, toImage, toLook, type Look } from './look.ts'
import { reportMissing, reportReplaced, type NamedEvidence, type StepDraft } from './lost.ts'
import { buildStep } from './step.ts'
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
 * evidence belongs to exactly that step, in any order of arrival, and is never carried. A probe and a step belong together
 * only where both are of one `source`, or both of none; an agent frame of one source holds for no step of another. What has no
 * step to belong to becomes a gap. A hole clears everything that is still pending: nothing binds across it, and what comes after it is
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

  private readonly held = new HeldFrames(this.gaps)
  private readonly sources = new Map<string | undefined, Source>()
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
        this.gaps.all.push(recordedGap(entry, lastProbed(this.sourceOf(entry))))
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
    this.held.drop('journal_hole')
    for (const { waiting } of this.sources.values()) this.gaps.lost('journal_hole', waiting?.screenshot)
    this.sources.clear()
  }

  private takeStep(entry: Entry<'step_finished'>): void {
    const source = this.sourceOf(entry)
    // The frames of all are from before the first step.
    if (this.drafts.size === 0) this.settleAll()
    else this.settleWaiting(source)
    const index = entry.event.stepIndex ?? entry.step
    if (this.drafts.has(index)) {
      this.gaps.add('event', 'duplicate_step', { stepIndex: index, detail: { actionName: entry.event.actionName } })
      return
    }
    this.drafts.set(index, present({ entry, carriedFrame: this.held.useFor(entry.event.source) }))
    source.unobserved.push(index)
  }

  private takeScreenshot(entry: Entry<'screenshot'>): void {
    const { event } = entry
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
    if (role !== 'probe') this.held.hold({ image, ...setting }, event.source)
    if (role !== 'agent') {
      const source = this.sourceOf(entry)
      this.settleWaiting(source)
      source.waiting = probed
    }
  }

  private takeObserved(entry: Entry<'step_observed'>): void {
    const look = toLook(entry.event)
    const { stepIndex } = entry.event
    if (stepIndex === undefined) {
      const source = this.sourceOf(entry)
      const { waiting } = source
      delete source.waiting
      this.observe(source, { ...waiting, ...look })
      return
    }
    const evidence = this.evidenceOf(stepIndex)
    if (isOfDialogsAlone(look)) {
      evidence.dialogs = addDialogs(evidence.dialogs ?? {}, look)
      return
    }
    this.gaps.lostLook('superseded', evidence.observed, stepIndex)
    evidence.observed = look
  }

  private takeAnswer({ type, event }: Entry<'final_answer'>): void {
    if (this.answer) this.gaps.add('event', 'superseded', { detail: { type } })
    this.answer = event
    if (!event.observation) return
    // The mark of an image that was too large, was none or could not be written stands where the image would.
    const { $truncated: reason, problem, sha256, sizeBytes } = event.observation
    if (typeof reason === 'string' && reason.startsWith('frame_'))
      this.gaps.add('screenshot', reason, { detail: present({ problem, sha256, sizeBytes }) })
  }

  private reportLostTree(entry: JournalEntry): void {
    const tree = treeOf(entry)
    if (typeof tree !== 'object') return
    const named = entry.type === 'step_observed' ? entry.event.stepIndex : undefined
    const stepIndex = entry.type === 'step_observed' ? (named ?? this.sourceOf(entry).unobserved.at(-1)) : undefined
    this.gaps.add('probe', 'aria_missing', present({ stepIndex, detail: { seq: tree.$sameAs } }))
  }

  /** A probe frame whose observation never came is an observation of its own. */
  private settleWaiting(source: Source): void {
    const { waiting } = source
    if (!waiting) return
    delete source.waiting
    this.observe(source, waiting, true)
  }

  private settleAll(): void {
    for (const source of this.sources.values()) this.settleWaiting(source)
  }

  private observe(source: Source, look: Look, isFrame = false): void {
    if (source.unobserved.length === 0 && isOfDialogsAlone(look) && this.addLateDialogs(source, look)) return
    if (this.drafts.size === 0 && this.holes === 0) {
      this.gaps.lostLook('superseded', this.initialLook)
      this.initialLook = look
    } else if (source.unobserved.length === 0) {
      this.gaps.lostLook('no_step', look)
    }
    for (const index of source.unobserved) {
      const draft = this.drafts.get(index)
      if (draft) draft.carriedLook = { look, isFrame }
    }
    source.observed = source.unobserved
    source.unobserved = []
  }

  /**
   * A dialog may open, or be answered, when the steps before it were looked at long ago: it is theirs.
   *
   * @returns false where there is no such look
   */
  private addLateDialogs(source: Source, dialogs: Look): boolean {
    if (this.drafts.size === 0 && this.initialLook) {
      this.initialLook = addDialogs(this.initialLook, dialogs)
      return true
    }
    for (const index of source.observed) {
      const draft = this.drafts.get(index)
      if (draft?.carriedLook) draft.carriedLook.look = addDialogs(draft.carriedLook.look, dialogs)
    }
    return source.observed.length > 0
  }

  finish(): Trajectory<ImageReference> {
    this.settleAll()
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
    const unusedFrame = this.held.takeUnused()
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

  private sourceOf({ event }: { readonly event: { readonly source?: string | undefined } }): Source {
    const source = this.sources.get(event.source) ?? { unobserved: [], observed: [] }
    this.sources.set(event.source, source)
    return source
  }

  private evidenceOf(index: number): NamedEvidence {
    const evidence = this.named.get(index) ?? { agentFrames: [] }
    this.named.set(index, evidence)
    return evidence
  }
}

/** What is bound by the order of arrival, within the events of one source or of none. */
interface Source {
  /** A probe frame that waits for its observation. */
  waiting?: Look
  /** Steps finished since the previous observation. */
  unobserved: number[]
  /** Steps of the latest observation. */
  observed: readonly number[]
}

function lastProbed({ unobserved, observed }: Source): number | undefined {
  return unobserved.at(-1) ?? observed.at(-1)
}

function byKind([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1
}
