import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inParallel } from '../../support/run-program.ts'
import { checkRecording, type CheckReport } from '../../../src/index.ts'
import type { RecordPlan } from '../../programs/records-known-runs.ts'
import type { Reopened, ReopenPlan } from '../../programs/reopens-recordings.ts'
import { findBrokenPromises } from './broken-promises.ts'
import { deadlyModes, nameOf, noFault, toOperations, toShimPlan, type Fault, type FileOperation } from './fault-plan.ts'
import { knownTask, type KnownRun } from './known-run.ts'
import { inProcesses, runUnderShim, sumOf, type SweepResult, type SweepSetting } from '../syscall-sweep.ts'
import { toTestimonies, toTestimony, type Testimony } from './testimony.ts'

/** A recording whose process is gone. */
export interface Leftover {
  readonly run: KnownRun
  readonly directory: string
  readonly testimony: Testimony
}

/** Record a run in a process that ends before `finish()`, or after it. */
export async function leaveRecording(setting: SweepSetting, how: 'unfinished' | 'finished'): Promise<Leftover> {
  const run = { runId: how, steps: 2, frameBytes: 3000 }
  const outputRoot = join(setting.root, `root-of-${how}`)
  const { output } = await runUnderShim(setting, 'records-known-runs.ts', {
    trials: [{ run, outputRoot, ...(how === 'unfinished' ? { until: 'events' as const } : {}) }],
  } satisfies RecordPlan)
  const testimony = toTestimonies(output, run.steps).get(how) ?? toTestimony([], 0)
  return { run, directory: join(outputRoot, how, knownTask), testimony }
}

/** Every operation of one work that nothing disturbs, in order, and what comes of it. */
export async function reopenUndisturbed(
  setting: SweepSetting,
  work: ReopenPlan['trials'][number]['work'],
  leftover: Leftover,
): Promise<{ operations: FileOperation[]; reopened: Reopened }> {
  const log = join(setting.root, `${work}-${leftover.run.runId}.log`)
  const directory = work === 'look' ? leftover.directory : await copyOf(setting, leftover, 'undisturbed')
  const plan = { trials: [{ work, directory, shimPlan: noFault }] } satisfies ReopenPlan
  const { output } = await runUnderShim(setting, 'reopens-recordings.ts', plan, { FAULT_LOG: log })
  return { operations: toOperations(await readFile(log, 'utf8')), reopened: JSON.parse(output) as Reopened }
}

/** Recover a copy of a recording once for each fault; what came of it is then held against what was promised. */
export async function sweepRecovery(
  setting: SweepSetting,
  leftover: Leftover,
  faults: readonly Fault[],
): Promise<SweepResult> {
  const trials = await Promise.all(
    faults.map(async (fault, index) => ({ fault, directory: await copyOf(setting, leftover, `trial-${index}`) })),
  )
  const results = await inParallel(inProcesses(trials), 2, async (group) => {
    const { output, signal } = await runUnderShim(setting, 'reopens-recordings.ts', {
      trials: group.map(({ fault, directory }) => ({
        work: 'recover' as const,
        directory,
        shimPlan: toShimPlan(fault, directory),
      })),
    } satisfies ReopenPlan)
    const said = linesOf(output)
    const found: SweepResult[] = []
    for (const [index, { fault, directory }] of group.entries()) {
      const isDeadly = deadlyModes.includes(fault.mode)
      const broken = isDeadly && signal !== 'SIGKILL' ? ['the process was not killed'] : []
      const answer = said[index]?.['recover']
      const refused = answer && 'refused' in answer ? answer.refused : undefined
      if (refused && refused.code === undefined) broken.push(`an error that is not ours: ${refused.message}`)
      const report = answer && 'result' in answer ? await checkRecording(directory) : undefined
      if (report && report.status !== 'clean') broken.push(`recover() resolved, and check says ${firstProblem(report)}`)
      broken.push(...(await findBrokenPromises(directory, leftover.run, leftover.testimony, { lived: false })).broken)
      found.push(toResult(fault, broken, refused !== undefined))
    }
    return sumOf(found)
  })
  return sumOf(results)
}

/**
 * Look at a recording in every way once for each fault.
 *
 * @param undisturbed what is there to be seen: to see anything else without an error is to be misled
 */
export async function sweepLooking(
  setting: SweepSetting,
  { directory }: Leftover,
  faults: readonly Fault[],
  undisturbed: Reopened,
): Promise<SweepResult> {
  const { output } = await runUnderShim(setting, 'reopens-recordings.ts', {
    trials: faults.map((fault, index) => ({
      work: 'look' as const,
      directory,
      shimPlan: toShimPlan(fault, String(index)),
    })),
  } satisfies ReopenPlan)
  const said = linesOf(output)
  return sumOf(faults.map((fault, index) => judgeLook(fault, said[index] ?? {}, undisturbed)))
}

function judgeLook(fault: Fault, seen: Reopened, undisturbed: Reopened): SweepResult {
  const broken: string[] = []
  let surfaced = false
  for (const [look, expected] of Object.entries(undisturbed)) {
    const found = seen[look]
    if (JSON.stringify(found) === JSON.stringify(expected)) continue
    if (found && 'refused' in found) surfaced = true
    else if (found && look === 'check' && namesAnUnreadableFile(found.result)) surfaced = true
    else broken.push(`${look} was silent and saw ${JSON.stringify(found)?.slice(0, 300)}`)
  }
  return toResult(fault, broken, surfaced)
}

/** `check` tells of what it could not read in its report, where other readers throw. */
function namesAnUnreadableFile(result: string): boolean {
  return (JSON.parse(result) as CheckReport).problems.some(({ code }) => code === 'unreadable')
}

/** A copy is not the directory that its writer locked: it can be recovered. */
async function copyOf({ root }: SweepSetting, { directory, run }: Leftover, name: string): Promise<string> {
  const copy = join(root, `${name}-of-${run.runId}`, knownTask)
  await cp(directory, copy, { recursive: true })
  return copy
}

function linesOf(output: string): Reopened[] {
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Reopened)
}

function firstProblem({ status, problems }: CheckReport): string {
  return `${status}: ${JSON.stringify(problems[0])}`
}

function toResult(fault: Fault, broken: readonly string[], surfaced: boolean): SweepResult {
  return {
    broken: broken.map((promise) => `${nameOf(fault)}: ${promise}`),
    surfaced: Number(surfaced),
    harmless: Number(!surfaced),
  }
}
