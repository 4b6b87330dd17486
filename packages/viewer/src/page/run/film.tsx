import type { RunView } from '../../view/model.ts'
import { pictureOf } from '../state/pictures.ts'
import { selected } from '../state/state.ts'
import { thinOut, type Axis } from './axis.ts'

/** Of a picture in the film, in pixels. */
const pictureWidth = 96

/** The frames on the axis, each for as long as no other replaced it. */
export function Film({ view, axis, width }: { view: RunView; axis: Axis; width: number }) {
  const { cells } = view
  const index = selected.value ?? -1
  const inSight = cells.filter((cell, at) => {
    const end = cells[at + 1]?.fromMs ?? view.endMs
    return axis.place(end) >= 0 && axis.place(cell.fromMs) <= 1
  })
  const places = inSight.map(({ fromMs }) => Math.max(0, axis.place(fromMs) * width))
  const own = view.steps[index]?.before
  const shownSha = own?.shown === 'agent' ? own.agent?.sha256 : own?.probe?.sha256
  const current = inSight.findLastIndex((cell) => cell.sha256 === shownSha && cell.step <= index)
  const kept = thinOut(places, 26, (at) => at === current)
  return (
    <div class="film" aria-hidden="true">
      {kept.length === 0 && <span class="none">no frames</span>}
      {kept.map((at, order) => {
        const left = order === 0 ? Math.min(places[at]!, 0) : places[at]!
        const end = kept[order + 1] === undefined ? width : places[kept[order + 1]!]!
        const cell = inSight[at]!
        const { address, problem, onError } = pictureOf(cell.sha256, 160)
        const style = { left: `${left}px`, width: `${Math.max(2, end - left)}px` }
        return (
          <div
            key={`${cell.sha256}-${cell.step}-${cell.role}`}
            class={`cell ${at === current ? 'on' : ''} ${problem === undefined ? '' : 'hole'}`}
            style={style}
          >
            {problem !== undefined && <NoPicture />}
            {/* As on a film, a long look is the same picture again and again. */}
            {address !== undefined &&
              Array.from({ length: Math.max(1, Math.ceil((end - left) / pictureWidth)) }, (_, copy) => (
                <img
                  key={copy}
                  src={address}
                  alt=""
                  loading="lazy"
                  decoding="async"
                  draggable={false}
                  onError={onError}
                />
              ))}
          </div>
        )
      })}
    </div>
  )
}

/** A picture that is not there, as a sign. */
function NoPicture() {
  return (
    <svg class="nopicture" width="22" height="16" viewBox="0 0 22 16">
      <path
        d="M1 1h20v14H1zM1 15 21 1"
        fill="none"
        stroke="currentColor"
        stroke-width="1.500"
        stroke-linejoin="round"
      />
    </svg>
  )
}
