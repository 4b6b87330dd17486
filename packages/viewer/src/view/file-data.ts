import type { HumanLabel, JournalEntry, JournalHole } from '@contrail/core'
import type { NamedVerdict } from '@contrail/recorder'
import type { RunView, StepDetail } from './model.ts'
import type { FailureClass, RecordingRow } from './protocol.ts'

/** A version of the data in a page that is one file. */
export const fileDataVersion = 1

/** So many steps stand in one piece of data of a file: a piece is read when the first of them is asked for. */
export const stepsPerPiece = 50

/** All of a recording that its page shows at once. */
export interface FileHead {
  readonly formatVersion: typeof fileDataVersion
  readonly row: RecordingRow
  readonly view: RunView
  readonly verdicts: readonly NamedVerdict[]
  readonly labels: readonly HumanLabel[]
  /** The class of its failure; null where nobody looked. */
  readonly failureClass: FailureClass | null
  /** Sentences about the file itself: what was left out of it, and what was made smaller. */
  readonly notes: readonly string[]
  /** Parts of the run were left out on purpose. */
  readonly isPartial: boolean
  /** Reasons why frames of the run are not in the file, by hash. */
  readonly missing: Readonly<Record<string, string>>
}

/** The details of the steps of one piece, as `toStepDetail` says them. Equal trees stand once. */
export interface FileSteps {
  readonly details: readonly Omit<StepDetail, 'tree'>[]
  readonly trees: readonly string[]
  /** For each of `details` the place of its tree in `trees`, or null. */
  readonly treeOf: readonly (number | null)[]
}

/** The journal of the steps of one piece: for each step the places of its entries. */
export interface FileJournal {
  readonly entries: readonly (JournalEntry | JournalHole)[]
  readonly ofStep: readonly (readonly number[])[]
}

/** Put the tree of a step back to the rest of it. */
export function detailIn(piece: FileSteps, at: number): StepDetail | undefined {
  const detail = piece.details[at]
  const tree = piece.trees[piece.treeOf[at] ?? -1]
  return detail && { ...detail, ...(tree === undefined ? {} : { tree }) }
}
