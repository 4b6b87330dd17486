import type { RunView } from '../../view/model.ts'
import type { Axis } from './axis.ts'

/** The lanes under the film, from above: name and top in pixels. */
interface Lane {
  readonly name: string
  readonly top: number
}

/** The lanes that a run has something for, and how high they are together. */
export function lanesOf(view: RunView): { lanes: readonly Lane[]; height: number } {
  const names = ['model', 'action', 'probe']
  if (view.steps.some(({ pageFailuresMs }) => pageFailuresMs.length > 0)) names.push('page')
  const lanes = names.map((name, at) => ({ name, top: 3 + at * 10.5 }))
  const after = 3 + names.length * 10.5 + 2
  const hasTokens = view.turns.some(({ inputTokens }) => inputTokens !== undefined)
  if (!hasTokens) return { lanes, height: after + 4 }
  return { lanes: [...lanes, { name: 'tokens in', top: after + 4 }], height: after + 20 }
}

type Paint = (name: string) => string

/** Draw the lanes of a run. One canvas, however many steps there are. */
export function drawLanes(canvas: HTMLCanvasElement, view: RunView, axis: Axis): void {
  const { lanes, height } = lanesOf(view)
  const width = canvas.clientWidth
  const ratio = devicePixelRatio || 1
  canvas.width = Math.max(1, Math.round(width * ratio))
  canvas.height = Math.round(height * ratio)
  const context = canvas.getContext('2d')
  if (!context) return
  context.scale(ratio, ratio)
  const styles = getComputedStyle(document.documentElement)
  const paint: Paint = (name) => styles.getPropertyValue(`--${name}`)
  const topOf = (name: string): number => lanes.find((lane) => lane.name === name)?.top ?? 0
  const bar = (fromMs: number, toMs: number, top: number, colour: string): void => {
    const from = axis.place(fromMs) * width
    const to = axis.place(toMs) * width
    if (to < 0 || from > width) return
    context.fillStyle = colour
    context.fillRect(Math.max(0, from), top, Math.max(2, Math.min(to, width) - Math.max(0, from)), 6)
  }
  const stepAt = (index: number): [number, number] => [index * 1_000 + 200, index * 1_000 + 700]
  drawIdle(context, view, { axis, width, height: topOf('probe') + 8, colour: paint('line-strong') })
  for (const { span, before } of view.turns) {
    if (view.axis === 'clock' && span) bar(span.fromMs, span.toMs, topOf('model'), paint('model'))
    if (view.axis === 'order') bar(before * 1_000, before * 1_000 + 150, topOf('model'), paint('model'))
  }
  for (const { span, ok, probe, index, pageFailuresMs } of view.steps) {
    const [from, to] = view.axis === 'clock' && span ? [span.fromMs, span.toMs] : stepAt(index)
    if (span || view.axis === 'order') bar(from, to, topOf('action'), paint(ok ? 'action' : 'bad'))
    if (probe?.span) bar(probe.span.fromMs, probe.span.toMs, topOf('probe'), paint('probe'))
    for (const ms of pageFailuresMs) bar(ms, ms, topOf('page'), paint('bad'))
  }
  for (const { atMs } of view.gaps) if (atMs !== undefined) bar(atMs, atMs, topOf('probe') - 1, paint('gap'))
  drawTokens(context, view, { axis, width, bottom: height - 1, colour: paint('text-3') })
}

interface Area {
  readonly axis: Axis
  readonly width: number
  readonly colour: string
}

/** Draw a hatched field wherever nothing happened for long. */
function drawIdle(context: CanvasRenderingContext2D, view: RunView, area: Area & { height: number }): void {
  const { axis, width, height, colour } = area
  context.strokeStyle = colour
  context.lineWidth = 1
  for (const { fromMs, toMs } of view.idle) {
    const from = Math.max(0, axis.place(fromMs) * width)
    const to = Math.min(width, axis.place(toMs) * width)
    context.beginPath()
    for (let x = from; x < to; x += 5) {
      context.moveTo(x, height)
      context.lineTo(Math.min(to, x + 5), 2)
    }
    context.stroke()
  }
}

function drawTokens(context: CanvasRenderingContext2D, view: RunView, area: Area & { bottom: number }): void {
  const { axis, width, bottom, colour } = area
  const most = view.turns.reduce((max, { inputTokens = 0 }) => Math.max(max, inputTokens), 0)
  if (most === 0) return
  context.fillStyle = colour
  context.globalAlpha = 0.6
  for (const { inputTokens, span, before } of view.turns) {
    const ms = view.axis === 'clock' ? span?.fromMs : before * 1_000
    if (inputTokens === undefined || ms === undefined) continue
    const height = Math.max(2, (15 * inputTokens) / most)
    context.fillRect(axis.place(ms) * width, bottom - height, 6, height)
  }
  context.globalAlpha = 1
}
