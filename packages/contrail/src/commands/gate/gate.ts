import { isContrailError, messageOf } from '@contrail/core'
import { recordingRoot } from '@contrail/recorder'
import { appendFile } from 'node:fs/promises'
import path from 'node:path'
import type { CommandResult, ExitCode, Paint } from '../../terminal/command-result.ts'
import { formatCount } from '../../terminal/format.ts'
import { formatPath, type Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { UsageError } from '../../terminal/usage-error.ts'
import { code } from '../facts/markdown.ts'
import { readPrices, type Prices } from '../facts/prices.ts'
import { readRun } from '../facts/read-run.ts'
import type { StepFacts } from '../facts/step-facts.ts'
import { findSomeRecordings } from '../recordings-at.ts'
import { describeBroken, type FailureInShort, type GatedRun, type GateReport } from './report.ts'
import { findBroken, type BrokenRule, type GateRules } from './rules.ts'
import { toMarkdown } from './summary.ts'

/**
 * Hold a recording, or all of a run or a root, against rules: 0 all pass, 1 a rule is broken, 2 one cannot be read, or there is
 * none at all. A run has to be `complete` where the rules name no other end. Where `GITHUB_STEP_SUMMARY` is set the report stands
 * there too, as Markdown; one that cannot be written is told, and the rest is said all the same.
 *
 * @param input.place default the root of recordings
 * @throws {ContrailError} JOURNAL_MISSING where there is no recording
 * @throws {UsageError} for prices that are none
 */
export async function gateRecordings(
  input: {
    place: string | undefined
    rules: GateRules
    minRecordings: number | undefined
    pricesFile: string | undefined
    markdown: boolean
    paint: Paint
  } & Surroundings,
): Promise<CommandResult> {
  const { place, minRecordings, env, cwd, paint } = input
  const rules: GateRules = { ...input.rules, status: input.rules.status ?? ['complete'] }
  if (rules.forbid?.some((pattern) => pattern.trim() === '')) {
    throw new UsageError("expected --forbid '<action glob> <target glob>', got nothing")
  }
  const prices = await readPrices(input.pricesFile, input)
  const directory = path.resolve(cwd, place ?? recordingRoot({ env }))
  const { recordings: found } = await findSomeRecordings(directory, input).catch(async (error: unknown) => {
    await summarise(`### ❌ nothing to hold against the rules\n\n${code(messageOf(error), 400)}`, input)
    throw error
  })
  const recordings: GatedRun[] = []
  // One after the other: each is read whole.
  for (const run of found) recordings.push(await gateOne(run, rules, prices, input))
  const tooFew = minRecordings !== undefined && found.length < minRecordings
  const broken: BrokenRule[] = tooFew
    ? [{ rule: '--min-recordings', limit: minRecordings, got: found.length, steps: [] }]
    : []
  const report = { passed: !tooFew && recordings.every(({ passed }) => passed), broken, recordings }
  const summary = toMarkdown(report, input)
  const problem = await summarise(summary, input)
  const lines = [input.markdown ? summary : tell(report, paint, cwd).join('\n'), ...(problem ? [problem] : [])]
  const json = problem === undefined ? report : { ...report, summaryProblem: problem }
  return { exitCode: exitCodeOf(report), text: lines.join('\n'), ...(input.markdown ? { whole: true } : {}), json }
}

/** One that cannot be read stops no other. */
async function gateOne(
  { directory, runId, taskId }: { directory: string; runId: string; taskId: string },
  rules: GateRules,
  prices: Prices,
  surroundings: Surroundings,
): Promise<GatedRun> {
  try {
    const { env, cwd } = surroundings
    const run = await readRun({ directory, prices, env, cwd })
    const broken = await findBroken(run, rules)
    const { status, counts, firstFailure } = run.facts
    return {
      ...{ directory, runId: run.facts.runId, taskId: run.facts.taskId, passed: broken.length === 0, broken },
      ...{ status, steps: counts.steps, firstFailure: firstFailure === null ? null : pick(firstFailure) },
    }
  } catch (error) {
    if (!isContrailError(error)) throw error
    const { message } = error
    return { directory, runId, taskId, passed: false, broken: [], error: { code: error.code, message } }
  }
}

function pick({ step, action, target, error }: StepFacts): FailureInShort {
  return { step, action, target, error }
}

function exitCodeOf({ passed, recordings }: GateReport): ExitCode {
  if (recordings.some(({ error }) => error !== undefined)) return 2
  return passed ? 0 : 1
}

function tell({ broken, recordings }: GateReport, paint: Paint, cwd: string): string[] {
  const lines = recordings.flatMap((run) => {
    const place = formatPath(run.directory, cwd)
    if (run.error) return [`${paint('bad', 'unreadable')}  ${place}: ${toPrintable(run.error.message, 400)}`]
    if (run.passed) return [`${paint('good', 'passed')}  ${place}`]
    return [`${paint('bad', 'broken')}  ${place}`, ...run.broken.map((rule) => `  ${describeBroken(rule)}`)]
  })
  const passed = recordings.filter((run) => run.passed).length
  const sum = `${passed} of ${formatCount(recordings.length, 'recording')} passed.`
  return [...lines, ...broken.map((rule) => `${paint('bad', 'broken')}  ${describeBroken(rule)}`), paint('faint', sum)]
}

/** Add to the summary of a job, where there is one. Tells why it could not: a job must not lose the report for it. */
async function summarise(summary: string, { env, cwd }: Surroundings): Promise<string | undefined> {
  const file = env['GITHUB_STEP_SUMMARY']
  if (!file) return undefined
  try {
    await appendFile(path.resolve(cwd, file), `${summary}\n`)
    return undefined
  } catch (error) {
    return toPrintable(`The summary of the job was not written: ${(error as Error).message}`, 400)
  }
}
