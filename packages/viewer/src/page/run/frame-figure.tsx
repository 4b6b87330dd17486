import { useEffect, useState } from 'preact/hooks'
import type { FrameView, StepView } from '../../view/model.ts'
import { pathOf } from '../parts/format.ts'
import { shownLine } from '../parts/shown.ts'
import { pictureOf } from '../state/pictures.ts'
import { absent, zoom } from '../state/state.ts'

/** A size in CSS pixels of the page that was recorded. */
interface Size {
  readonly width: number
  readonly height: number
}

type Point = NonNullable<StepView['point']>

/** One frame of a step, as a figure: the picture, the click and the target on it, and whose it is. */
export function FrameFigure({ moment, frame, step, isBoth = false, onPick }: FigureProps) {
  const [natural, setNatural] = useState<Size | undefined>(undefined)
  useEffect(() => setNatural(undefined), [frame?.sha256])
  const size = sizeOf(frame, natural)
  const found = frame && pictureOf(frame.sha256)
  const address = found?.address
  const whyNone = (): string => found?.problem ?? (found ? 'The file is still being read.' : whyMissing(moment, step))
  const picture =
    address !== undefined && frame ? (
      <div class="picture">
        <img
          src={address}
          alt={`Step ${step.index + 1}, ${moment}: ${shownLine(frame.url ?? step.url ?? 'address unknown', 300)}`}
          width={size?.width}
          height={size?.height}
          decoding="async"
          draggable={false}
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => setNatural({ width, height })}
          onError={found?.onError}
        />
        {moment === 'before' && size && <Marks step={step} size={size} isMini={onPick !== undefined} />}
      </div>
    ) : (
      <div class="missing" style={onPick ? {} : { aspectRatio: '16 / 10' }}>
        <span>{shownLine(whyNone(), 400)}</span>
      </div>
    )
  const shot = <div class="shot">{picture}</div>
  const testId = `frame-${moment}`
  if (onPick) {
    return (
      <figure class="mini" data-testid={testId}>
        <button type="button" onClick={onPick} aria-label={`Show ${moment} large`}>
          {shot}
        </button>
        <figcaption>{moment === 'before' ? 'Before' : 'After'}</figcaption>
      </figure>
    )
  }
  return (
    <figure data-testid={testId} style={{ width: widthOf(size, isBoth) }}>
      <figcaption>
        <b>{moment === 'before' ? 'Before' : 'After'}</b>
        {frame && <Chips frame={frame} />}
        {frame && <span class="mono">{shownLine(pathOf(frame.url), 60)}</span>}
        {moment === 'before' && found && found.problem === undefined && !step.box && (
          <Whereabouts step={step} size={size} />
        )}
      </figcaption>
      {shot}
    </figure>
  )
}

interface FigureProps {
  readonly moment: 'before' | 'after'
  readonly frame: FrameView | undefined
  readonly step: StepView
  readonly isBoth?: boolean
  /** Set for a small one: it asks to be shown large. */
  readonly onPick?: () => void
}

function Chips({ frame }: { frame: FrameView }) {
  const isSeen = frame.role === 'agent' && frame.masked !== true
  return (
    <>
      {isSeen && <span class="chip agent">what the model saw</span>}
      {frame.role === 'agent' && !isSeen && <span class="chip">agent frame</span>}
      {frame.role === 'probe' && <span class="chip">probe frame</span>}
      {frame.masked && <span class="chip warn">secrets are covered</span>}
    </>
  )
}

/** Says why there is no mark on a frame. */
function Whereabouts({ step: { point }, size }: { step: StepView; size: Size | undefined }) {
  if (!point) return <span>where it acted is unknown</span>
  return size && !isInside(point, size) ? <span>it acted outside of this picture</span> : null
}

function isInside({ x, y }: Point, { width, height }: Size): boolean {
  return x >= 0 && y >= 0 && x <= width && y <= height
}

/** Places are told in parts of the picture, so that they hold at any size of it. */
function Marks({ step, size, isMini }: { step: StepView; size: Size; isMini: boolean }) {
  const { point, box } = step
  const percent = (value: number, of: number): string => `${(100 * value) / of}%`
  const clicked = point && isInside(point, size) ? point : undefined
  return (
    <>
      {box && (
        <div
          class="box"
          data-testid="target-box"
          style={{
            left: percent(box.x, size.width),
            top: percent(box.y, size.height),
            width: percent(box.width, size.width),
            height: percent(box.height, size.height),
          }}
        />
      )}
      {clicked && (
        <div
          class="point"
          data-testid="click-point"
          style={{ left: percent(clicked.x, size.width), top: percent(clicked.y, size.height) }}
        />
      )}
      {clicked && !isMini && (
        <div
          class={`tag ${tagSide(clicked, size)}`}
          style={{ left: percent(clicked.x, size.width), top: percent(clicked.y, size.height) }}
        >
          {shownLine(`${step.action} ${step.aim}`, 50)}
        </div>
      )}
    </>
  )
}

function tagSide(point: Point, size: Size): string {
  const side = point.x < size.width * 0.12 ? 'left' : point.x > size.width * 0.88 ? 'right' : ''
  return point.y > size.height * 0.85 ? `above ${side}` : side
}

/** The viewport where it is known; else what the picture itself measures. */
function sizeOf(frame: FrameView | undefined, natural: Size | undefined): Size | undefined {
  const { viewport, scale = 1 } = frame ?? {}
  if (viewport && viewport.width > 0 && viewport.height > 0) return viewport
  return natural && { width: natural.width / scale, height: natural.height / scale }
}

/** As large as fits into the room, or as many CSS pixels as the zoom says. */
function widthOf(size: Size | undefined, isBoth: boolean): string {
  if (zoom.value !== undefined && size) return `${size.width * zoom.value}px`
  const ratio = size ? size.width / size.height : 1.6
  return `min(${isBoth ? '50cqw - 7px' : '100cqw, 1100px'}, max(280px, (100cqh - 50px) * ${ratio.toFixed(4)}))`
}

function whyMissing(moment: 'before' | 'after', step: StepView): string {
  if (moment === 'before') return absent('There is no frame from before this step.')
  return step.probe ? absent('The probe after this step has no picture.') : 'No probe looked after this step.'
}
