import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RecorderOptions } from '../../src/index.ts'
import { findBrokenPromises } from '../faults/rig/broken-promises.ts'
import { knownTask, type KnownRun } from '../faults/rig/known-run.ts'
import { toTestimonies, toTestimony } from '../faults/rig/testimony.ts'
import { runProgram } from '../support/run-program.ts'
import type { RecordPlan } from './records-known-runs.ts'

/** Instructions of the program, as JSON in its only argument. It must be root, with mounts of its own. */
export interface CutPlan {
  /** An empty folder. */
  readonly root: string
  /** The compiled cut-power.c. */
  readonly cutter: string
  readonly cuts: readonly Cut[]
}

interface Cut {
  readonly run: KnownRun
  readonly durability: RecorderOptions['durability']
  /** The power goes when the recorder has said this so many times, and so many milliseconds have passed. */
  readonly after: { readonly said: 'ack' | 'finished' | 'judged'; readonly times: number; readonly delayMs: number }
}

/** One line of what the program says. */
export interface PowerCut {
  readonly acked: number
  readonly finished: boolean
  readonly broken: readonly string[]
}

// Records on a real ext4 file system, cuts its power, and looks what is there when it is on again.
const { root, cutter, cuts } = JSON.parse(process.argv[2] as string) as CutPlan
const image = join(root, 'image')
const disk = join(root, 'disk')
mkdirSync(disk)
execute('truncate', '-s', '64M', image)
execute('mkfs.ext4', '-q', '-F', image)
for (const cut of cuts) console.log(JSON.stringify(await cutOnce(cut)))

async function cutOnce({ run, durability, after }: Cut): Promise<PowerCut> {
  // Nothing is written back by the clock: what nobody syncs is lost.
  execute('mount', '-o', 'loop,commit=300', image, disk)
  let cutting: Promise<void> | undefined
  const plan = { durability, trials: [{ run, outputRoot: disk }] } satisfies RecordPlan
  const { output } = await runProgram('records-known-runs.ts', plan, {
    onOutput(text, recorder) {
      if (cutting || text.split(`"${after.said}"`).length <= after.times) return
      cutting = sleep(after.delayMs).then(() => {
        execute(cutter, disk)
        recorder.kill('SIGKILL')
      })
    },
  })
  // A run that has said its last may end before that.
  await cutting
  if (!cutting) throw new Error(`the run was over before its recorder had said ${after.said} ${after.times} times`)
  await unmount()
  execute('mount', '-o', 'loop', image, disk)
  const testimony = toTestimonies(output, run.steps).get(run.runId) ?? toTestimony([], 0)
  // What only finish() syncs may be gone before that.
  const promised = durability === 'finish' ? { ...testimony, acked: [] } : testimony
  const { broken } = await findBrokenPromises(join(disk, run.runId, knownTask), run, promised, { lived: false })
  await unmount()
  return { acked: testimony.acked.length, finished: testimony.finished, broken }
}

/** A process that was killed lets go of its files a moment later. */
async function unmount(): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (spawnSync('umount', [disk]).status === 0) return
    await sleep(20)
  }
  throw new Error(`${disk} cannot be unmounted`)
}

function execute(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
}
