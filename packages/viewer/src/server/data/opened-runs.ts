import { stampOf } from '@contrail/recorder'
import { openRun, type DescribeCost, type OpenedRun } from './opened-run.ts'

/** The recordings that pages looked at last. */
export interface OpenedRuns {
  /** @throws {ContrailError} as `readTrajectory` */
  open(directory: string): Promise<OpenedRun>
  close(): void
}

/** Held at once; a run of 5,000 steps may take 100 MB. */
const mostRuns = 6

/** Hold no recording yet. */
export function createOpenedRuns(describeCost?: DescribeCost): OpenedRuns {
  const runs = new Map<string, Promise<OpenedRun>>()
  const stamps = new Map<string, string>()
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
    const opening = openRun(directory, describeCost)
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
    close: () => [...runs.keys()].forEach(drop),
  }
}
