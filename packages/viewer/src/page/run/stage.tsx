import type { FramePair, FrameView, RunView, StepView } from '../../view/model.ts'
import { togglePlay } from '../state/navigate.ts'
import { formatMs } from '../parts/format.ts'
import { shownLine } from '../parts/shown.ts'
import { Address } from '../parts/text.tsx'
import { detail, isPlaying, mode, role, step, zoom } from '../state/state.ts'
import { Difference } from './difference.tsx'
import { FrameFigure } from './frame-figure.tsx'

const modes = [
  ['before', 'Before'],
  ['after', 'After'],
  ['both', 'Both'],
  ['difference', 'Difference'],
] as const

/** The page as it was: one big frame with the click on it, the others small beneath. */
export function Stage({ view }: { view: RunView }) {
  const current = step.value!
  const before = frameOf(current.before)
  const after = frameOf(current.after)
  const showsBefore = mode.value === 'before' || mode.value === 'both'
  const showsAfter = mode.value === 'after' || mode.value === 'both'
  return (
    <main class="stage" aria-label="The page at this step">
      <Bar current={current} count={view.steps.length} />
      <div class="frames">
        {showsBefore && <FrameFigure moment="before" frame={before} step={current} isBoth={mode.value === 'both'} />}
        {showsAfter && <FrameFigure moment="after" frame={after} step={current} isBoth={mode.value === 'both'} />}
        {mode.value === 'difference' && <Difference before={before} after={after} />}
      </div>
      <div class="below">
        {!showsBefore && <Mini moment="before" frame={before} step={current} />}
        {!showsAfter && <Mini moment="after" frame={after} step={current} />}
        <LookFacts current={current} />
      </div>
    </main>
  )
}

/** The frame that is asked for, else the one that its moment is judged by. */
function frameOf(pair: FramePair): FrameView | undefined {
  if (role.value !== undefined) return pair[role.value]
  return pair.shown === undefined ? undefined : pair[pair.shown]
}

function Bar({ current, count }: { current: StepView; count: number }) {
  const { before, after } = current
  const both = [before, after]
  const shownRole = role.value ?? (mode.value === 'after' ? after.shown : before.shown)
  return (
    <div class="bar">
      <div class="seg" role="group" aria-label="Frames">
        {modes.map(([name, label]) => (
          <button key={name} type="button" aria-pressed={mode.value === name} onClick={() => (mode.value = name)}>
            {label}
          </button>
        ))}
      </div>
      <div class="url" data-testid="url">
        {current.url === undefined ? 'address unknown' : <Address url={current.url} />}
      </div>
      <div class="seg" role="group" aria-label="Whose frame">
        {(['agent', 'probe'] as const).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={shownRole === name}
            disabled={both.every((pair) => pair[name] === undefined) && role.value !== name}
            onClick={() => (role.value = name)}
          >
            {name === 'agent' ? 'Agent' : 'Probe'}
          </button>
        ))}
      </div>
      <button
        type="button"
        class="button zoom num"
        aria-label="Size of the frame"
        onClick={() => (zoom.value = nextZoom())}
      >
        {zoom.value === undefined ? 'Fit' : `${zoom.value * 100}%`}
      </button>
      <button
        type="button"
        class="icon"
        aria-label={isPlaying.value ? 'Pause' : 'Play at the recorded speed'}
        aria-pressed={isPlaying.value}
        disabled={count < 2}
        onClick={togglePlay}
      >
        <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
          <path d={isPlaying.value ? 'M2 1h3v10H2zM7 1h3v10H7z' : 'M2.500 1v10l8-5z'} fill="currentColor" />
        </svg>
      </button>
    </div>
  )
}

function nextZoom(): number | undefined {
  return zoom.value === undefined ? 1 : zoom.value === 1 ? 2 : undefined
}

function Mini({
  moment,
  frame,
  step: current,
}: {
  moment: 'before' | 'after'
  frame: FrameView | undefined
  step: StepView
}) {
  return <FrameFigure moment={moment} frame={frame} step={current} onPick={() => (mode.value = moment)} />
}

function LookFacts({ current }: { current: StepView }) {
  const { probe, title } = current
  const look = detail.value?.look
  const shared = probe?.sharedBy
  const notes = [
    probe?.late ? 'an action was under way meanwhile' : '',
    probe?.navigated ? 'the page navigated meanwhile' : '',
  ].filter(Boolean)
  return (
    <dl class="lookfacts">
      <Row name="Page">{title === undefined ? 'title unknown' : shownLine(title, 200)}</Row>
      <Row name="Looked">
        {probe === undefined ? 'no probe after this step' : `${formatMs(probe.durationMs)}${afterAction(current)}`}
      </Row>
      {shared && <Row name="Shared">{`shared by steps ${shared[0] + 1}-${shared[1] + 1}`}</Row>}
      {look?.viewport && (
        <Row name="Viewport">{`${look.viewport.width} × ${look.viewport.height}${look.scale ? ` at ${Number(look.scale.toFixed(2))}×` : ''}`}</Row>
      )}
      {notes.length > 0 && <Row name="Note">{notes.join('; ')}</Row>}
    </dl>
  )
}

function afterAction({ probe, span }: StepView): string {
  if (!probe?.span || !span || probe.sharedBy) return ''
  const sinceMs = probe.span.fromMs - span.toMs
  return sinceMs < 0 ? '' : `, ${formatMs(sinceMs)} after the action`
}

function Row({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt class="label">{name}</dt>
      <dd title={children}>{children}</dd>
    </div>
  )
}
