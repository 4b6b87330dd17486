import {
  imagesByHash,
  type HumanLabel,
  type Image,
  type JournalEntry,
  type JournalHole,
  type Trajectory,
} from '@contrail/core'
import type { NamedVerdict } from '@contrail/recorder'
import { toRunView } from '../run-view.ts'
import { entriesOfSteps } from '../view/entries-of-steps.ts'
import type { InFlight } from '../view/in-flight.ts'
import { stepsPerPiece, type FileHead, type FileJournal, type FileSteps } from '../view/file-data.ts'
import type { FramePair, RunView, StepDetail } from '../view/model.ts'
import type { FailureClass } from '../view/protocol.ts'
import { toStepDetail } from '../view/step-detail.ts'

/** A recording as it is to be seen in one file. */
export interface FileInput {
  readonly trajectory: Trajectory
  /** Names of its folders, as links and labels say them. */
  readonly place: { readonly run: string; readonly task: string }
  readonly verdicts: readonly NamedVerdict[]
  readonly labels: readonly HumanLabel[]
  /** Its journal; without one the file says that it is not there. */
  readonly journal?: AsyncIterable<JournalEntry | JournalHole> | undefined
  /** The work of a run that has not said its end, as its journal tells. */
  readonly inFlight?: InFlight | null
  /** The name that rules give to how it failed; default null, where nobody looked. */
  readonly failureClass?: FailureClass | null
  /** In words, as `cost $0.0132`; absent where there are no prices. */
  readonly cost?: string | undefined
  /** Sentences that stand at the top of the page. */
  readonly notes: readonly string[]
  /** Parts of the run were left out of it on purpose: the page does not say that they were not recorded. */
  readonly isPartial: boolean
}

/** All texts and data of a file before anything is written, and the images that they show. */
export interface FileContent {
  readonly head: Omit<FileHead, 'missing' | 'formatVersion'>
  readonly details: readonly StepDetail[]
  /** For each step its entries; absent where there is no journal. */
  readonly entries?: readonly (readonly (JournalEntry | JournalHole)[])[] | undefined
  /** Every image that the page shows, in the order in which it shows them. */
  readonly frames: readonly Image[]
  /** Hashes of the frames around steps that failed, and of the last one: they lose quality last. */
  readonly bestFrames: ReadonlySet<string>
}

/** Hashes become attributes: what is none is no frame. */
const hash = /^[0-9a-f]{64}$/
/** More characters of one tree are never shown, so no more are written. */
const treeLimit = 5_000_000

/**
 * Gather what a file of a recording holds. Nothing of a frame is read.
 *
 * @throws {ContrailError} as the journal that is read
 */
export async function toFileContent(input: FileInput): Promise<FileContent> {
  const { trajectory, place, verdicts, labels, journal, inFlight = null, failureClass = null, notes, isPartial } = input
  const view = toRunView(trajectory, { inFlight, cost: input.cost, isPartial })
  const details = trajectory.steps.map((_, index) => toStepDetail(trajectory, index)!)
  const isCut = details.some(({ tree }) => (tree?.length ?? 0) > treeLimit)
  return {
    head: {
      row: rowOf(view, place, verdicts.length),
      view,
      verdicts,
      labels,
      failureClass,
      isPartial,
      notes: isCut ? [...notes, 'Trees are cut after 5,000,000 characters.'] : notes,
    },
    details: details.map((detail) => (detail.tree === undefined ? detail : { ...detail, tree: cutTree(detail.tree) })),
    entries: journal && (await entriesOfSteps(journal, trajectory.steps)),
    ...framesOf(trajectory, view),
  }
}

function cutTree(tree: string): string {
  return tree.length > treeLimit ? tree.slice(0, treeLimit) : tree
}

function rowOf(view: RunView, { run, task }: FileInput['place'], verdicts: number): FileHead['row'] {
  const { runId, taskId, status, instruction, steps, failed, gaps, startedAt, durationMs } = view
  return {
    key: '0'.repeat(16),
    run,
    task,
    runId,
    taskId,
    status,
    instruction: instruction.slice(0, 240),
    steps: steps.length,
    failed: failed.length,
    gaps: gaps.length,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(durationMs === undefined ? {} : { durationMs }),
    verdicts,
  }
}

function framesOf(trajectory: Trajectory, view: RunView): Pick<FileContent, 'frames' | 'bestFrames'> {
  const images = imagesByHash(trajectory)
  const inPair = ({ agent, probe }: FramePair): string[] =>
    [agent, probe].flatMap((frame) => (frame ? [frame.sha256] : []))
  const inStep = view.steps.map(({ before, after }) => [...inPair(before), ...inPair(after)])
  const shown = new Set([...inStep.flat(), ...view.cells.map(({ sha256 }) => sha256)])
  const last = view.cells.at(-1)
  return {
    frames: [...shown].flatMap((sha256) => (hash.test(sha256) ? (images.get(sha256) ?? []) : [])),
    bestFrames: new Set([...view.failed.flatMap((index) => inStep[index] ?? []), ...(last ? [last.sha256] : [])]),
  }
}

/** The steps of a file in pieces, each tree of a piece once. */
export function toStepPieces(details: readonly StepDetail[]): FileSteps[] {
  return inPieces(details).map((piece) => {
    const places = new Map<string, number>()
    const treeOf = piece.map(({ tree }) => {
      if (tree === undefined) return null
      if (!places.has(tree)) places.set(tree, places.size)
      return places.get(tree)!
    })
    return { details: piece.map(({ tree: _, ...detail }) => detail), trees: [...places.keys()], treeOf }
  })
}

/** The journal of a file in the same pieces, each entry of a piece once. */
export function toJournalPieces(entries: NonNullable<FileContent['entries']>): FileJournal[] {
  return inPieces(entries).map((piece) => {
    const all = [...new Set(piece.flat())]
    const places = new Map(all.map((entry, at) => [entry, at]))
    return { entries: all, ofStep: piece.map((ofStep) => ofStep.map((entry) => places.get(entry)!)) }
  })
}

function inPieces<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / stepsPerPiece) }, (_, at) =>
    items.slice(at * stepsPerPiece, (at + 1) * stepsPerPiece),
  )
}
