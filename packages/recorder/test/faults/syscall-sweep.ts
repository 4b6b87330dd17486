import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { inParallel, runProgram, type Ended } from '../support/run-program.ts'
import type { RecordPlan } from '../programs/records-known-runs.ts'
import { findBrokenPromises } from './rig/broken-promises.ts'
import { knownTask, type KnownRun } from './rig/known-run.ts'
import {
  deadlyModes,
  nameOf,
  noFault,
  toOperations,
  toShimPlan,
  type Fault,
  type FileOperation,
} from './rig/fault-plan.ts'
import { toTestimonies, toTestimony, type Testimony } from './rig/testimony.ts'

/** The place and the tools of a sweep. */
export interface SweepSetting {
  /** An empty folder, by its real path: that is how the kernel names files. */
  readonly root: string
  /** The compiled fault-shim.c. */
  readonly shim: string
}

/** The outcome of some faults: every promise that was broken, how many faults were told, how many did no harm. */
export interface SweepResult {
  readonly broken: readonly string[]
  readonly surfaced: number
  readonly harmless: number
}

/** Two steps are enough for every operation there is: first frames and later ones, a second batch, a shared frame. */
const sweptRun = { steps: 2, frameBytes: 3000 }

/** Run a program under the shim. */
export function runUnderShim(
  { root, shim }: SweepSetting,
  program: string,
  plan: unknown,
  env: Record<string, string> = {},
): Promise<Ended> {
  return runProgram(program, plan, { env: { LD_PRELOAD: shim, FAULT_FOLDER: root, ...env } })
}

/** Every operation of an undisturbed recording, from the first event to a verdict, in order. */
export async function listRecordOperations(setting: SweepSetting): Promise<FileOperation[]> {
  const log = join(setting.root, 'record.log')
  const run = { runId: 'undisturbed', ...sweptRun }
  const plan = { trials: [{ run, outputRoot: outputRootOf(setting, run), shimPlan: noFault }] } satisfies RecordPlan
  await runUnderShim(setting, 'records-known-runs.ts', plan, { FAULT_LOG: log })
  return toOperations(await readFile(log, 'utf8'))
}

interface Trial {
  readonly fault: Fault
  readonly run: KnownRun
}

/**
 * Record once for each fault, and hold what is then on the disk against what was promised. A deadly fault has a process
 * of its own; of the others many share one.
 */
export async function sweepRecording(setting: SweepSetting, faults: readonly Fault[]): Promise<SweepResult> {
  const trials = faults.map((fault, index) => ({ fault, run: { runId: `run-${index}`, ...sweptRun } }))
  const results = await inParallel(inProcesses(trials), 2, async (group) => {
    const log = join(setting.root, `${group[0]?.run.runId ?? 'none'}.log`)
    const plan = {
      trials: group.map(({ fault, run }) => ({
        run,
        outputRoot: outputRootOf(setting, run),
        shimPlan: toShimPlan(fault, run.runId),
      })),
    } satisfies RecordPlan
    const { output, signal } = await runUnderShim(setting, 'records-known-runs.ts', plan, { FAULT_LOG: log })
    const hits = (await readFile(log, 'utf8')).split('\n').filter((line) => line.startsWith('!'))
    await rm(log)
    const testimonies = toTestimonies(output, sweptRun.steps)
    const found: SweepResult[] = []
    for (const trial of group) {
      const testimony = testimonies.get(trial.run.runId) ?? toTestimony([], 0)
      found.push(await inspect(setting, trial, testimony, { signal, hits }))
    }
    return sumOf(found)
  })
  return sumOf(results)
}

/** Faults that share a process: a deadly fault nothing, the others up to a hundred, in two processes at a time where they are more than a few. */
export function inProcesses<T extends { readonly fault: Fault }>(trials: readonly T[]): T[][] {
  const isDeadly = ({ fault }: T): boolean => deadlyModes.includes(fault.mode)
  const livable = trials.filter((trial) => !isDeadly(trial))
  const count = livable.length < 20 ? Math.sign(livable.length) : 2 * Math.ceil(livable.length / 200)
  const groups = Array.from({ length: count }, (_, group) => livable.filter((_trial, index) => index % count === group))
  return [...groups, ...trials.filter(isDeadly).map((trial) => [trial])]
}

async function inspect(
  setting: SweepSetting,
  { fault, run }: Trial,
  testimony: Testimony,
  { signal, hits }: { signal: NodeJS.Signals | null; hits: readonly string[] },
): Promise<SweepResult> {
  const isDeadly = deadlyModes.includes(fault.mode)
  const directory = join(outputRootOf(setting, run), run.runId, knownTask)
  const { broken, surfaced } = await findBrokenPromises(directory, run, testimony, { lived: !isDeadly })
  await rm(outputRootOf(setting, run), { recursive: true, force: true })
  const more = isDeadly && signal !== 'SIGKILL' ? ['the process was not killed'] : []
  // What a failed fsync did not write is lost, and no later one brings it back: that must not pass as a gap. Frames of a batch
  // are written together, so that the operation of a number is now and then another than in the run it was counted in.
  const isHit = (line: string): boolean => line.includes(`${outputRootOf(setting, run)}/`)
  const unsynced = fault.mode.name.startsWith('EIO') && hits.some((line) => isHit(line) && /^!\d+ \w*sync /.test(line))
  if (unsynced && testimony.refusals.length === 0) more.push('an fsync failed, and the recorder went on')
  return {
    broken: [...more, ...broken].map((promise) => `${nameOf(fault)}: ${promise}`),
    surfaced: Number(surfaced),
    harmless: Number(!surfaced),
  }
}

/** A root for each run: to make one is part of what is swept. */
function outputRootOf({ root }: SweepSetting, { runId }: KnownRun): string {
  return join(root, `root-of-${runId}`)
}

/** Add up results. */
export function sumOf(results: readonly SweepResult[]): SweepResult {
  return {
    broken: results.flatMap(({ broken }) => broken),
    surfaced: results.reduce((total, { surfaced }) => total + surfaced, 0),
    harmless: results.reduce((total, { harmless }) => total + harmless, 0),
  }
}
