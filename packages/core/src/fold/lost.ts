import { picturesOf } from '../trajectory/map-images.ts'
import type { FoldGaps } from './gaps.ts'
import type { Look } from './look.ts'
import type { AgentFrame } from './step.ts'
import type { JournalEntry } from '../trajectory/journal-entry.ts'
import type { ImageReference, Step } from '../trajectory/trajectory.ts'

/** Evidence that named its step. It belongs to that step alone, in whatever order it came. */
export type NamedEvidence = {
  agentFrames: AgentFrame[]
  probeFrame?: Look
  observed?: Look
  /** A look that was of dialogs alone. */
  dialogs?: Look
}

/** A finished step while the fold goes on: what was carried to it, kept apart from what named it. */
export type StepDraft = {
  entry: Extract<JournalEntry, { type: 'step_finished' }>
  carriedFrame?: AgentFrame
  carriedLook?: { look: Look; isFrame: boolean }
}

/** Say which steps never finished, and which evidence waited for them in vain. */
export function reportMissing(
  gaps: FoldGaps,
  indices: readonly number[],
  named: ReadonlyMap<number, NamedEvidence>,
): void {
  const finished = new Set(indices)
  let expected = 0
  for (const index of indices) {
    if (index > expected) {
      gaps.add('event', 'missing_step', {
        stepIndex: expected,
        detail: { steps: index - expected, movedUp: true },
      })
    }
    expected = index + 1
  }
  for (const [index, evidence] of [...named].toSorted(([a], [b]) => a - b)) {
    if (finished.has(index)) continue
    for (const { image } of evidence.agentFrames) gaps.lost('unknown_step', image, index)
    gaps.lost('unknown_step', evidence.probeFrame?.screenshot, index)
    gaps.lostLook('unknown_step', evidence.observed, index)
    gaps.lostLook('unknown_step', evidence.dialogs, index)
  }
}

/** A picture that was carried only to steps which named pictures of their own has no step to belong to. */
export function reportReplaced(
  gaps: FoldGaps,
  steps: readonly Step<ImageReference>[],
  drafts: ReadonlyMap<number, StepDraft>,
): void {
  const shown = new Set(steps.flatMap(picturesOf))
  for (const [index, { carriedFrame, carriedLook }] of drafts) {
    for (const image of [carriedFrame?.image, carriedLook?.look.screenshot]) {
      if (!image || shown.has(image)) continue
      gaps.lost('superseded', image, index)
      shown.add(image)
    }
  }
}
