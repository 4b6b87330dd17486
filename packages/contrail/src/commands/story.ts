import { toEpisodeRecord, type Gap, type Observation, type Step, type Trajectory, type Turn } from '@contrail/core'
import type { Paint } from '../terminal/command-result.ts'
import { condense } from './condense.ts'
import {
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  formatStepNumbers,
  formatTime,
} from '../terminal/format.ts'
import { toPrintable } from '../terminal/printable.ts'

/** Longest line of a story, in characters. */
const widthLimit = 118
/** How many lines may tell of steps and turns; with head and foot a story stays under 40. */
const rowLimit = 20
const gapLimit = 4

/**
 * Tell a recording in under 40 lines: the task, each step with how it went and what proves it, gaps, the final answer.
 * A long run is condensed: failing steps are shown first, and what is left out is said.
 */
export function tellStory(trajectory: Trajectory, directory: string, paint: Paint): string {
  return [...head(trajectory, paint), '', ...rows(trajectory, paint), '', ...foot(trajectory, directory, paint)].join(
    '\n',
  )
}

function head(trajectory: Trajectory, paint: Paint): string[] {
  const { task, runId, status, steps, turns, timing, usage, tool } = trajectory
  const failed = steps.filter((step) => !step.toolOutput.ok).length
  const counts = [
    formatCount(steps.length, 'step'),
    failed > 0 ? paint('bad', `${failed} failed`) : '',
    formatCount(turns.length, 'turn'),
    timing.durationMs === undefined ? '' : formatDuration(timing.durationMs),
  ]
  const good = status === 'complete'
  const models = [...new Set(turns.flatMap(({ model }) => (model === undefined ? [] : [model])))].join(', ')
  const tokens = `${usage.input_tokens} tokens in, ${usage.output_tokens} out`
  const origin = [tool?.['name'], tool?.['version']].filter((part) => typeof part === 'string').join(' ')
  return [
    `${paint('strong', toPrintable(task.id, 60))}  ${paint(good ? 'good' : 'bad', status)}  ${counts.filter(Boolean).join(' · ')}`,
    ...paragraph('task', task.instruction, 2, paint),
    entry('run', [runId, formatTime(timing.startedAt), origin].filter(Boolean).join(' · '), paint),
    ...tellEpisode(trajectory, paint),
    ...(task.initUrl === undefined ? [] : [entry('start', task.initUrl, paint)]),
    ...(models === '' && usage.input_tokens === 0
      ? []
      : [entry('model', [models, tokens].filter(Boolean).join(' · '), paint)]),
  ]
}

/** Score, reward and pass rate, where an environment gave any. */
function tellEpisode(trajectory: Trajectory, paint: Paint): string[] {
  const { final_score: score, steps } = toEpisodeRecord(trajectory)
  const reward = steps.at(-1)?.cumulative_reward ?? null
  const passRate = steps.findLast((step) => step.test_pass_rate !== null)?.test_pass_rate ?? null
  const parts = [
    score === null ? '' : `score ${formatNumber(score)}`,
    reward === null ? '' : `reward ${formatNumber(reward)}`,
    passRate === null ? '' : `pass rate ${formatPercent(passRate)}`,
  ].filter(Boolean)
  return parts.length === 0 ? [] : [entry('episode', parts.join(' · '), paint)]
}

/** A row is a step, or a turn that chose none. */
type Row = { step: Step; number: number; turn: number | undefined } | { words: Turn; turn: number }

function rows(trajectory: Trajectory, paint: Paint): string[] {
  const all = orderRows(trajectory)
  if (all.length === 0) return [paint('faint', 'no steps were recorded')]
  const isFailure = (row: Row): boolean => 'step' in row && !row.step.toolOutput.ok
  const parts = condense(all, rowLimit, { rowsOf: (row) => (isFailure(row) ? 2 : 1), isImportant: isFailure })
  const lines = parts.flatMap((part) => ('length' in part ? [leftOut(part, paint)] : tellRow(part, paint)))
  return [paint('faint', columns('step', 'turn', 'action', 'page', 'proof')), ...lines]
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

/** One line; two for a step that failed, the second with its error. */
function tellRow(row: Row, paint: Paint): string[] {
  if ('words' in row) {
    const words = row.words.text ? `said: ${toPrintable(row.words.text, 84)}` : 'said nothing'
    return [paint('faint', `${' '.repeat(10)}${String(row.turn).padStart(4)}  ${words}`)]
  }
  const { step, number } = row
  const ok = step.toolOutput.ok
  const what = `${step.actionName} ${describeTarget(step)}`.trim()
  const line = columns(
    '',
    String(row.turn ?? ''),
    what,
    shortUrl(step.probeEvidence.url ?? agentUrl(step)),
    describeProof(step),
  )
  const mark = `${String(number).padStart(4)} ${paint(ok ? 'good' : 'bad', ok ? 'ok  ' : 'FAIL')}`
  const [reason = ''] = (step.toolOutput.error ?? 'it failed without a reason').split('\n', 1)
  const error = toPrintable(reason, widthLimit - 18)
  return [`${mark}${line.slice(9)}`, ...(ok ? [] : [`${' '.repeat(16)}${paint('bad', error)}`])]
}

/** Fixed columns: 9 for the mark, then turn, action, page and proof. */
function columns(mark: string, turn: string, action: string, page: string, proof: string): string {
  return `${mark.padEnd(9)} ${turn.padStart(4)}  ${toPrintable(action, 48).padEnd(48)}  ${toPrintable(page, 26).padEnd(26)}  ${proof}`.trimEnd()
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

/** The path alone where it is a web address: the host is the same all along, as a rule. */
function shortUrl(url: string | undefined): string {
  if (url === undefined) return ''
  const path = /^https?:\/\/[^/]*(\/.*)$/s.exec(url.slice(0, 500))?.[1]
  return path ?? url
}

/** `A` a frame the model was given, `P` a probe's screenshot, `T` a probe's aria tree; a dot where there is none. */
function describeProof({ agentEvidence, probeEvidence }: Step): string {
  const agent = agentEvidence.modalities.some((modality) => modality.type === 'image')
  return `${agent ? 'A' : '·'}${probeEvidence.screenshot ? 'P' : '·'}${probeEvidence.ariaTree === undefined ? '·' : 'T'}`
}

function leftOut(part: readonly Row[], paint: Paint): string {
  const steps = part.flatMap((row) => ('step' in row ? [row] : []))
  const failed = steps.filter(({ step }) => !step.toolOutput.ok).map(({ number }) => number)
  const first = steps[0]?.number
  const last = steps.at(-1)?.number
  const range =
    first === undefined ? formatCount(part.length, 'turn') : first === last ? `step ${first}` : `steps ${first}–${last}`
  const failures =
    failed.length === 0
      ? paint('faint', 'all ok')
      : paint('bad', `${failed.length} failed: ${formatStepNumbers(failed, 60)}`)
  return `   …  ${paint('faint', range)}, ${failures}`
}

function foot(trajectory: Trajectory, directory: string, paint: Paint): string[] {
  const { steps, gaps, finalAnswer, finalObservation } = trajectory
  const pictures = new Set(
    steps.flatMap((step) => [...agentImages(step), step.probeEvidence.screenshot?.sha256 ?? '']).filter(Boolean),
  )
  const having = (test: (step: Step) => boolean): string => `${steps.filter(test).length}/${steps.length}`
  const evidence = [
    `${having((step) => agentImages(step).length > 0)} A agent frame`,
    `${having((step) => step.probeEvidence.screenshot !== undefined)} P probe`,
    `${having((step) => step.probeEvidence.ariaTree !== undefined)} T aria tree`,
    formatCount(pictures.size, 'different picture'),
  ]
  return [
    entry('proof', evidence.join(' · '), paint),
    ...tellGaps(gaps, paint),
    ...paragraph('answer', finalAnswer ?? 'none', 3, paint),
    ...(finalObservation ? [entry('at', describeObservation(finalObservation), paint)] : []),
    entry('files', directory, paint),
  ]
}

function tellGaps(gaps: readonly Gap[], paint: Paint): string[] {
  const shown = gaps.length > gapLimit ? gaps.slice(0, gapLimit - 1) : gaps
  const lines = shown.map(({ what, reason, stepIndex }) => {
    const where = stepIndex === undefined ? '' : ` at step ${stepIndex + 1}`
    return entry('gap', `${what} ${reason}${where}`, paint)
  })
  if (shown.length < gaps.length) lines.push(entry('gap', `and ${gaps.length - shown.length} more`, paint))
  return lines.length === 0 ? [entry('gaps', 'none', paint)] : lines
}

function describeObservation({ url, title, screenshot, ariaTree }: Observation): string {
  const seen = [screenshot ? 'picture' : '', ariaTree === undefined ? '' : 'aria tree'].filter(Boolean).join(' and ')
  return [url, title, seen && `last look: ${seen}`].filter(Boolean).join(' · ')
}

function agentImages({ agentEvidence }: Step): string[] {
  return agentEvidence.modalities.flatMap((modality) => (modality.type === 'image' ? [modality.image.sha256] : []))
}

/** Words under a label, broken at spaces where there are some. The last line is cut where the words are too many. */
function paragraph(label: string, text: string, lineLimit: number, paint: Paint): string[] {
  const width = widthLimit - 10
  const lines: string[] = []
  let rest = text.slice(0, width * (lineLimit + 1))
  while (rest.length > width && lines.length < lineLimit - 1) {
    const space = rest.lastIndexOf(' ', width)
    const end = space > 0 ? space : width
    lines.push(rest.slice(0, end))
    rest = rest.slice(end).trimStart()
  }
  return [...lines, rest].map((line, at) => entry(at === 0 ? label : '', line, paint))
}

function entry(label: string, text: string, paint: Paint): string {
  return `  ${paint('faint', label.padEnd(7))} ${toPrintable(text, widthLimit - 10)}`
}
