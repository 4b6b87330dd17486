/** What is kept in our own world of a document while a picture is taken of it. */
interface StillWorld {
  contrailStill?: { readonly restore: () => void; readonly moveToFixedPoint: () => void }
}

/** A document that is held still. */
export interface HeldDocument {
  readonly held: number
  /** How many of them moved. */
  readonly moving: number
  readonly view: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
    /** Device pixels per CSS pixel. */
    readonly scale: number
    /** How far it is pinched. */
    readonly zoom: number
  }
}

/**
 * Hide the caret and bring animations to a fixed point, so that an unchanged page gives equal pictures. Runs in an isolated
 * world of one document, which its page's scripts cannot reach; everything it needs stands inside it.
 *
 * Nothing of the document is changed: the caret goes by an adopted style sheet on the tree that has the focus, and an animation
 * by `playbackRate` 0. `pause()` and `startTime` would end the rule of `animation-play-state` over it for good. No animation
 * leaves its phase or its iteration, so none of its events is fired; what would have ended meanwhile ends when it is released.
 * One that would never be released, because the process that took the picture is gone, is after three seconds.
 *
 * @returns how many things are held, 0 asks for no release; and where on the document its window is, in CSS pixels
 */
export function holdStill(): HeldDocument {
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
  const moves: (() => void)[] = []

  const hideCaret = (): void => {
    let focused = document.activeElement
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
    if (!focused) return
    const isEditable =
      focused.tagName === 'INPUT' || focused.tagName === 'TEXTAREA' || (focused as HTMLElement).isContentEditable
    if (!isEditable) return
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(':focus, :focus * { caret-color: transparent !important }')
    const root = focused.getRootNode() as Document | ShadowRoot
    root.adoptedStyleSheets.push(sheet)
    undo.push(() => {
      const at = root.adoptedStyleSheets.indexOf(sheet)
      if (at >= 0) root.adoptedStyleSheets.splice(at, 1)
      sheet.replaceSync('') // the page may have copied the list
    })
  }

  /** The end of what runs once, the beginning of the round of what runs more often. Undefined: where it is. */
  const fixedPoint = (timing: ComputedEffectTiming, nowMs: number): number | undefined => {
    const { delay = 0, activeDuration, iterations = 1, iterationStart = 0, currentIteration, direction } = timing
    const [roundMs, activeMs] = [Number(timing.duration), Number(activeDuration)]
    if (nowMs < delay || nowMs >= delay + activeMs || !(roundMs > 0) || typeof currentIteration !== 'number')
      return undefined
    if (iterations <= 1) return delay + activeMs * (1 - 1e-6)
    const isBackwards =
      direction === 'alternate'
        ? currentIteration % 2 === 1
        : direction === 'alternate-reverse' && currentIteration % 2 === 0
    const progress = isBackwards || direction === 'reverse' ? 1 - 1e-6 : 1e-6
    const atMs = delay + (currentIteration + progress - iterationStart) * roundMs
    return atMs >= delay && atMs < delay + activeMs ? atMs : undefined
  }

  const freeze = (animation: Animation): void => {
    const { playbackRate, playState, timeline, effect, startTime, currentTime } = animation
    if (playState !== 'running' || !(timeline instanceof DocumentTimeline) || !(playbackRate > 0)) return
    const nowMs = Number(currentTime)
    animation.playbackRate = 0
    const heldMs = effect && !animation.pending ? fixedPoint(effect.getComputedTiming(), nowMs) : undefined
    if (heldMs !== undefined) {
      // On the way first, so that there is something new to draw afterwards.
      animation.currentTime = (nowMs + heldMs) / 2
      moves.push(() => {
        if (animation.playState === 'running' && animation.playbackRate === 0) animation.currentTime = heldMs
      })
    }
    undo.push(() => {
      // One that was given another rate meanwhile is the page's; one that was cancelled has no time.
      if (animation.playbackRate !== 0) return
      animation.playbackRate = playbackRate
      if (animation.playState === 'idle') return
      if (startTime === null || (heldMs === undefined && animation.pending)) return
      animation.currentTime = (Number(timeline.currentTime) - Number(startTime)) * playbackRate
    })
  }

  hideCaret()
  for (const root of roots) for (const animation of root.getAnimations()) freeze(animation)
  const view = {
    x: scrollX,
    y: scrollY,
    width: innerWidth,
    height: innerHeight,
    scale: devicePixelRatio,
    zoom: visualViewport?.scale ?? 1,
  }
  if (undo.length === 0) return { held: 0, moving: 0, view }
  const restore = (): void => {
    clearTimeout(timer)
    delete world.contrailStill
    for (const one of undo) one()
  }
  const timer = setTimeout(restore, failSafeMs)
  world.contrailStill = { restore, moveToFixedPoint: () => moves.forEach((one) => one()) }
  return { held: undo.length, moving: moves.length, view }
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
  const drawn = (): Promise<void> =>
    new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
    })
  await drawn()
  ;(globalThis as StillWorld).contrailStill?.moveToFixedPoint()
  await drawn()
}
