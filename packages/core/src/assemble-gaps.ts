import { present } from './known-fields.ts'
import type { Gap, ImageReference, Observation } from './trajectory.ts'

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
    const detail = present({ url: look.url, sha256: look.screenshot?.sha256 })
    this.add('probe', reason, present({ stepIndex, detail }))
  }
}
