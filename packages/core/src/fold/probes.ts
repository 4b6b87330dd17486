import type { FoldGaps } from './gaps.ts'
import { addDialogs, isOfDialogsAlone, type Look } from './look.ts'
import type { StepDraft } from './lost.ts'

/** Looks that are bound by the order of arrival, within the events of one source or of none. */
interface Source {
  /** A probe frame that waits for its observation. */
  waiting?: Look
  /** Steps finished since the previous observation. */
  unobserved: number[]
  /** Steps of the latest observation. */
  observed: readonly number[]
}

type SourceName = string | undefined

/**
 * The looks of probes that name no step, and what they are bound to: a frame waits for the next observation of its source,
 * which applies to every step of that source finished since the previous one. Before the first step of all it is the look at
 * the page before it.
 */
export class Probes {
  private readonly drafts: ReadonlyMap<number, StepDraft>
  private readonly gaps: FoldGaps
  private readonly sources = new Map<SourceName, Source>()
  private isAfterHole = false
  /** The page before the first step. */
  initialLook: Look | undefined

  /** @param drafts the steps so far, by index */
  constructor(drafts: ReadonlyMap<number, StepDraft>, gaps: FoldGaps) {
    this.drafts = drafts
    this.gaps = gaps
  }

  /** A step of a source comes: what waits is of the steps before it. */
  beginStep(name: SourceName): void {
    // What waits before the first step of all is of no step, whatever its source.
    if (this.drafts.size === 0) this.settle()
    else this.settleSource(this.sourceOf(name))
  }

  /** A step of a source is to be looked at. */
  addStep(name: SourceName, index: number): void {
    this.sourceOf(name).unobserved.push(index)
  }

  /** A probe frame, which is an observation of its own if another comes before its observation. */
  addFrame(name: SourceName, frame: Look): void {
    const source = this.sourceOf(name)
    this.settleSource(source)
    source.waiting = frame
  }

  /** An observation, with the frame that waits for it. */
  addObservation(name: SourceName, look: Look): void {
    const source = this.sourceOf(name)
    const { waiting } = source
    delete source.waiting
    this.observe(source, { ...waiting, ...look })
  }

  /** The step that waits for a look of a source, or had the latest. */
  lastStep(name: SourceName): number | undefined {
    return this.lastUnobserved(name) ?? this.sources.get(name)?.observed.at(-1)
  }

  /** The last step that waits for a look of a source. */
  lastUnobserved(name: SourceName): number | undefined {
    return this.sources.get(name)?.unobserved.at(-1)
  }

  /** Frames whose observation never came are observations of their own. */
  settle(): void {
    for (const source of this.sources.values()) this.settleSource(source)
  }

  /** Bind nothing that came before to anything that comes. */
  forget(): void {
    for (const { waiting } of this.sources.values()) this.gaps.lost('journal_hole', waiting?.screenshot)
    this.sources.clear()
    this.isAfterHole = true
  }

  private settleSource(source: Source): void {
    const { waiting } = source
    if (!waiting) return
    delete source.waiting
    this.observe(source, waiting, true)
  }

  private observe(source: Source, look: Look, isFrame = false): void {
    if (source.unobserved.length === 0 && isOfDialogsAlone(look) && this.addLateDialogs(source, look)) return
    if (this.drafts.size === 0 && !this.isAfterHole) {
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

  private sourceOf(name: SourceName): Source {
    const source = this.sources.get(name) ?? { unobserved: [], observed: [] }
    this.sources.set(name, source)
    return source
  }
}
