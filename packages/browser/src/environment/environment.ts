import type { Clock, EvidenceEvent, PageEvent, WithheldSecret } from '@contrail/core'
import type { BrowserContext, Page } from 'playwright'
import { createEventFlow } from './flow.ts'
import { holdEvents } from './held-events.ts'
import { toEnvironmentLevel, type EnvironmentLevel } from './options.ts'
import { createTabList, pageIdsOf, type SeenTabs } from './page-ids.ts'
import { tellAsked, watchContext, watchEnvironment } from './watch-environment.ts'

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
   * @param given texts that the step was given, which may turn out to be secrets
   * @param look learns the secrets on the page; gives false where it could not see them all
   * @returns a function that lets go of it, and is told what the step typed as a secret; once is enough
   */
  beginStep(
    page: Page,
    given: readonly WithheldSecret[],
    look: () => Promise<boolean>,
  ): (typed?: readonly WithheldSecret[]) => void
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
  /** Hear of a page that is watched from now on, also of one that nobody asked for. */
  watched(page: Page): void
  /** Take an event of a page, or a gap, and secrets that may be in it beside those that the capture has seen. */
  emit(event: EvidenceEvent, secrets: readonly WithheldSecret[]): void
  /** Plain data without the secrets that the capture has seen, and without these; the same where none is in it. */
  withoutSecrets<T>(data: T, secrets?: readonly WithheldSecret[]): T
}

/** More texts are not looked for in events. */
const mostGiven = 100

/**
 * Begin to know what pages do.
 *
 * @throws {TypeError} for a level that there is not
 */
export function createEnvironment(options: EnvironmentOptions): PageEnvironment {
  const { recording, clock, isListening, watched, withoutSecrets } = options
  const level = toEnvironmentLevel(options.level)
  const ids = pageIdsOf(recording)
  const tabs = createTabList(ids)
  const held = holdEvents(({ kind, pageId, at, ...facts }, typed) => {
    if (!isListening()) return
    const told = { type: 'page_event', ...withoutSecrets(facts, typed), kind, pageId, at }
    options.emit(told as { type: 'page_event' } & PageEvent, typed)
  })
  const flow = createEventFlow(held.take)
  const tellMissed = (pageId: string): void =>
    options.emit({ type: 'gap', what: 'event', reason: 'page_start_missed', detail: { pageId } }, [])
  const teller = { recording, ids, clock, isListening, watched, tell: flow.take, tellMissed }
  const watch = (page: Page, acts: boolean): void => {
    if (level === 'off' || !isListening()) return
    watchEnvironment(page, { ...teller, level }, { acts })
  }
  return {
    watch: (page) => watch(page, false),
    watchContext: (context) => {
      if (level !== 'off' && isListening()) watchContext(context, { ...teller, level })
    },
    beginStep: (page, given, look) => {
      flow.flush()
      watch(page, true)
      const isInDoubt = ({ pageId: _, at: __, ...facts }: PageEvent): boolean => {
        const seen = withoutSecrets(facts)
        return given.length > mostGiven || withoutSecrets(seen, given) !== seen
      }
      return held.begin({ look, isInDoubt })
    },
    seenTabs: (page, title) => {
      tabs.note(page, title)
      return withoutSecrets(tabs.seenAt(page))
    },
    flush: () => {
      tellAsked(recording)
      flow.flush()
      held.letGo()
    },
  }
}
