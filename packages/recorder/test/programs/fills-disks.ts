import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { recoverRecording } from '../../src/index.ts'
import { findBrokenPromises } from '../faults/rig/broken-promises.ts'
import { knownTask, recordKnownRun, toRefusal } from '../faults/rig/known-run.ts'
import { toTestimony, type Refusal, type Said } from '../faults/rig/testimony.ts'

/** Instructions of the program, as JSON in its only argument. It must have mounts of its own; see `inOwnMounts`. */
export interface FillPlan {
  /** An empty folder. */
  readonly root: string
  /** Mount options that make a disk small, e.g. `size=64k` or `nr_inodes=20`. */
  readonly limits: readonly string[]
}

/** One line of what the program says: a recording on one disk. */
export interface FilledDisk {
  readonly limit: string
  readonly acked: number
  readonly finished: boolean
  readonly refusals: readonly Refusal[]
  /** The words of `recover` while the disk was still full, where it refused. */
  readonly recoverRefused?: Refusal
  readonly surfaced: boolean
  readonly broken: readonly string[]
}

// Records a known run on small disks, then gives each more room and looks what has become of the run.
const { root, limits } = JSON.parse(process.argv[2] as string) as FillPlan
for (const limit of limits) console.log(JSON.stringify(await fill(limit)))

async function fill(limit: string): Promise<FilledDisk> {
  const disk = join(root, limit)
  mkdirSync(disk)
  mount('-t', 'tmpfs', '-o', limit, 'none', disk)
  const run = { runId: 'run', steps: 6, frameBytes: 8000 }
  const outputRoot = join(disk, 'recordings')
  const directory = join(outputRoot, run.runId, knownTask)
  const said: Said[] = []
  await recordKnownRun(run, outputRoot, (line) => said.push(line))
  const testimony = toTestimony(said, run.steps)
  const recoverRefused = await recoverRecording(directory).then(
    () => undefined,
    (cause: unknown) => toRefusal(cause),
  )
  mount('-t', 'tmpfs', '-o', 'remount,size=8m,nr_inodes=1k', 'none', disk)
  const { broken, surfaced } = await findBrokenPromises(directory, run, testimony, { lived: true })
  const { acked, finished, refusals } = testimony
  return {
    limit,
    acked: acked.length,
    finished,
    refusals,
    surfaced,
    broken,
    ...(recoverRefused ? { recoverRefused } : {}),
  }
}

function mount(...args: readonly string[]): void {
  execFileSync('mount', args, { stdio: ['ignore', 'ignore', 'inherit'] })
}
