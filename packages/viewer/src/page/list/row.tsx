import { useEffect, useState } from 'preact/hooks'
import type { RecordingGlance, RecordingRow } from '../../view/protocol.ts'
import { formatCount, formatMs, formatNumber } from '../parts/format.ts'
import { shownLine } from '../parts/shown.ts'
import { StatusPill } from '../chrome/top-bar.tsx'
import { toFragment } from '../state/route.ts'
import { data } from '../state/state.ts'

const mostBars = 40

/** One recording: its last frame, its task, its steps as a strip, its end. */
export function Row({
  row,
  top,
  isFirst,
  isLast,
}: {
  row: RecordingRow
  top: string
  isFirst: boolean
  isLast: boolean
}) {
  const glance = useGlance(row)
  const [isBroken, setBroken] = useState(false)
  useEffect(() => setBroken(false), [glance?.frame])
  const { run, task, status, error, instruction, steps, failed } = row
  const kind = `row ${isFirst ? 'first' : ''} ${isLast ? 'last' : ''}`
  const picture =
    glance?.frame === undefined || isBroken ? (
      <span class="thumb">{error !== undefined ? 'unreadable' : glance && 'no frame'}</span>
    ) : (
      <img
        class="thumb"
        src={data().thumbnail(row.key, glance.frame)}
        alt=""
        decoding="async"
        onError={() => setBroken(true)}
      />
    )
  const inner = (
    <>
      {picture}
      <div class="what">
        <p class="name">
          <b>{shownLine(row.taskId || run, 100)}</b>
          {shownLine(row.taskId ? run : '', 80)}
        </p>
        {error === undefined ? <p>{shownLine(instruction ?? '', 240)}</p> : <p class="why">{shownLine(error, 400)}</p>}
      </div>
      <Heat strip={glance?.strip ?? ''} isLive={status === 'recording'} />
      <div class="end">
        <span class="status">
          <StatusPill status={status} />
        </span>
        <span class="count num">
          {steps !== undefined && formatCount(steps, 'step')}
          {failed ? <span class="bad"> {formatNumber(failed)} failed</span> : ''}
        </span>
      </div>
      <span class="took num">{status === 'recording' ? 'now' : formatMs(row.durationMs)}</span>
    </>
  )
  const marks = { 'data-testid': 'run-row', 'data-run': run, 'data-task': task, 'data-status': status, style: { top } }
  if (task === '') {
    return (
      <div class={kind} {...marks}>
        {inner}
      </div>
    )
  }
  return (
    <a class={kind} href={toFragment({ run, task, step: undefined })} {...marks}>
      {inner}
    </a>
  )
}

function useGlance(row: RecordingRow): RecordingGlance | undefined {
  const [glance, setGlance] = useState<RecordingGlance | undefined>(undefined)
  useEffect(() => {
    if (row.error !== undefined) return undefined
    let isGone = false
    // A row that is scrolled past asks for nothing.
    const timer = setTimeout(async () => {
      const found = await data()
        .glance(row.key)
        .catch(() => undefined)
      if (!isGone) setGlance(found)
    }, 80)
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [row.key, row.steps, row.status])
  return glance
}

/** Steps as a strip of green and red; of many, each bar is red if one of its steps failed. */
function Heat({ strip, isLive }: { strip: string; isLive: boolean }) {
  const size = Math.max(1, Math.ceil(strip.length / mostBars))
  const bars = Array.from({ length: Math.ceil(strip.length / size) }, (_, at) =>
    strip.slice(at * size, (at + 1) * size),
  )
  return (
    <div class="heat" aria-hidden="true">
      {bars.map((bar, at) => (
        <i key={at} class={bar.includes('b') ? 'bad' : ''} />
      ))}
      {isLive && <i class="live" />}
    </div>
  )
}
