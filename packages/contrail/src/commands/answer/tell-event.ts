import { isPageFailure, type JournalEntry, type JournalHole, type StepFinishedEvent } from '@contrail/core'
import { fit, widthOf } from '../../terminal/fit.ts'
import { formatInteger } from '../../terminal/format.ts'
import { onOneLine, type Lining } from '../facts/lines.ts'
import { describeAction, shortUrl } from '../facts/words.ts'

const timeColumns = 9
const labelColumns = 14

/** Make what tells the entries of one journal, each on a line: when, what, and how it went. */
export async function createTeller(lining: Lining): Promise<(entry: JournalEntry | JournalHole) => string> {
  const { describeAim, describePageEvent } = await import('@contrail/viewer/run-view')
  const { paint, columns } = lining
  const describe = (entry: JournalEntry | JournalHole): Told => {
    if (entry.type === 'hole') return { label: 'hole', text: entry.reason, isBad: true }
    if (entry.type !== 'page_event') return describeEntry(entry, describeAim)
    const { event } = entry
    // Of a kind that nobody knows the journal holds what it was given.
    const words: string | undefined = describePageEvent(event)
    return { label: 'page did', text: words ?? JSON.stringify(event), isBad: isPageFailure(event) }
  }
  return (entry) => {
    const told = describe(entry)
    const time = entry.type === 'hole' ? '' : `${(entry.mono / 1000).toFixed(1)} s`
    const { label, text, claim = false, isBad = false } = told
    const mark = claim ? '  (claim)' : ''
    const room = columns - timeColumns - labelColumns - 4 - widthOf(mark)
    const words = fit(onOneLine(text), room)
    const start = `${paint('faint', time.padStart(timeColumns))}  ${label.padEnd(labelColumns)}`
    return `${start}  ${isBad ? paint('bad', words) : words}${paint('faint', mark)}`.trimEnd()
  }
}

interface Told {
  readonly label: string
  readonly text: string
  /** Said by the agent. */
  readonly claim?: boolean
  readonly isBad?: boolean
}

function describeEntry(
  entry: Exclude<JournalEntry, { type: 'page_event' }>,
  describeAim: (step: StepFinishedEvent) => string,
): Told {
  switch (entry.type) {
    case 'run_started':
      return { label: 'run', text: `${entry.event.taskSpec.id}: ${entry.event.taskSpec.instruction}` }
    case 'step_finished': {
      const { actionName: action, toolOutput, reasoning } = entry.event
      const what = describeAction({ action, target: describeAim(entry.event) })
      const why = reasoning === '' ? '' : `  because (claim): ${reasoning}`
      const { ok, error = 'it failed and gave no reason' } = toolOutput
      const label = `step ${entry.step + 1} ${ok ? 'ok' : 'FAIL'}`
      return { label, text: ok ? `${what}${why}` : `${what}: ${error}`, isBad: !ok }
    }
    case 'screenshot': {
      const { evidenceRole, url } = entry.event
      return { label: evidenceRole === 'agent' ? 'frame given' : 'frame', text: shortUrl(url) }
    }
    case 'step_observed': {
      const { title, url, ariaTree } = entry.event
      return {
        label: 'look',
        text: [shortUrl(url), title ?? '', ariaTree === undefined ? 'no tree' : ''].filter(Boolean).join('  '),
      }
    }
    case 'turn_finished': {
      const { text, usage, model } = entry.event
      const tokens =
        usage?.input_tokens === undefined
          ? ''
          : `${formatInteger(usage.input_tokens)} in, ${formatInteger(usage.output_tokens ?? 0)} out`
      const facts = [model ?? '', tokens].filter(Boolean).join(', ')
      return text
        ? { label: 'turn', text: [text, facts].filter(Boolean).join('  '), claim: true }
        : { label: 'turn', text: facts }
    }
    case 'final_answer':
      return { label: 'answer', text: entry.event.message ?? 'no words', claim: true }
    case 'gap':
      return { label: 'gap', text: `${entry.event.what} ${entry.event.reason}`, isBad: true }
    case 'run_finished': {
      const { status, finalAnswer } = entry.event
      const answer = finalAnswer === undefined ? '' : `  answer (claim): ${finalAnswer}`
      return { label: 'end', text: `${status}${answer}`, isBad: status !== 'complete' }
    }
  }
}
