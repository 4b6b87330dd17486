import { useAnswer } from '../parts/asked.ts'
import { useState } from 'preact/hooks'
import { messageOf, type JournalEntry, type JournalHole } from '@contrail/core'
import { shownLine } from '../parts/shown.ts'
import { Value } from '../parts/text.tsx'
import { data, runKey } from '../state/state.ts'

type Entries = readonly (JournalEntry | JournalHole)[]

/** The journal entries that a step was made of, as they stand on the disk. */
export function RawTab({ index }: { index: number }) {
  const ask = (): Promise<Entries | string> =>
    data()
      .entries(runKey.value ?? '', index)
      .catch(messageOf)
  const entries = useAnswer(ask, [index])
  if (entries === undefined) return <p class="none">…</p>
  if (typeof entries === 'string') return <p class="none">There is no journal to show: {shownLine(entries, 400)}</p>
  return (
    <>
      <p class="head">Journal of step {index + 1}</p>
      {entries.length === 0 && <p class="none">No entry names this step.</p>}
      {entries.map((entry, at) => (
        <Entry key={at} entry={entry} />
      ))}
    </>
  )
}

/** The inside of an entry is made when it is opened. */
function Entry({ entry }: { entry: Entries[number] }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details class="entry" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class="num">{'seq' in entry ? entry.seq : '–'}</span>
        <b>{entry.type}</b>
        <span class="none num">{'at' in entry ? entry.at.slice(11, 23) : ''}</span>
      </summary>
      {isOpen && (
        <pre tabIndex={0}>
          <Value value={entry} />
        </pre>
      )}
    </details>
  )
}
