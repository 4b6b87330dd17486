import type { RunView } from '../../view/model.ts'
import { formatCount } from '../parts/format.ts'
import { shown } from '../parts/shown.ts'

/** A run of which there are no steps: what is known all the same. */
export function EmptyRun({ view }: { view: RunView }) {
  const { status, gaps, turns } = view
  const [title, what] =
    status === 'recording'
      ? ['Waiting for the first step', 'This run is being recorded. Its steps appear here as they are written.']
      : status === 'killed'
        ? ['Killed before its first step', 'The run never said that it ended, and no step of it reached the disk.']
        : ['No steps were recorded', 'The run ended without an action.']
  return (
    <main class="notice">
      <h2>{title}</h2>
      <p>{what}</p>
      {turns.length > 0 && <p>{formatCount(turns.length, 'turn')} of the model, none of which acted.</p>}
      <ul class="chips" style={{ marginTop: '14px', justifyContent: 'center' }}>
        {gaps.slice(0, 200).map(({ what: missing, reason, detail }, at) => (
          <li key={at} class="chip gap" data-testid="gap">
            {shown(`gap: ${missing} ${reason}${detail === undefined ? '' : `, ${detail.slice(0, 80)}`}`)}
          </li>
        ))}
      </ul>
      <input class="hush" data-testid="search" aria-label="Search steps and pages" disabled />
    </main>
  )
}
