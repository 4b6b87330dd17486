import { lstat, readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ContrailError, type ImageReference, type Trajectory } from '@contrail/core'
import { unreadable } from '../io/disk-error.ts'
import { errnoOf } from '../io/io.ts'
import { planReplay, type PlannedChange, type ReadAttachment } from './plan-replay.ts'
import { assertNoLinks, firstBefores, ReplayWriter } from './replay-writer.ts'
import { hashOfTree, readTree, toTreePath, type Tree } from './tree.ts'

/** Options of a replay. */
export interface ReplayOptions {
  /** The folder that the files are written into. It is made where it is not there. */
  into: string
  /** The folder that the agent began with: copied first. Default: the files that the recording knows the beginning of. */
  from?: string | undefined
  /** Gives the bytes of a content; see `createAttachmentReader`. */
  readAttachment: ReadAttachment
}

/** The outcome of one step. `step` is from 0. */
export interface ReplayedStep {
  readonly step: number
  readonly status: 'applied' | 'skipped' | 'failed'
  /**
   * A snake_case word. Skipped: `no_write`, `replay_stopped`. Failed: `before_differs` (the file is not what the step found),
   * `write_failed`, and, before anything is written, `content_missing`, `content_changed`, `content_too_large`,
   * `content_redacted`.
   */
  readonly reason?: string
}

/** The result of a replay. */
export interface ReplayResult {
  readonly steps: readonly ReplayedStep[]
  /** The tree at the end of the recording; where none was recorded, the start with every change put in. */
  readonly expectedTree: string
  /** False where the recording does not tell its tree at the end: then nothing but what its steps wrote can be compared. */
  readonly hasEndTree: boolean
  readonly actualTree: string
  readonly matched: boolean
  /** Present where the files of the start are not those that the recording began with. */
  readonly initialTree?: { readonly expected: string; readonly actual: string }
}

/**
 * Write again what the steps of a recording have written, and compare the trees. Nothing is executed: reads, searches, runs of
 * tests and submits are skipped.
 *
 * Every content is read and verified before the first write. Before each write the file must be what it was when the step was
 * recorded, else that step fails and the replay stops.
 *
 * @throws {ContrailError} FILE_UNSAFE, before anything is written, for a path that is absolute, leaves `into`, passes a link, or
 * is one of git's own; DIRECTORY_UNAVAILABLE for an `into` that is not empty, unless there is no `from` and it is the tree that
 * the recording began with; FILE_TOO_LARGE, FILE_UNREADABLE for a start that cannot be hashed
 */
export async function replayEpisode(
  trajectory: Trajectory<ImageReference>,
  options: ReplayOptions,
): Promise<ReplayResult> {
  const into = resolve(options.into)
  const from = options.from === undefined ? undefined : resolve(options.from)
  const initial = (trajectory.task['episode'] as { initialTree?: unknown } | undefined)?.initialTree
  const isInPlace = await assertInto(into, from, initial)
  const hasStart = from !== undefined || isInPlace
  const { changes, faults } = await planReplay(trajectory, options.readAttachment, hasStart)
  await assertNoLinks(from ?? into, changes)
  const start = hasStart ? await readTree(from ?? into) : knownStart(changes)
  const replay = new ReplayWriter(into, options.readAttachment)
  const outcomes = new Map<number, Omit<ReplayedStep, 'step'>>()
  for (const [step, reason] of faults) outcomes.set(step, { status: 'failed', reason })
  if (faults.size === 0) {
    await replay.begin(start, from, isInPlace, changes)
    for (const change of changes) {
      const reason = await replay.apply(change)
      outcomes.set(change.step, reason === undefined ? { status: 'applied' } : { status: 'failed', reason })
      if (reason !== undefined) break
    }
  }
  const isStopped = new Set(changes.map(({ step }) => step))
  const steps = trajectory.steps.map((_, step): ReplayedStep => {
    const skipped = { status: 'skipped' as const, reason: isStopped.has(step) ? 'replay_stopped' : 'no_write' }
    return { step, ...(outcomes.get(step) ?? skipped) }
  })
  const expectedTree = trajectory.finalTree ?? hashOfTree(withChanges(start, changes))
  const actualTree = hashOfTree(await treeIfThere(into))
  const began = hashOfTree(start)
  return {
    steps,
    expectedTree,
    hasEndTree: trajectory.finalTree !== undefined,
    actualTree,
    matched: actualTree === expectedTree && steps.every(({ status }) => status !== 'failed'),
    ...(hasStart && typeof initial === 'string' && began !== initial
      ? { initialTree: { expected: initial, actual: began } }
      : {}),
  }
}

/** @returns whether the start is what stands in `into` already */
async function assertInto(into: string, from: string | undefined, initial: unknown): Promise<boolean> {
  const names = await readdir(into).catch((cause: unknown) => {
    if (errnoOf(cause) === 'ENOENT') return []
    throw unreadable(into, cause)
  })
  if (names.length === 0) return false
  if (from === undefined && typeof initial === 'string' && hashOfTree(await readTree(into)) === initial) return true
  const why = from === undefined ? 'and is not the tree that the recording began with' : 'and the start is to be copied'
  throw new ContrailError('DIRECTORY_UNAVAILABLE', `${into} is not empty ${why}: name a folder that is`, {
    details: { path: into },
  })
}

function knownStart(changes: readonly PlannedChange[]): Tree {
  return new Map([...firstBefores(changes)].map(([path, file]) => [toTreePath(path), file]))
}

function withChanges(start: Tree, changes: readonly PlannedChange[]): ReadonlyMap<string, { sha256: string }> {
  const files = new Map<string, { sha256: string }>(start)
  for (const { path, after } of changes) {
    if (after) files.set(toTreePath(path), after)
    else files.delete(toTreePath(path))
  }
  return files
}

async function treeIfThere(directory: string): Promise<Tree> {
  const stat = await lstat(directory).catch(() => undefined)
  return stat ? readTree(directory) : new Map()
}
