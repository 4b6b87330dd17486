import {
  assembleTrajectory,
  imagesByHash,
  type ImageReference,
  type JournalEntry,
  type JournalHole,
  type Trajectory,
} from '@contrail/core'
import { followJournal, readBlob, readJournal, readTrajectory } from '@contrail/recorder'
import { inFlightOf, type InFlight } from '../../view/in-flight.ts'

/** A recording that is being written, as far as it is there. */
export interface FollowedRun {
  /** The fold of all that was committed up to now. */
  trajectory(): Trajectory<ImageReference>
  inFlight(): InFlight | null
  frame(sha256: string): Promise<Uint8Array>
  /** Hear of new entries; `over` says that no more will come. @returns what ends the hearing */
  listen(listener: (news: { over: boolean }) => void): () => void
  readonly over: boolean
  close(): void
}

/**
 * Follow the journal of a recording. What is there is read before this resolves; then entries come as they are committed.
 *
 * @throws {ContrailError} as `readJournal`
 */
export async function followRun(directory: string): Promise<FollowedRun> {
  const entries: (JournalEntry | JournalHole)[] = []
  for await (const entry of readJournal(directory)) entries.push(entry)
  const listeners = new Set<(news: { over: boolean }) => void>()
  const abort = new AbortController()
  let folded: Trajectory<ImageReference> | undefined
  let isOver = false
  const tell = (): void => {
    folded = undefined
    for (const listener of [...listeners]) listener({ over: isOver })
  }
  const follow = async (): Promise<void> => {
    let known = entries.length
    for await (const entry of followJournal(directory, { signal: abort.signal, pollMs: 60 })) {
      if (known-- > 0) continue
      entries.push(entry)
      tell()
    }
  }
  const end = (): void => {
    isOver = true
    tell()
  }
  // A journal that can no longer be read tells nothing more: who opens the recording next is told why.
  void follow().then(end, end)
  const trajectory = (): Trajectory<ImageReference> => (folded ??= fold(entries, isOver))
  return {
    trajectory,
    inFlight: () => inFlightOf(entries, trajectory().status),
    frame: (sha256) => readBlob(directory, sha256).catch(() => readNamed(directory, sha256)),
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    get over() {
      return isOver
    },
    close: () => abort.abort(),
  }
}

function fold(entries: readonly (JournalEntry | JournalHole)[], isOver: boolean): Trajectory<ImageReference> {
  const trajectory = assembleTrajectory(entries)
  return trajectory.status === 'killed' && !isOver ? { ...trajectory, status: 'recording' } : trajectory
}

/** Once a recording is finished its frames have names, and are blobs no more. */
async function readNamed(directory: string, sha256: string): Promise<Uint8Array> {
  const image = imagesByHash(await readTrajectory(directory)).get(sha256)
  if (!image) throw new Error(`no frame ${sha256}`)
  return image.read()
}
