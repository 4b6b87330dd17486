import type { hideCaret } from './still-caret.ts'
import type { chooseMoves, StillMove, StoppedAnimation } from './still-moves.ts'

/** What is kept in our own world of a document while a picture is taken of it. */
interface StillWorld {
  contrailStill?: { readonly restore: () => void; readonly moveToFixedPoint: () => void }
  /** It was not drawn in time when it was last waited for. */
  contrailUndrawn?: boolean
}

/** A document that is held still. */
export interface HeldDocument {
  readonly held: number
  /** How many of them moved. */
  readonly moving: number
  /** Nothing drew it when it was last waited for: it may be in a tab that is not shown. */
  readonly isUndrawn: boolean
  readonly view: {
    /** CSS pixels. */
    readonly width: number
    /** Device pixels per CSS pixel. */
    readonly scale: number
    /** How far it is pinched. */
    readonly zoom: number
  }
}

/**
 * Hide the caret and stop animations, and bring those that may be moved to a fixed point, so that an unchanged page gives equal
 * pictures. Runs in an isolated world of one document, which its page's scripts cannot reach; everything it needs stands inside
 * it or is given to it.
 *
 * Nothing of the document is changed: an animation is stopped by `playbackRate` 0, since `pause()` and `startTime` would end
 * the rule of `animation-play-state` over it for good. No animation leaves its phase or its iteration, so none of its events is
 * fired; what would have ended meanwhile ends when it is released. One that would never be released, because the process that
 * took the picture is gone, is after three seconds.
 *
 * @returns how many things are held, 0 asks for no release; and how its window shows the document
 */
export function holdStill(hide: typeof hideCaret, choose: typeof chooseMoves): HeldDocument {
  const failSafeMs = 3_000
  const world = globalThis as StillWorld
  world.contrailStill?.restore()

  const roots: (Document | ShadowRoot)[] = []
  const collect = (root: Document | ShadowRoot): void => {
    roots.push(root)
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) collect(element.shadowRoot)
  }
  collect(document)

  const undo: (() => void)[] = []
  const stopped: StoppedAnimation[] = []

  const stop = (animation: Animation): void => {
    const { playbackRate, playState, timeline, startTime, pending } = animation
    if (playState !== 'running' || !(timeline instanceof DocumentTimeline) || !(playbackRate > 0)) return
    animation.playbackRate = 0
    if (!pending) stopped.push({ animation, playbackRate })
    undo.push(() => {
      // One that was given another rate meanwhile is the page's; one that was cancelled has no time.
      if (animation.playbackRate !== 0) return
      animation.playbackRate = playbackRate
      if (animation.playState === 'idle') return
      if (startTime === null || (pending && animation.pending)) return
      animation.currentTime = (Number(timeline.currentTime) - Number(startTime)) * playbackRate
    })
  }

  let moves: StillMove[] = []
  const restore = (): void => {
    clearTimeout(timer)
    delete world.contrailStill
    moves = []
    for (const one of undo) one()
  }
  const moveToFixedPoint = (): void => {
    for (const { animation, toMs } of moves)
      if (animation.playState === 'running' && animation.playbackRate === 0) animation.currentTime = toMs
  }
  const timer = setTimeout(restore, failSafeMs)
  world.contrailStill = { restore, moveToFixedPoint }
  try {
    const showCaret = hide()
    if (showCaret) undo.push(showCaret)
    for (const root of roots) for (const animation of root.getAnimations()) stop(animation)
    moves = choose(stopped)
    // On the way first, so that there is something new to draw afterwards.
    for (const { animation, viaMs } of moves) animation.currentTime = viaMs
  } catch (error) {
    restore()
    throw error
  }
  const held = { held: undo.length, moving: moves.length, isUndrawn: world.contrailUndrawn ?? false }
  if (undo.length === 0) restore()
  const view = { width: innerWidth, scale: devicePixelRatio, zoom: visualViewport?.scale ?? 1 }
  return { ...held, view }
}

/** Let go of what {@link holdStill} holds. Runs in the same world. */
export function releaseStill(): void {
  ;(globalThis as StillWorld).contrailStill?.restore()
}

/**
 * Move what {@link holdStill} holds to its fixed point, and wait until that is drawn. Runs in the same world. In two steps: a
 * compositor goes on with its copy of an animation that was taken from it until the document has something new to draw.
 */
export async function drawStill(): Promise<void> {
  const soonMs = 250
  const world = globalThis as StillWorld
  const still = world.contrailStill
  const startedMs = performance.now()
  const drawn = (): Promise<void> =>
    new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
    })
  await drawn()
  still?.moveToFixedPoint()
  await drawn()
  world.contrailUndrawn = performance.now() - startedMs > soonMs
}

/** Move it although nothing draws the document by itself: a picture does. Runs in the same world. */
export function moveStill(): void {
  const world = globalThis as StillWorld
  world.contrailUndrawn = true
  world.contrailStill?.moveToFixedPoint()
}
