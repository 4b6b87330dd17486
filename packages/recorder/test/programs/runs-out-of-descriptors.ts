import { closeSync, openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { recordKnownRun, type KnownRun } from '../faults/rig/known-run.ts'
import type { Said } from '../faults/rig/testimony.ts'

/** Instructions of the program, as JSON in its only argument. Its limit of open files should be low. */
export interface ExhaustPlan {
  /** Recorded one after the other. */
  readonly trials: readonly ExhaustTrial[]
}

interface ExhaustTrial {
  readonly run: KnownRun
  readonly outputRoot: string
  /** The group of events before which all descriptors are taken, from 0. */
  readonly group: number
  /** The number of those that are left. */
  readonly left: number
  /** When they are given back; without it when the run is over. */
  readonly forMs?: number
}

// Takes its own descriptors away while it records, and says what it was promised.
const { trials } = JSON.parse(process.argv[2] as string) as ExhaustPlan
for (const { run, outputRoot, group, left, forMs } of trials) {
  const taken: number[] = []
  const giveBack = (): void => taken.splice(0).forEach((descriptor) => closeSync(descriptor))
  const before = (number: number): void => {
    if (number !== group) return
    takeAll(taken)
    for (const descriptor of taken.splice(0, left)) closeSync(descriptor)
    if (forMs !== undefined) void sleep(forMs).then(giveBack)
  }
  say({ run: run.runId })
  await recordKnownRun(run, outputRoot, say, { before })
  giveBack()
}

function takeAll(taken: number[]): void {
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'))
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'EMFILE') throw cause
  }
}

function say(said: Said): void {
  writeSync(1, `${JSON.stringify(said)}\n`)
}
