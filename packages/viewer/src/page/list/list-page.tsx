import { useEffect, useMemo } from 'preact/hooks'
import type { RecordingRow } from '../../view/protocol.ts'
import { formatCount, formatDay, formatNumber } from '../parts/format.ts'
import { Fact, TopBar } from '../chrome/top-bar.tsx'
import { rowsInSight, useSight } from '../parts/virtual.ts'
import { followList, rows } from '../state/state.ts'
import { Filters, useFilters, type ListFilters } from './filters.tsx'
import { Row } from './row.tsx'

const rowPx = 84
const dayPx = 40

type Line =
  | { readonly day: string }
  | { readonly row: RecordingRow; readonly isFirst: boolean; readonly isLast: boolean }

/** All recordings by day, those that are being written above. */
export function ListPage() {
  const all = rows.value ?? []
  useEffect(followList, [])
  const [filters, setFilters] = useFilters()
  const found = useMemo(() => all.filter((row) => fits(row, filters)), [all, filters])
  const { lines, offsets } = useMemo(() => layOut(found), [found])
  const { ref, sight } = useSight<HTMLElement>()
  const [from, to] = rowsInSight(offsets, sight)
  const killed = all.filter(({ status }) => status === 'killed').length
  const live = all.filter(({ status }) => status === 'recording').length
  return (
    <div class="runs">
      <TopBar
        facts={
          <>
            <Fact value={formatNumber(all.length)} of={all.length === 1 ? 'recording' : 'recordings'} />
            {live > 0 && <Fact value={formatNumber(live)} of="live" />}
            {killed > 0 && <Fact value={formatNumber(killed)} of="killed" kind="bad" />}
          </>
        }
      >
        <div class="crumbs">
          <h1>All recordings</h1>
        </div>
      </TopBar>
      <Filters filters={filters} change={setFilters} />
      <main ref={ref} class="rows" tabIndex={0} aria-label={formatCount(found.length, 'recording')}>
        <div style={{ height: `${(offsets.at(-1) ?? 0) + 40}px` }}>
          {lines.slice(from, to).map((line, at) => {
            const top = `${offsets[from + at]!}px`
            if ('day' in line) {
              return (
                <h2 key={`day ${line.day}`} class="day" style={{ top }}>
                  {line.day}
                </h2>
              )
            }
            return <Row key={line.row.key} row={line.row} top={top} isFirst={line.isFirst} isLast={line.isLast} />
          })}
          {found.length === 0 && (
            <div class="notice">
              <h2>{all.length === 0 ? 'No recordings yet' : 'None is like that'}</h2>
              <p>
                {all.length === 0
                  ? 'A run appears here as soon as it is being recorded.'
                  : 'Ask for less, or for something else.'}
              </p>
            </div>
          )}
        </div>
      </main>
    </div>
  )
}

function fits(row: RecordingRow, { text, task, status, onlyFailed, judged }: ListFilters): boolean {
  if (status !== '' && row.status !== status) return false
  if (onlyFailed && !row.failed) return false
  if (judged !== undefined && judged !== row.verdicts > 0) return false
  if (task !== '' && !row.taskId.toLowerCase().includes(task)) return false
  if (text === '') return true
  const texts = [row.taskId, row.runId, row.run, row.instruction, row.finalAnswer, row.error]
  return texts.some((part) => part?.toLowerCase().includes(text))
}

/** Rows under their days with their offsets; the last offset is the end. */
function layOut(found: readonly RecordingRow[]): { lines: Line[]; offsets: number[] } {
  const live = found.filter(({ status }) => status === 'recording')
  const rest = found.filter(({ status }) => status !== 'recording')
  const lines: Line[] = []
  const groupOf = (row: RecordingRow): string => (row.status === 'recording' ? 'Now' : formatDay(row.startedAt))
  const ordered = [...live, ...rest].map((row) => ({ row, day: groupOf(row) }))
  for (const [at, { row, day }] of ordered.entries()) {
    const isFirst = ordered[at - 1]?.day !== day
    if (isFirst) lines.push({ day })
    lines.push({ row, isFirst, isLast: ordered[at + 1]?.day !== day })
  }
  const offsets = [0]
  for (const line of lines) offsets.push(offsets.at(-1)! + ('day' in line ? dayPx : rowPx))
  return { lines, offsets }
}
