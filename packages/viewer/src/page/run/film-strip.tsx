import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { CellView, RunView } from '../../view/model.ts'
import { formatAt, formatMs } from '../parts/format.ts'
import { shownLine } from '../parts/shown.ts'
import { pictureOf } from '../state/pictures.ts'
import { select, selected, step, timeRange } from '../state/state.ts'
import { theme } from '../state/theme.ts'
import { createAxis, thinOut, type Axis } from './axis.ts'
import { Curve } from './curve.tsx'
import { Film } from './film.tsx'
import { drawLanes, lanesOf } from './lanes.ts'

/** Time as the spine: frames, steps and lanes on one axis, and the playhead over all of them. */
export function FilmStrip({ view }: { view: RunView }) {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(1_000)
  const [peek, setPeek] = useState<number | undefined>(undefined)
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return undefined
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    setWidth(element.clientWidth)
    return () => observer.disconnect()
  }, [])
  const axis = createAxis(view, timeRange.value)
  const drag = useDrag(box, axis, view, setPeek)
  const current = step.value
  const moment = current && axis.place(current.placeMs)
  return (
    <section class="strip" aria-label="Time">
      <Gutter view={view} />
      <div
        ref={box}
        class="time"
        data-testid="film-strip"
        role="slider"
        tabIndex={0}
        aria-label="Step in time"
        aria-valuemin={view.steps.length === 0 ? 0 : 1}
        aria-valuemax={view.steps.length}
        aria-valuenow={(selected.value ?? -1) + 1}
        aria-valuetext={current ? `step ${current.index + 1}, ${shownLine(current.action, 60)}` : 'no steps'}
        {...drag.handlers}
      >
        <Film view={view} axis={axis} width={width} />
        <Ticks view={view} axis={axis} width={width} />
        <Lanes view={view} axis={axis} width={width} />
        {moment !== undefined && moment >= 0 && moment <= 1 && (
          <div class="playhead" style={{ left: `${moment * 100}%` }} />
        )}
        {drag.range && (
          <div class="range" style={{ left: `${drag.range[0]}px`, width: `${drag.range[1] - drag.range[0]}px` }} />
        )}
        {peek !== undefined && <Peek view={view} axis={axis} x={peek} width={width} />}
      </div>
      {view.hasRewards && <Curve view={view} axis={axis} width={width} />}
    </section>
  )
}

function Gutter({ view }: { view: RunView }) {
  const range = timeRange.value
  const says =
    view.axis === 'order'
      ? 'in order'
      : range
        ? `${formatMs(range.fromMs)} – ${formatMs(range.toMs)}`
        : `0 – ${formatMs(view.endMs)}`
  return (
    <div class="gutter num" aria-hidden={range ? undefined : 'true'}>
      <span style={{ top: '2px' }}>{says}</span>
      {range && (
        <button type="button" class="link" style={{ top: '20px' }} onClick={() => (timeRange.value = undefined)}>
          all of it
        </button>
      )}
      <span style={{ top: '67px' }}>step</span>
      {lanesOf(view).lanes.map(({ name, top }) => (
        <span key={name} style={{ top: `${81 + top}px` }}>
          {name}
        </span>
      ))}
    </div>
  )
}

function Ticks({ view, axis, width }: { view: RunView; axis: Axis; width: number }) {
  const inSight = view.steps
    .map((one) => ({ one, x: axis.place(one.placeMs) * width }))
    .filter(({ x }) => x >= 0 && x <= width)
    .toSorted((a, b) => a.x - b.x)
  const places = inSight.map(({ x }) => x)
  const index = selected.value
  const kept = thinOut(places, 22 + String(view.steps.length).length * 4, (at) => {
    const { one } = inSight[at]!
    return one.index === index || (!one.ok && view.failed.length < 40)
  })
  return (
    <div class="axis num" aria-hidden="true">
      {kept.map((at) => {
        const { one, x } = inSight[at]!
        const kind = `${one.ok ? '' : 'bad'} ${one.index === index ? 'on' : ''}`
        return (
          <span key={one.index} class={`tick ${kind}`} style={{ left: `${x}px` }}>
            {one.index + 1}
          </span>
        )
      })}
    </div>
  )
}

function Lanes({ view, axis, width }: { view: RunView; axis: Axis; width: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const colours = theme.value
  useEffect(() => {
    if (canvas.current) drawLanes(canvas.current, view, axis)
  }, [view, width, colours, axis.fromMs, axis.toMs])
  return <canvas ref={canvas} class="lanes" style={{ height: `${lanesOf(view).height}px` }} aria-hidden="true" />
}

/** The frame of the moment under the pointer, larger. */
function Peek({ view, axis, x, width }: { view: RunView; axis: Axis; x: number; width: number }) {
  const ms = axis.fromMs + (x / width) * (axis.toMs - axis.fromMs)
  const cell = view.cells.findLast(({ fromMs }) => fromMs <= ms) ?? view.cells[0]
  if (!cell) return null
  const at = view.steps[cell.step]
  const { address, problem, onError } = pictureOf(cell.sha256, 320)
  return (
    <div class="peek" style={{ left: `${Math.max(166, Math.min(width - 166, x))}px` }} aria-hidden="true">
      {address !== undefined && <img src={address} alt="" onError={onError} />}
      {problem !== undefined && <div class="missing">{shownLine(problem, 200)}</div>}
      <p class="num">
        {view.axis === 'clock' ? formatAt(ms) : `step ${cell.step + 1}`}
        {at && ` · ${shownLine(`${at.action} ${at.aim}`, 60)}`}
      </p>
    </div>
  )
}

/** A click selects the step of that moment, a drag the part of time that is shown. */
function useDrag(
  box: { readonly current: HTMLDivElement | null },
  axis: Axis,
  view: RunView,
  setPeek: (x: number | undefined) => void,
) {
  const [range, setRange] = useState<readonly [number, number] | undefined>(undefined)
  const start = useRef<number | undefined>(undefined)
  const xOf = (event: PointerEvent): number => {
    const bounds = box.current?.getBoundingClientRect()
    return bounds ? Math.max(0, Math.min(bounds.width, event.clientX - bounds.left)) : 0
  }
  const toMs = (x: number): number => axis.fromMs + (x / (box.current?.clientWidth ?? 1)) * (axis.toMs - axis.fromMs)
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button === 0 && view.steps.length > 0) start.current = xOf(event)
  }
  const onPointerMove = (event: PointerEvent): void => {
    const x = xOf(event)
    if (start.current === undefined || event.pointerType === 'touch') {
      if (event.pointerType === 'mouse') setPeek(x)
      return
    }
    setPeek(undefined)
    const isDrag = range !== undefined || Math.abs(x - start.current) > 8
    if (isDrag) setRange([Math.min(x, start.current), Math.max(x, start.current)])
  }
  const onPointerUp = (event: PointerEvent): void => {
    const from = start.current
    start.current = undefined
    setRange(undefined)
    if (from === undefined) return
    if (range && range[1] - range[0] > 8) timeRange.value = { fromMs: toMs(range[0]), toMs: toMs(range[1]) }
    else select(nearest(view, toMs(xOf(event))))
  }
  const onPointerLeave = (): void => setPeek(undefined)
  return { range, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerLeave } }
}

/** The step whose part of the axis holds a moment: its frame is the one that is seen there. */
function nearest(view: RunView, ms: number): number {
  const cell: CellView | undefined = view.cells.findLast(({ fromMs }) => fromMs <= ms)
  const distance = (index: number): number => Math.abs(view.steps[index]!.placeMs - ms)
  let best = cell?.step ?? 0
  for (const { index } of view.steps) if (distance(index) < distance(best)) best = index
  return best
}
