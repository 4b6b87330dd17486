import type { InPage } from './in-page.ts'

/** The part of Playwright's own side of a frame that reading in its worlds rests on: the same in 1.60 to 1.65. `T` are its tools there. */
export interface FrameInside<T = unknown> {
  context(world: WorldName): Promise<WorldInside<T>>
  readonly _page: {
    readonly delegate: {
      getContentFrame(element: HandleInside<unknown>): Promise<FrameInside<T> | null>
      /** There is no other world than that of the page. */
      noUtilityWorld?(): boolean
    }
    readonly browserContext: { selectors(): { parseSelector(selector: string): { readonly world: WorldName } } }
  }
}

/** The scripts of the page are in the main world; none of them reaches the other. */
type WorldName = 'main' | 'utility'

/** A world of a document. */
export interface WorldInside<T> {
  /** Put Playwright's tools into it, once. */
  injectedScript(): Promise<HandleInside<T>>
  rawEvaluateHandle(source: string): Promise<HandleInside<T>>
}

/** Something in a world, such as Playwright's tools there. */
export interface HandleInside<T> {
  evaluate<A, R>(run: InPage<(self: T, argument: A) => R>, argument: A): Promise<R>
  evaluateHandle<A, R>(run: InPage<(self: T, argument: A) => R>, argument: A): Promise<HandleInside<R>>
  /** Null for what is no node. */
  asElement(): HandleInside<T> | null
  dispose(): void
}

/** The part that all of its tools have. */
export interface ToolsInPage {
  parseSelector(selector: string): object
  querySelectorAll(parsed: object, root: { querySelectorAll(all: '*'): Iterable<Element> }): Element[]
}

/** The part of Playwright's own side of a page that hearing its dialogs rests on: the same in 1.60 to 1.65. */
export interface PageInside {
  readonly browserContext: {
    readonly dialogManager?: {
      addDialogHandler?(handler: (dialog: DialogInside) => boolean): void
      removeDialogHandler?(handler: (dialog: DialogInside) => boolean): void
    }
  }
}

/** A dialog before anybody is told of it. */
export interface DialogInside {
  page(): PageInside
  type(): string
  message(): string
  defaultValue(): string
  /** Hands the answer to the browser. */
  readonly _onHandle?: (isAccepted: boolean, text?: string) => Promise<void>
}

/** The mark in a selector between a frame and what is in it. */
export const enterFrame = ' >> internal:control=enter-frame >> '

/**
 * Find Playwright's own side of one of its objects, which is not public: what is there is to be asked before it is called.
 *
 * @returns undefined where Playwright does not run in this process (`connect`), and for what is gone: who is asked instead says so
 */
export function insideOf<T extends object>(of: object): Partial<T> | undefined {
  const { _connection: connection } = of as { _connection?: { toImpl?: (one: object) => T | undefined } }
  try {
    return connection?.toImpl?.(of)
  } catch {
    return undefined
  }
}

/** Find its own side of a frame where that is built as it is known to be, since what it is asked then fails halfway elsewhere. */
export function knownInsideOf<T>(frame: object): FrameInside<T> | undefined {
  const inside = insideOf<FrameInside<T>>(frame)
  const { _page: page } = inside ?? {}
  const { delegate, browserContext } = page ?? ({} as Partial<FrameInside['_page']>)
  const asked = [inside?.context, delegate?.getContentFrame, browserContext?.selectors]
  const isKnown = asked.every((one) => typeof one === 'function') && delegate?.noUtilityWorld?.() !== true
  return isKnown ? (inside as FrameInside<T>) : undefined
}
