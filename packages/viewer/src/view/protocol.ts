import type { HumanLabel } from '@contrail/core'
import type { NamedVerdict } from '@contrail/recorder'
import type { RunView } from './model.ts'

/** One recording in the list. `key` is how the server knows it; a path never leaves the server. */
export interface RecordingRow {
  readonly key: string
  /** Names of its folders, as in links. */
  readonly run: string
  readonly task: string
  readonly runId: string
  readonly taskId: string
  /** `unreadable` where nothing more can be said; then `error` says why. */
  readonly status: RunView['status'] | 'unreadable'
  readonly error?: string
  readonly instruction?: string
  readonly finalAnswer?: string
  readonly steps?: number
  readonly failed?: number
  readonly gaps?: number
  readonly startedAt?: string
  readonly durationMs?: number
  readonly verdicts: number
}

/** The part of a row that comes from inside its recording. */
export interface RecordingGlance {
  /** A letter for each step: `g` it went well, `b` it failed. */
  readonly strip: string
  /** The hash of its last frame. */
  readonly frame?: string
}

/**
 * Verdicts of judges and labels of people. Only their counts, as long as the annotator has no label and did not ask for
 * all.
 */
export interface Judgements {
  readonly mine?: HumanLabel
  readonly hidden: boolean
  readonly counts: { readonly verdicts: number; readonly labels: number }
  readonly verdicts: readonly NamedVerdict[]
  readonly labels: readonly HumanLabel[]
  /** Set where the labels cannot be read: the reason. */
  readonly labelsProblem?: string
}

/** The name that rules give to how a run failed; only a class of failure has a confidence. */
export interface FailureClass {
  readonly name: string
  readonly confidence: number | null
}

/** A label as an annotator sends it; the server adds who and when. */
export type LabelDraft = Pick<
  HumanLabel,
  'annotator' | 'blind' | 'outcome' | 'process' | 'comment' | 'steps' | 'verdictsSeen'
>

/** The changes in a run that grows: all but lists of which only the end is new. */
export interface RunPatch {
  readonly head: Omit<RunView, 'steps' | 'turns' | 'cells' | 'gaps'>
  readonly steps: Tail<RunView['steps'][number]>
  readonly turns: Tail<RunView['turns'][number]>
  readonly cells: Tail<RunView['cells'][number]>
  readonly gaps: Tail<RunView['gaps'][number]>
}

/** The items of a list from an index on; what stood there before is replaced. */
export interface Tail<T> {
  readonly from: number
  readonly items: readonly T[]
}

/** All recordings. Two lists of one version are the same. */
export interface RecordingList {
  readonly version: string
  readonly rows: readonly RecordingRow[]
}

/** The list as it changes: rows that are new or other, and keys of those that are gone; or all of it, where `whole`. */
export interface ListPatch extends RecordingList {
  readonly gone: readonly string[]
  readonly whole: boolean
}

/** Find what two lists do not have in common at their end. */
export function tailOf<T>(before: readonly string[], after: readonly string[], items: readonly T[]): Tail<T> {
  let from = 0
  while (from < before.length && from < after.length && before[from] === after[from]) from += 1
  return { from, items: items.slice(from) }
}

/** Put a patch to a run. */
export function applyPatch(run: RunView, { head, steps, turns, cells, gaps }: RunPatch): RunView {
  const join = <T>(items: readonly T[], tail: Tail<T>): readonly T[] => [...items.slice(0, tail.from), ...tail.items]
  return {
    ...head,
    steps: join(run.steps, steps),
    turns: join(run.turns, turns),
    cells: join(run.cells, cells),
    gaps: join(run.gaps, gaps),
  }
}
