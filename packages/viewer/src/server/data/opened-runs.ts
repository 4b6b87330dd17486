import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openRun, type OpenedRun } from './opened-run.ts'

/** The recordings that pages looked at last. */
export interface OpenedRuns {
  /** @throws {ContrailError} as `readTrajectory` */
  open(directory: string): Promise<OpenedRun>
  /** The bytes of a frame of any recording that was opened; undefined where none has it. */
  frame(sha256: string): Promise<Uint8Array | undefined>
  /** Say that a recording has this frame, without holding it open. */
  register(sha256: string, directory: string): void
  close(): void
}

/** Held at once; a run of 5,000 steps may take 100 MB. */
const mostRuns = 6

/** Hold no recording yet. */
export function createOpenedRuns(): OpenedRuns {
  const runs = new Map<string, Promise<OpenedRun>>()
  const stamps = new Map<string, string>()
  const places = new Map<string, string>()
  const drop = (directory: string): void => {
    const run = runs.get(directory)
    runs.delete(directory)
    // One that never opened has nothing to close.
    void run?.then(
      (opened) => opened.close(),
      () => undefined,
    )
  }
  const open = async (directory: string): Promise<OpenedRun> => {
    const held = await runs.get(directory)?.catch(() => undefined)
    const stamp = await stampOf(directory)
    const isCurrent = held?.followed ? !held.followed.over : stamps.get(directory) === stamp
    if (held && isCurrent && runs.has(directory)) {
      const again = runs.get(directory)!
      runs.delete(directory)
      runs.set(directory, again)
      return held
    }
    drop(directory)
    const opening = openRun(directory).then((run) => {
      // A page may ask for its frames when the run is not held any more.
      for (const sha256 of run.frames) places.set(sha256, directory)
      return run
    })
    runs.set(directory, opening)
    stamps.set(directory, stamp)
    for (const oldest of runs.keys()) {
      if (runs.size <= mostRuns) break
      drop(oldest)
    }
    return opening
  }
  return {
    open,
    async frame(sha256) {
      const known = places.get(sha256)
      const held = [...runs.entries()].toReversed().map(([directory]) => directory)
      for (const directory of new Set(known === undefined ? held : [known, ...held])) {
        try {
          const run = await open(directory)
          const bytes = await run.frame(sha256)
          places.set(sha256, directory)
          return bytes
        } catch {
          // Another recording may have it; where none has, the page says that there is no such frame.
        }
      }
      return undefined
    },
    register: (sha256, directory) => void places.set(sha256, directory),
    close: () => [...runs.keys()].forEach(drop),
  }
}

/** Tells what is on the disk from what was there before: a recording that is recovered or compacted is read anew. */
async function stampOf(directory: string): Promise<string> {
  const of = async (name: string): Promise<string> =>
    stat(join(directory, name)).then(
      ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
      () => 'none',
    )
  return `${await of('trajectory.json')} ${await of('core.log')}`
}
