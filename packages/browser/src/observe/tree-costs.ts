/** The size of a page whose tree is to be read. */
interface PageSize {
  /** The number of its documents, its frames among them. */
  readonly documents: number
  /** The number of its elements; undefined for more than could be counted. */
  readonly elements: number | undefined
  /** The number of times that it has navigated: another document may be of other elements. */
  readonly navigations: number
}

/** The costs of trees, by which is told what the next one will take. */
export interface TreeCosts {
  /** The time of its thread that the whole tree of a page is expected to take, in ms. */
  expectedMs(page: object, size: PageSize): number
  /**
   * Take in what one took.
   *
   * @param ms the time of the page's thread
   */
  learn(page: object, size: PageSize, ms: number): void
  /** Note that one was not begun: some looks later it is, in case the machine had much else to do when its cost was learned. */
  pass(page: object): void
}

/**
 * The cost of a tree's element where nothing is known of it yet, in ms, and the least that is expected of the next page for
 * what one cost on another. On two quiet cores the rows of a table take 0.09 ms an element, paragraphs half as much.
 */
const [unknownElementMs, leastElementMs] = [0.12, 0.1]
/** The time that each frame costs beside its elements, in ms: they are asked one by one. */
const frameMs = 8
/** The share of a cost that is still expected after a tree was not begun. */
const forgotten = 0.9
/** A page of fewer elements is small: one tree of it says too little, and what it took is hardly for its elements. */
const smallElements = 500

/** Begin to learn what trees cost. Nothing is known. */
export function createTreeCosts(): TreeCosts {
  /** The time that the last two trees of a page took for each element, and those of a small one as a whole. */
  const known = new WeakMap<
    object,
    { navigations: number; isSmall: boolean; lastMs: number; beforeMs: number | undefined; share: number }
  >()
  let lastElementMs: number | undefined
  const knownOf = (page: object, navigations: number, isSmall: boolean) => {
    const found = known.get(page)
    return found?.navigations === navigations && found.isSmall === isSmall ? found : undefined
  }
  return {
    expectedMs(page, { documents, elements, navigations }) {
      if (elements === undefined) return Infinity
      const isSmall = elements < smallElements
      const found = knownOf(page, navigations, isSmall)
      const leastMs = found && Math.min(found.lastMs, found.beforeMs ?? (isSmall ? 0 : Infinity)) * found.share
      const ownMs = isSmall
        ? (leastMs ?? 0) || elements * unknownElementMs
        : elements * (leastMs ?? lastElementMs ?? unknownElementMs)
      return ownMs + (documents - 1) * frameMs
    },
    learn(page, { elements, navigations }, ms) {
      if (!elements) return
      const isSmall = elements < smallElements
      const lastMs = isSmall ? ms : ms / elements
      const beforeMs = knownOf(page, navigations, isSmall)?.lastMs
      known.set(page, { navigations, isSmall, lastMs, beforeMs, share: 1 })
      // Another page may be of costlier elements, so no tree is begun for what an element costs here.
      if (!isSmall) lastElementMs = Math.max(Math.min(lastMs, beforeMs ?? Infinity), leastElementMs)
    },
    pass(page) {
      const found = known.get(page)
      if (found) found.share *= forgotten
    },
  }
}
