import { useState } from 'preact/hooks'
import type { StepDetail, StepView } from '../../view/model.ts'
import { formatCount } from '../parts/format.ts'
import { shown } from '../parts/shown.ts'
import { Address, Text } from '../parts/text.tsx'
import { absent, searchText } from '../state/state.ts'
import { PageEvents } from './page-events.tsx'

const mostHits = 500

/** The page after the step: its tree, to be searched, and what it did by itself. */
export function PageTab({ step, detail }: { step: StepView; detail: StepDetail | undefined }) {
  const [wanted, setWanted] = useState(searchText.value)
  if (!detail) return <p class="none">…</p>
  const { tree, look, pageEvents } = detail
  return (
    <>
      <p class="head">{look.title === undefined ? 'Title unknown' : <Text text={look.title} />}</p>
      <p class="sub mono">{look.url === undefined ? 'address unknown' : <Address url={look.url} />}</p>
      <PageEvents events={pageEvents} />
      {pageEvents.length === 0 && <p class="none">Nothing was recorded of what it did by itself.</p>}
      <section>
        <h3 class="label">Aria tree after step {step.index + 1}</h3>
        {tree === undefined ? (
          <p class="none">{absent('No probe read a tree after this step.')}</p>
        ) : (
          <>
            <div class="find">
              <input
                type="text"
                aria-label="Search the tree"
                placeholder="Search the tree"
                value={wanted}
                onInput={(event) => setWanted(event.currentTarget.value)}
              />
            </div>
            <Tree tree={tree} wanted={wanted.trim()} />
          </>
        )}
      </section>
    </>
  )
}

function Tree({ tree, wanted }: { tree: string; wanted: string }) {
  if (wanted === '') {
    return (
      <pre>
        <Text text={tree} />
      </pre>
    )
  }
  const lower = wanted.toLowerCase()
  const hits = tree.split('\n').filter((line) => line.toLowerCase().includes(lower))
  return (
    <>
      <p class="sub">{formatCount(hits.length, 'line')}</p>
      <pre>
        {hits.slice(0, mostHits).map((line, at) => (
          <Line key={at} line={line} wanted={lower} />
        ))}
      </pre>
    </>
  )
}

function Line({ line, wanted }: { line: string; wanted: string }) {
  const at = line.toLowerCase().indexOf(wanted)
  return (
    <div>
      {shown(line.slice(0, at).slice(-200))}
      <mark>{shown(line.slice(at, at + wanted.length))}</mark>
      {shown(line.slice(at + wanted.length, at + wanted.length + 400))}
    </div>
  )
}
