import { Environment } from './environment.ts'
import { FoldGaps, recordedGap } from './gaps.ts'
import { HeldFrames } from './held-frames.ts'
import { addDialogs, isOfDialogsAlone, joinLooks, pickHow, toImage, toLook, type Look } from './look.ts'
import { reportMissing, reportReplaced, type NamedEvidence, type StepDraft } from './lost.ts'
import { Probes } from './probes.ts'
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
 * not the page before the first step; of what the page did by itself it clears nothing, see {@link Environment}. An aria tree that stood in the hole is a gap `aria_missing` wherever it is referred to.
 *
 * @param entries the journal in order of `seq`, holes in their place
 * @returns a frozen trajectory; `status` is `killed` where no `run_finished` stands
 */
export function assembleTrajectory(entries: Iterable<JournalEntry | JournalHole>): Trajectory<ImageReference> {
  const fold = new Fold()
  for (const entry of entries) fold.take(entry)
  return freeze(fold.finish())
}

class Fold {
  private started: Entry<'run_started'> | undefined
  private finished: Entry<'run_finished'> | undefined
  private last: JournalEntry | undefined
  private answer: Entry<'final_answer'>['event'] | undefined
  private readonly drafts = new Map<number, StepDraft>()
  private readonly named = new Map<number, NamedEvidence>()
  private readonly turns: Entry<'turn_finished'>[] = []
  private readonly gaps = new FoldGaps()
  private readonly held = new HeldFrames(this.gaps)
  private readonly probes = new Probes(this.drafts, this.gaps)
  private readonly environment = new Environment()
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
      case 'page_event':
        return this.environment.add(entry)
      case 'gap':
        this.gaps.all.push(recordedGap(entry, this.probes.lastStep(entry.event.source)))
        return
      case 'run_finished':
        this.finished = entry
        return
      case 'hole':
        return this.takeHole(entry)
    }
  }

  private takeHole({ offset, sizeBytes, reason }: JournalHole): void {
    this.gaps.add('event', 'journal_hole', { detail: { offset, sizeBytes, reason } })
    this.held.drop('journal_hole')
    this.probes.forget()
  }

  private takeStep(entry: Entry<'step_finished'>): void {
    const { source } = entry.event
    this.probes.beginStep(source)
    const index = entry.event.stepIndex ?? entry.step
    if (this.drafts.has(index)) {
      this.gaps.add('event', 'duplicate_step', { stepIndex: index, detail: { actionName: entry.event.actionName } })
      return
    }
    this.drafts.set(index, present({ entry, carriedFrame: this.held.useFor(source) }))
    this.probes.addStep(source, index)
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
    if (role !== 'probe') this.held.hold({ image, ...setting }, event.source)
    if (role !== 'agent') this.probes.addFrame(event.source, probed)
  }

  private takeObserved({ event }: Entry<'step_observed'>): void {
    const look = toLook(event)
    const { stepIndex } = event
    if (stepIndex === undefined) {
      this.probes.addObservation(event.source, look)
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
    const { stepIndex: named, source } = entry.type === 'step_observed' ? entry.event : {}
    const stepIndex = entry.type === 'step_observed' ? (named ?? this.probes.lastUnobserved(source)) : undefined
    this.gaps.add('probe', 'aria_missing', present({ stepIndex, detail: { seq: tree.$sameAs } }))
  }

  finish(): Trajectory<ImageReference> {
    this.probes.settle()
    const indices = [...this.drafts.keys()].toSorted((a, b) => a - b)
    reportMissing(this.gaps, indices, this.named)
    const environment = this.environment.bind(indices, this.drafts, this.gaps)
    const steps = indices.map((index, position) => {
      const draft = this.drafts.get(index) as StepDraft
      const named = this.named.get(index)
      const carried = draft.carriedFrame ? [draft.carriedFrame] : []
      const frames = named?.agentFrames.length ? named.agentFrames : carried
      return buildStep(draft.entry, position, frames, joinLooks(draft.carriedLook, named), environment.of(position))
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
      initialObservation: this.probes.initialLook,
      initialEnvironment: imported?.initialEnvironment ?? environment.initial,
      finalAnswer: this.finished?.event.finalAnswer ?? answer?.message,
      finalOutput: answer?.output,
      finalScore: this.finished?.event.finalScore,
      finalTree: this.finished?.event.finalTree,
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
