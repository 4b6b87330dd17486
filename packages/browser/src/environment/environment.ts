import type { PageEvent } from '@contrail/core'
import type { BrowserContext, Page } from 'playwright'
import type { Clock } from '../page/system.ts'
import { createEventFlow } from './flow.ts'
import { toEnvironmentLevel, type EnvironmentLevel } from './options.ts'
import { createTabList, pageIdsOf, type SeenTabs } from './page-ids.ts'
import { watchContext, watchEnvironment } from './watch-environment.ts'

/** The surroundings of a capture's steps. */
export interface PageEnvironment {
  /** Begin to watch a page, unless nobody listens. */
  watch(page: Page): void
  /** The same of all pages of a context, those to come too. */
  watchContext(context: BrowserContext): void
  /**
   * A step on a page begins: what comes from now on is this capture's to tell, and counted anew. It is held until the secrets are
   * known that the step has found in the page: what a form sends stands in the next address.
   *
   * @returns a function that lets go of it; once is enough
   */
  beginStep(page: Page): () => void
  /** The page that a look was at, and the pages beside it. */
  seenTabs(page: Page, title?: string): SeenTabs
  /** Emit what is held, and what was only counted so far. */
  flush(): void
}

/** Options that say where an environment emits its events, and how. */
export interface EnvironmentOptions {
  /** The same object for all captures of one recording. */
  readonly recording: object
  readonly level: EnvironmentLevel | undefined
  readonly clock: Clock
  isListening(): boolean
  emit(event: { type: 'page_event' } & PageEvent): void
  /** Plain data without the secrets that the capture has seen. */
  withoutSecrets<T>(data: T): T
}

/**
 * Begin to know what pages do.
 *
 * @throws {TypeError} for a level that there is not
 */
export function createEnvironment(options: EnvironmentOptions): PageEnvironment {
  const { recording, clock, isListening, withoutSecrets } = options
  const level = toEnvironmentLevel(options.level)
  const ids = pageIdsOf(recording)
  const tabs = createTabList(ids)
  let held: PageEvent[] = []
  let steps = 0
  const emit = ({ kind, pageId, at, ...facts }: PageEvent): void => {
    if (!isListening()) return
    options.emit({ type: 'page_event', ...withoutSecrets(facts), kind, pageId, at } as {
      type: 'page_event'
    } & PageEvent)
  }
  const letGo = (): void => {
    const events = held
    held = []
    events.forEach(emit)
  }
  const flow = createEventFlow((event) => {
    if (steps > 0) held.push(event)
    else emit(event)
  })
  const teller = { recording, ids, clock, isListening, tell: flow.take }
  const watch = (page: Page, acts: boolean): void => {
    if (level === 'off' || !isListening()) return
    watchEnvironment(page, { ...teller, level }, { acts })
  }
  return {
    watch: (page) => watch(page, false),
    watchContext: (context) => {
      if (level !== 'off' && isListening()) watchContext(context, { ...teller, level })
    },
    beginStep: (page) => {
      flow.flush()
      watch(page, true)
      let isOver = false
      steps += 1
      return () => {
        if (isOver) return
        isOver = true
        steps -= 1
        if (steps === 0) letGo()
      }
    },
    seenTabs: (page, title) => {
      tabs.note(page, title)
      return withoutSecrets(tabs.seenAt(page))
    },
    flush: () => {
      flow.flush()
      letGo()
    },
  }
}
