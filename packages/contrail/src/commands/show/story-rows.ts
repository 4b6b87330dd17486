import { picturesGiven, type Step, type Trajectory, type Turn } from '@contrail/core'
import { fill, fit, joinInLines, widthOf } from '../../terminal/fit.ts'
import { formatCount, formatStepNumbers } from '../../terminal/format.ts'
import { shortUrl } from '../facts/words.ts'
import { condense } from './condense.ts'
import { tellPageFailures } from './page-story.ts'
import { shown, type Telling } from './story-lines.ts'

/** The most lines that tell what failed on the page during a step. */
const pageLineLimit = 3

/** A row is a step, or a turn that chose none. */
type Row = { step: Step; number: number; turn: number | undefined } | { words: Turn; turn: number }

/** Tell the steps in so many lines under the names of their columns: those that failed before all others. */
export function tellRows(trajectory: Trajectory, limit: number, telling: Telling): string[] {
  const { paint } = telling
  const all = orderRows(trajectory)
  if (all.length === 0) return [paint('faint', 'no steps were recorded')]
  const isFailure = (row: Row): boolean => 'step' in row && !row.step.toolOutput.ok
  const parts = condense(all, limit, {
    rowsOf: (row) => ('step' in row && isFailure(row) ? 2 + pageLines(row.step, telling).length : 1),
    isImportant: isFailure,
  })
  const lines = parts.flatMap((part) => ('length' in part ? [leftOut(part, telling)] : tellRow(part, telling)))
  return [paint('faint', inColumns('step', 'turn', 'action', 'page', 'proof', telling)), ...lines]
}

/** Steps in order; a turn without steps stands where it was, after the steps of the turns before it. */
function orderRows({ steps, turns }: Trajectory): Row[] {
  const turnOf = new Map(turns.flatMap((turn, at) => turn.steps.map((index) => [index, at + 1] as const)))
  const silent = new Map<number, Row[]>()
  let next = 0
  turns.forEach((turn, at) => {
    for (const index of turn.steps) next = Math.max(next, index + 1)
    if (turn.steps.length === 0) silent.set(next, [...(silent.get(next) ?? []), { words: turn, turn: at + 1 }])
  })
  const stepRows = steps.map((step, index): Row => ({ step, number: index + 1, turn: turnOf.get(index) }))
  return [...stepRows.flatMap((row, index) => [...(silent.get(index) ?? []), row]), ...(silent.get(steps.length) ?? [])]
}

/** One line; for a step that failed a second one with its error, and up to three with what failed on the page. */
function tellRow(row: Row, telling: Telling): string[] {
  const { paint, columns } = telling
  if ('words' in row) {
    const said = row.words.text ? `said: ${shown(row.words.text)}` : 'said nothing'
    return [paint('faint', `${' '.repeat(10)}${String(row.turn).padStart(4)}  ${fit(said, columns - 16)}`)]
  }
  const { step, number } = row
  const ok = step.toolOutput.ok
  const what = shown(`${step.actionName} ${describeTarget(step)}`.trim())
  const page = shown(shortUrl(step.probeEvidence.url ?? agentUrl(step) ?? ''))
  const line = inColumns('', String(row.turn ?? ''), what, page, describeProof(step), telling)
  const mark = `${String(number).padStart(4)} ${paint(ok ? 'good' : 'bad', ok ? 'ok  ' : 'FAIL')}`
  const [reason = ''] = (step.toolOutput.error ?? 'it failed without a reason').split('\n', 1)
  const indent = indentOf(telling)
  const error = fit(shown(reason), columns - indent)
  const below = [paint('bad', error), ...pageLines(step, telling)].map((told) => `${' '.repeat(indent)}${told}`)
  return [`${mark}${line.slice(9)}`, ...(ok ? [] : below)]
}

function pageLines(step: Step, telling: Telling): string[] {
  const failures = tellPageFailures(step).map((failure, at) => `${at === 0 ? 'page: ' : ''}${shown(failure)}`)
  return joinInLines(failures, telling.columns - indentOf(telling)).slice(0, pageLineLimit)
}

function indentOf(telling: Telling): number {
  return isNarrow(telling) ? 10 : 16
}

/** Turn and page need room that a narrow terminal has not. */
function isNarrow({ columns }: Telling): boolean {
  return columns < 60
}

/** 9 columns for the mark, 4 for the turn, 5 for the proof, two between them; action and page share what is left. */
function inColumns(mark: string, turn: string, action: string, page: string, proof: string, telling: Telling): string {
  const room = telling.columns - (isNarrow(telling) ? 17 : 25)
  const pageColumns = Math.floor(room * 0.35)
  const parts = isNarrow(telling)
    ? [`${mark.padEnd(9)} ${fill(action, room)}`]
    : [`${mark.padEnd(9)} ${turn.padStart(4)}`, fill(action, room - pageColumns), fill(page, pageColumns)]
  return [...parts, proof].join('  ').trimEnd()
}

function describeTarget({ target, actionArgs, sensitive }: Step): string {
  if (target?.name !== undefined)
    return [target.role, JSON.stringify(target.name.slice(0, 60))].filter(Boolean).join(' ')
  if (target?.selector !== undefined) return target.selector
  if (sensitive) return '(sensitive)'
  const values = Object.entries(actionArgs)
    .filter(([key]) => key !== 'type' && key !== 'reasoning')
    .slice(0, 4)
  return values
    .map(
      ([key, value]) =>
        `${key}=${typeof value === 'string' ? value.slice(0, 60) : JSON.stringify(value)?.slice(0, 60)}`,
    )
    .join(' ')
}

function agentUrl({ agentEvidence }: Step): string | undefined {
  return agentEvidence.modalities.flatMap((modality) =>
    modality.type === 'image' && modality.url ? [modality.url] : [],
  )[0]
}

/** `A` a frame the model was given, `P` a probe's screenshot, `T` a probe's aria tree; a dot where there is none. */
function describeProof(step: Step): string {
  const { probeEvidence } = step
  return `${hasAgentFrame(step) ? 'A' : '·'}${probeEvidence.screenshot ? 'P' : '·'}${probeEvidence.ariaTree === undefined ? '·' : 'T'}`
}

/** Tells if the model was given a frame before a step. */
export function hasAgentFrame({ agentEvidence }: Step): boolean {
  return picturesGiven(agentEvidence).length > 0
}

function leftOut(part: readonly Row[], { paint, columns }: Telling): string {
  const steps = part.flatMap((row) => ('step' in row ? [row] : []))
  const failed = steps.filter(({ step }) => !step.toolOutput.ok).map(({ number }) => number)
  const first = steps[0]?.number
  const last = steps.at(-1)?.number
  const range =
    first === undefined ? formatCount(part.length, 'turn') : first === last ? `step ${first}` : `steps ${first}–${last}`
  const room = columns - 6 - widthOf(range) - 2
  if (failed.length === 0) return `   …  ${paint('faint', range)}, ${paint('faint', 'all ok')}`
  const count = `${failed.length} failed: `
  const failures = fit(`${count}${formatStepNumbers(failed, Math.min(Math.max(room - count.length - 3, 8), 60))}`, room)
  return `   …  ${paint('faint', range)}, ${paint('bad', failures)}`
}
