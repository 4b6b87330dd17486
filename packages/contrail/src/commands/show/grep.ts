import { readRecording } from '../recordings-at.ts'
import type { Step, Trajectory } from '@contrail/core'
import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import { fit } from '../../terminal/fit.ts'
import { formatCount } from '../../terminal/format.ts'
import type { Surroundings } from '../../terminal/places.ts'
import { UsageError } from '../../terminal/usage-error.ts'
import { createLining, onOneLine } from '../facts/lines.ts'

/** In a terminal so many matches are told. */
const tellLimit = 200
const labelColumns = 12
/** More matches are found by nobody's reading. */
const matchLimit = 10_000
/** Characters of a text that are told before and after a match in it. */
const [leading, trailing] = [40, 160]

/** One place that holds a text. `step` counts from 0, and is null for what belongs to the whole run. */
interface Match {
  readonly step: number | null
  readonly where:
    | 'task'
    | 'action'
    | 'target'
    | 'args'
    | 'reasoning'
    | 'result'
    | 'error'
    | 'url'
    | 'aria'
    | 'turn'
    | 'answer'
  readonly text: string
}

/**
 * Search a run for plain text, in any case: its task, actions, targets, arguments, reasoning, results, errors, addresses, trees,
 * texts of turns and the answer. A line each, in the order of the run.
 *
 * @throws {UsageError} for an empty text
 * @throws {ContrailError} JOURNAL_MISSING and what `readTrajectory` throws
 */
export async function grepRecording(
  input: { directory: string; text: string; paint: Paint; columns?: number | undefined } & Surroundings,
): Promise<CommandResult> {
  const { paint, columns, text } = input
  if (text.trim() === '') throw new UsageError('expected a text to search for, got an empty one')
  const { leavesOf } = await import('@contrail/viewer/run-view')
  const { directory, trajectory } = await readRecording(input)
  const found = search(trajectory, text.toLowerCase(), leavesOf)
  const matches = found.slice(0, matchLimit)
  const lining = createLining(paint, columns)
  const lines = matches.slice(0, tellLimit).map(({ step, where, text: excerpt }) => {
    const label = (step === null ? where : `step ${step + 1} ${where}`).padEnd(labelColumns)
    return `${paint('faint', label)}  ${fit(onOneLine(excerpt), lining.columns - label.length - 2)}`
  })
  const rest = found.length - Math.min(found.length, tellLimit)
  const steps = new Set(matches.flatMap(({ step }) => step ?? []))
  const summary = `${formatCount(found.length, 'place')} in ${formatCount(steps.size, 'step')} of ${trajectory.steps.length}.`
  return {
    exitCode: 0,
    text: [...lines, ...(rest > 0 ? [`… and ${rest} more`] : []), paint('faint', summary)].join('\n'),
    whole: true,
    json: { directory, taskId: trajectory.task.id, text, matches, more: found.length - matches.length },
  }
}

function search(trajectory: Trajectory, wanted: string, leavesOf: (data: unknown) => string[]): Match[] {
  const { task, steps, turns, finalAnswer } = trajectory
  const find = createFinder(wanted)
  const of = (step: number | null, where: Match['where'], texts: readonly (string | undefined)[]): Match[] =>
    texts.flatMap((text) => (text ? find(text).map((excerpt) => ({ step, where, text: excerpt })) : []))
  const said = new Map(turns.flatMap((turn) => (turn.steps[0] === undefined ? [] : [[turn.steps[0], turn.text]])))
  const silent = turns.flatMap((turn) => (turn.steps.length === 0 ? [turn.text] : []))
  const ofStep = (step: Step, index: number): Match[] => [
    ...of(index, 'turn', [said.get(index)]),
    ...of(index, 'action', [step.actionName]),
    ...of(index, 'target', [step.target?.name, step.target?.selector]),
    ...of(index, 'args', leavesOf(step.actionArgs)),
    ...of(index, 'reasoning', [step.reasoning]),
    ...of(index, 'result', leavesOf(step.toolOutput.result)),
    ...of(index, 'error', [step.toolOutput.error]),
    ...of(index, 'url', [step.probeEvidence.url, step.probeEvidence.title]),
    ...of(index, 'aria', [withoutMarks(step.probeEvidence.ariaTree)]),
  ]
  return [
    ...of(null, 'task', [task.id, task.instruction]),
    ...of(null, 'turn', silent),
    ...steps.flatMap(ofStep),
    ...of(null, 'answer', [finalAnswer]),
  ]
}

/** A tree as people read it: marks for machines stand between a role and its words. */
function withoutMarks(tree: string | undefined): string | undefined {
  return tree?.replaceAll(/ \[(?:ref|cursor)=[\w-]{1,40}\]/g, '')
}

/** Finds the lines of a text that hold another; of a long one the part around it. Equal trees are searched once. */
function createFinder(wanted: string): (text: string) => readonly string[] {
  const known = new Map<string, readonly string[]>()
  return (text) => {
    const before = known.get(text)
    if (before) return before
    const found: string[] = []
    const lower = text.toLowerCase()
    // Where lower case has another length, places in it are none of the text.
    const shown = lower.length === text.length ? text : lower
    for (let at = lower.indexOf(wanted); at >= 0 && found.length < matchLimit;) {
      const end = endOfLine(shown, at)
      found.push(excerptOf(shown, at, end))
      at = lower.indexOf(wanted, Math.max(end, at + wanted.length))
    }
    known.set(text, found)
    return found
  }
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

function excerptOf(text: string, at: number, end: number): string {
  const start = text.lastIndexOf('\n', at) + 1
  const from = at - start > leading * 2 ? at - leading : start
  const to = Math.min(end, at + trailing)
  const words = text
    .slice(from, Math.max(to, at + 1))
    .trim()
    .replace(/^- /, '')
  return `${from > start ? '…' : ''}${words}${to < end ? '…' : ''}`
}
