import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright'
import { systemClock } from '../page/system.ts'
import { watchPage } from '../page/watch.ts'

/** The one who asked for a look. */
export interface LookDemand {
  /** Resolves when somebody waits for it. */
  readonly isWanted: Promise<unknown>
  /** Tells whether the page is acted on by now. */
  isOver(): boolean
}

/** Waits for a page that moves. */
export interface Rest {
  /** Wait until it may have come to rest. Gives false where it has moved for too long, or would for `limitMs`. */
  wait(limitMs: number): Promise<boolean>
  /** It has come to rest. */
  reach(): void
}

/** Pauses, after one of which what moves has come to rest as a rule: some seconds in all. */
const pausesMs = [40, 80, 120, 160, 240, 320, 640, 1_280, 2_560]
/** One that waits for the look waits so long for that, and of a document that was in motion all that time only for the first pause. */
const mostAwaitedMs = 1_000
const restless = new WeakMap<Page, number>()

/**
 * Make what waits for a page to come to rest: some seconds while nobody waits for the look, a second where somebody does.
 *
 * @param demand default: it is waited for from the beginning
 */
export function createRest(page: Page, demand: LookDemand | undefined): Rest {
  const startedMs = systemClock.monotonicMs()
  const { navigations } = watchPage(page)
  const wanted = new AbortController()
  if (demand) void demand.isWanted.then(() => wanted.abort())
  else wanted.abort()
  let pauses = 0
  const isTooLong = (limitMs: number): boolean => {
    if (pauses === pausesMs.length || pausesMs[pauses]! >= limitMs) return true
    if (pauses === 0) return false
    if (demand?.isOver()) return true
    if (!wanted.signal.aborted) return false
    return restless.get(page) === navigations || systemClock.monotonicMs() - startedMs > mostAwaitedMs
  }
  return {
    wait: async (limitMs) => {
      if (isTooLong(limitMs)) {
        if (!demand?.isOver()) restless.set(page, navigations)
        return false
      }
      const signal = wanted.signal.aborted ? undefined : wanted.signal
      await sleep(pausesMs[pauses], undefined, { signal }).catch(() => {}) // somebody waits for it now
      pauses += 1
      return true
    },
    reach: () => void restless.delete(page),
  }
}
