import type { FoldGaps } from './gaps.ts'
import type { AgentFrame } from './step.ts'

type Held = { readonly frame: AgentFrame; readonly source: string | undefined; used: boolean }

/**
 * The pictures that the model was given and that hold for the steps to come. One of a source holds for the steps of that
 * source, and for those that name none; one without a source for all.
 */
export class HeldFrames {
  private readonly gaps: FoldGaps
  /** The newest is the last. */
  private held: readonly Held[] = []

  constructor(gaps: FoldGaps) {
    this.gaps = gaps
  }

  /** Hold a frame in place of those that no step could be given any more. */
  hold(frame: AgentFrame, source: string | undefined): void {
    this.drop('superseded', (held) => source === undefined || held.source === source)
    this.held = [...this.held, { frame, source, used: false }]
  }

  /** The frame that a step was chosen from. */
  useFor(source: string | undefined): AgentFrame | undefined {
    const found = this.held.findLast(
      (held) => source === undefined || held.source === undefined || held.source === source,
    )
    if (found) found.used = true
    return found?.frame
  }

  /** The newest frame that no step was given, at the end; older ones are gaps. */
  takeUnused(): AgentFrame | undefined {
    const newest = this.held.findLast((held) => !held.used)
    this.drop('superseded', (held) => held !== newest)
    return newest?.frame
  }

  /** Hold no frame that is chosen any longer. One that no step was given is a gap. */
  drop(reason: string, isChosen: (held: Held) => boolean = () => true): void {
    for (const held of this.held) if (isChosen(held) && !held.used) this.gaps.lost(reason, held.frame.image)
    this.held = this.held.filter((held) => !isChosen(held))
  }
}
