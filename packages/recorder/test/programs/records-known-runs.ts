import { writeSync } from 'node:fs'
import type { RecorderOptions } from '../../src/index.ts'
import { recordKnownRun, type KnownRun } from '../faults/rig/known-run.ts'
import type { Said } from '../faults/rig/testimony.ts'

/** Instructions of the program, as JSON in its only argument. */
export interface RecordPlan {
  readonly durability?: RecorderOptions['durability']
  /** Recorded one after the other. */
  readonly trials: readonly RecordTrial[]
}

interface RecordTrial {
  readonly run: KnownRun
  readonly outputRoot: string
  /** Variables of fault-shim.c, for this run alone. */
  readonly shimPlan?: string
  /** Stop when the events are there, as a process that dies before `finish()`. */
  readonly until?: 'events'
}

// Records known runs from the first event to a verdict, and says what it was promised in the moment it was promised.
const { trials, durability } = JSON.parse(process.argv[2] as string) as RecordPlan
for (const { run, outputRoot, shimPlan, until } of trials) {
  say({ run: run.runId })
  process.env['FAULT'] = shimPlan ?? ''
  await recordKnownRun(run, outputRoot, say, { ...(durability ? { durability } : {}), ...(until ? { until } : {}) })
  process.env['FAULT'] = ''
}

/** Straight to the descriptor: what was said before a kill has been said. */
function say(said: Said): void {
  writeSync(1, `${JSON.stringify(said)}\n`)
}
