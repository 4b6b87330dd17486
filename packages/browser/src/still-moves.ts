/** Where an animation stands, where it is to stand, and a place on the way. Times of it, in ms. */
export interface StillMove {
  readonly animation: Animation
  readonly fromMs: number
  readonly viaMs: number
  readonly toMs: number
}

/** An animation that was stopped, and how fast it was. */
export interface StoppedAnimation {
  readonly animation: Animation
  readonly playbackRate: number
}

/**
 * Choose which of the animations that stand still may be moved to a fixed point: the end of what runs once, the beginning of its
 * round of what runs more often. Runs in our own world of a document, and leaves all of them where they stand.
 *
 * A script must not be able to tell, so no position, size or scrollable area may change unless it does so by itself all the time:
 * - What goes round for ever in two seconds or less comes by its fixed point anyhow, and what follows from that follows anyhow.
 * - Properties that only paint, and that no other element inherits, are free.
 * - Turned, scaled and shifted is only what is shown as a whole, with all that it holds, from here to there: off every edge of
 *   what clips or scrolls it, no scroll position rests on it (Chromium clamps those as soon as an area shrinks), and an
 *   IntersectionObserver sees all of it before and after.
 * The rest stays where it stands.
 */
export function chooseMoves(stopped: readonly StoppedAnimation[]): StillMove[] {
  const paintOnly =
    /^(opacity|background\w*|boxShadow|filter|backdropFilter|border\w*Color|outlineColor|columnRuleColor|textDecorationColor|mixBlendMode)$/
  const paintOnlyOfShapes = /^(fill|fillOpacity|stroke|strokeOpacity|strokeDasharray|strokeDashoffset)$/
  const turning = /^(transform|rotate|scale|translate)$/
  const notProperties = new Set(['offset', 'computedOffset', 'easing', 'composite'])
  const mostBoxes = 100
  const shortRoundMs = 2_000

  /** Undefined: where it is. */
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
    // A negative time would be told as an end. A delay below 0 begins within a round.
    const atMs = Math.max(0, delay + (currentIteration + progress - iterationStart) * roundMs)
    return atMs >= delay && atMs < delay + activeMs ? atMs : undefined
  }

  const reachOf = (effect: KeyframeEffect): 'paint' | 'turn' | 'more' => {
    const { target } = effect
    const isShape = target instanceof SVGElement && target.childElementCount === 0
    let reach: 'paint' | 'turn' = 'paint'
    for (const name of new Set(effect.getKeyframes().flatMap((keyframe) => Object.keys(keyframe)))) {
      if (notProperties.has(name) || paintOnly.test(name) || (isShape && paintOnlyOfShapes.test(name))) continue
      if (!turning.test(name)) return 'more'
      reach = 'turn'
    }
    return reach
  }

  const isInside = (box: DOMRect, of: DOMRect): boolean =>
    box.left > of.left && box.top > of.top && box.right < of.right && box.bottom < of.bottom

  const parentOf = (element: Element): Element | null => {
    const root = element.getRootNode()
    return element.assignedSlot ?? element.parentElement ?? (root instanceof ShadowRoot ? root.host : null)
  }

  const isShownWhole = (element: Element): boolean => {
    const box = element.getBoundingClientRect()
    const view = element.ownerDocument.defaultView
    if (!view) return false
    const page = element.ownerDocument.documentElement
    for (let above = parentOf(element); above; above = parentOf(above)) {
      const { overflowX, overflowY, clipPath, contain, contentVisibility } = view.getComputedStyle(above)
      if (clipPath !== 'none') return false
      const isOpen =
        [overflowX, overflowY, contentVisibility].every((value) => value === 'visible') && contain === 'none'
      if (!isOpen && above !== page && !isInside(box, above.getBoundingClientRect())) return false
    }
    const [width, height] = [Math.min(view.innerWidth, page.clientWidth), Math.min(view.innerHeight, page.clientHeight)]
    if (!isInside(box, new DOMRect(0, 0, width, height))) return false
    return view.frameElement ? isShownWhole(view.frameElement) : view === view.top
  }

  /** Undefined: more than can be looked at. What is inside of a picture stays inside of its box. */
  const boxesOf = ({ target, pseudoElement }: KeyframeEffect): Element[] | undefined => {
    if (!target || pseudoElement) return undefined
    const inner = [...target.querySelectorAll('*')].filter((one) => !(one instanceof SVGElement && one.ownerSVGElement))
    const boxes = [target, ...inner]
    const isOpaque = boxes.some((one) => one.shadowRoot || one.tagName === 'IFRAME')
    return isOpaque || boxes.length > mostBoxes ? undefined : boxes
  }

  const moves: StillMove[] = []
  let turns: (StillMove & { readonly boxes: readonly Element[] })[] = []
  for (const { animation, playbackRate } of stopped) {
    const { effect, pending } = animation
    if (!(effect instanceof KeyframeEffect) || pending) continue
    const fromMs = Number(animation.currentTime)
    const timing = effect.getComputedTiming()
    const toMs = fixedPoint(timing, fromMs)
    if (toMs === undefined) continue
    const move = { animation, fromMs, viaMs: (fromMs + toMs) / 2, toMs }
    const isRound = timing.iterations === Infinity && Number(timing.duration) <= shortRoundMs * playbackRate
    const reach = isRound ? 'paint' : reachOf(effect)
    if (reach === 'paint') moves.push(move)
    const boxes = reach === 'turn' ? boxesOf(effect) : undefined
    if (boxes) turns.push({ ...move, boxes })
  }

  // What is put back may hold another one: then that is looked at again.
  if (turns.reduce((sum, { boxes }) => sum + boxes.length, 0) > mostBoxes) turns = []
  turns = turns.filter(({ boxes }) => boxes.every(isShownWhole))
  const put = (at: 'fromMs' | 'viaMs' | 'toMs'): void => turns.forEach((one) => (one.animation.currentTime = one[at]))
  for (let before = -1; before !== turns.length;) {
    before = turns.length
    const hidden = new Set<StillMove>()
    for (const at of ['viaMs', 'toMs'] as const) {
      put(at)
      for (const one of turns) if (!one.boxes.every(isShownWhole)) hidden.add(one)
    }
    put('fromMs')
    turns = turns.filter((one) => !hidden.has(one))
  }
  return [...moves, ...turns]
}
