import type { RunView } from '../../view/model.ts'

/** Turns moments of a run into places on the strip, 0 to 1. */
export interface Axis {
  readonly fromMs: number
  readonly toMs: number
  place(ms: number): number
}

/** Make the axis of a run, or of a part of it. A run of no length is given one. */
export function createAxis(view: RunView, range: { fromMs: number; toMs: number } | undefined): Axis {
  const fromMs = range?.fromMs ?? 0
  const toMs = Math.max(fromMs + 1, range?.toMs ?? view.endMs * 1.02)
  return {
    fromMs,
    toMs,
    place: (ms) => (ms - fromMs) / (toMs - fromMs),
  }
}

/**
 * Choose which of many marks are shown: each as far from the last as it needs room, and those that matter before all others.
 *
 * @param places in pixels, ascending
 */
export function thinOut(places: readonly number[], roomPx: number, matters: (at: number) => boolean): number[] {
  const important = places.flatMap((_, at) => (matters(at) ? [at] : []))
  const kept: number[] = []
  for (const at of important) {
    if (kept.length === 0 || places[at]! - places[kept.at(-1)!]! >= roomPx * 0.8) kept.push(at)
  }
  const shown: number[] = []
  let next = 0
  for (const [at, place] of places.entries()) {
    while (next < kept.length && kept[next]! < at) next += 1
    const isKept = kept[next] === at
    const last = shown.at(-1)
    const isFree = last === undefined || place - places[last]! >= roomPx
    const following = kept[isKept ? next + 1 : next]
    const isClear = following === undefined || places[following]! - place >= roomPx
    if (isKept || (isFree && isClear)) shown.push(at)
  }
  return shown
}
