import type { PageTools, Root } from '../page/page-tools.ts'
import { inPage } from '../page/in-page.ts'

/** Knows of the view transitions of a page. */
export interface TransitionWatch {
  /** Tell whether one is under way in a document or a part of it, or in a shadow root: what stood there may be drawn elsewhere. */
  isUnderWay(root: Root, isLarge?: boolean): boolean
  /** A number that is another one after a transition has begun in a document, and in each document. Heard of from the first call on. */
  markOf(root: Document): number
}

/**
 * Make what knows of view transitions: while one is under way the browser draws pictures of what was there before, wherever the page
 * wants, which no element tells. It listens in a world whose listeners no page can see. Runs there, so everything it needs stands
 * inside it or is given to it.
 */
export const createTransitionWatch = inPage(
  ({ all, documentElementOf, matches, method, viewOf }: PageTools): TransitionWatch => {
    const active = ':active-view-transition'
    const isKnown = CSS.supports(`selector(${active})`)
    const listen = method<[string, (event: Event) => void, boolean], void>(EventTarget.prototype, 'addEventListener')

    return {
      // To search all of a large document takes too much of its time: a part of one is known by its events alone.
      isUnderWay: (root, isLarge = false) => {
        const whole = isLarge ? documentElementOf(root) : undefined
        return isKnown && (whole ? matches(whole, active) : all(root, active).length > 0)
      },
      markOf: (root) => {
        const view = viewOf(root) as { contrailTransitions?: { mark: number; hear: (event: Event) => void } } | null
        if (!view) return 0
        const heard = (view.contrailTransitions ??= {
          mark: Math.random(),
          hear: (event) => {
            const { pseudoElement } = event as AnimationEvent
            if (pseudoElement.startsWith('::view-transition')) heard.mark = Math.random()
          },
        })
        // Whoever writes a document anew takes all listeners from it.
        listen(view, 'animationstart', heard.hear, true)
        return heard.mark
      },
    }
  },
)
