import type { JournalEntry } from '../trajectory/journal-entry.ts'
import { present } from '../values/fields.ts'
import type { Gap, ImageReference, Observation } from '../trajectory/trajectory.ts'

/** The gaps that a fold has met so far. Derived ones get the time of the entry at which they were noticed. */
export class FoldGaps {
  readonly all: Gap[] = []
  /** ISO, UTC; `""` where nothing is known. */
  at = ''

  add(what: Gap['what'], reason: string, more: Pick<Gap, 'stepIndex' | 'detail'>): void {
    this.all.push(present({ what, reason, ...more, at: this.at || undefined }))
  }

  /** A picture that no step can have. Does nothing without one. */
  lost(reason: string, image: ImageReference | undefined, stepIndex?: number): void {
    if (image) this.add('screenshot', reason, present({ stepIndex, detail: { sha256: image.sha256 } }))
  }

  /** A look at the page that no step can have. Does nothing without one. */
  lostLook(reason: string, look: Observation<ImageReference> | undefined, stepIndex?: number): void {
    if (!look) return
    const detail = present({ url: look.url, sha256: look.screenshot?.sha256, dialogs: look.dialogs })
    this.add('probe', reason, present({ stepIndex, detail }))
  }
}

type GapEntry = Extract<JournalEntry, { type: 'gap' }>

/**
 * A gap as it was recorded. What a probe did not see is missing from the steps that the probe is for; without a step of its
 * own it gets the last of them.
 */
export function recordedGap({ at, event }: GapEntry, probedStep: number | undefined): Gap {
  const { what, reason, detail } = event
  const role = (detail as { evidenceRole?: unknown } | null | undefined)?.evidenceRole ?? 'probe'
  const isOfProbe = what !== 'event' && role === 'probe'
  const stepIndex = event.stepIndex ?? (isOfProbe ? probedStep : undefined)
  return present({ what, reason, stepIndex, detail, at: at || undefined })
}
