import { present, withTimeLimit } from '@contrail/core'
import type { Page } from 'playwright'
import { failureMessage, LookError, pageFailureReason, type PageFailureReason } from '../page/failure.ts'
import { systemClock } from '../page/system.ts'
import { watchPage } from '../page/watch.ts'

/** A part of an observation that could not be had. `detail` names the parts and gives the first error's first line. */
export interface ObservationGap {
  readonly what: 'screenshot' | 'probe'
  readonly reason: PageFailureReason
  readonly detail?: { readonly parts: readonly string[]; readonly message: string; readonly elements?: number }
}

/** The value of one part of a look, or its failure. */
export interface Attempt<T> {
  readonly value?: T
  readonly failure?: { readonly error: unknown } | undefined
}

export const notThere: Attempt<never> = {
  failure: { error: new LookError('late', 'not there before the next action began') },
}

/** A page may lead on to another one, and that to the next. */
const mostTries = 5

/**
 * Read one part of a page within its limit. A read that fails is tried once more in the time left, and some times more where
 * navigations cut it short; a page that is gone is not asked again.
 */
export async function attempt<T>(
  page: Page,
  limitMs: number,
  read: (leftMs: number, isFirstTry: boolean) => Promise<T>,
): Promise<Attempt<T>> {
  // Timers run on real time, so the deadline does too, whatever clock stamps the observation.
  const deadline = systemClock.monotonicMs() + limitMs
  const once = (isFirstTry: boolean): Promise<T> => {
    const leftMs = Math.max(1, deadline - systemClock.monotonicMs())
    return withTimeLimit(leftMs, () => read(leftMs, isFirstTry))
  }
  const watch = watchPage(page)
  for (let tries = 1; ; tries += 1) {
    const { navigations } = watch
    try {
      return { value: await once(tries === 1) }
    } catch (error) {
      const most = watch.navigations === navigations ? 2 : mostTries
      if (tries >= most || pageFailureReason(page, error) !== 'failed') return { failure: { error } }
    }
  }
}

/** One gap for each reason, however many parts it took. */
export function gapsOf(
  what: ObservationGap['what'],
  page: Page,
  failures: Record<string, { error: unknown } | undefined>,
): ObservationGap[] {
  const gaps = new Map<PageFailureReason, { parts: string[]; message: string; elements?: number }>()
  for (const [part, failure] of Object.entries(failures)) {
    if (!failure) continue
    const { error } = failure
    const reason = pageFailureReason(page, error)
    const gap = gaps.get(reason)
    const elements = error instanceof LookError ? error.elements : undefined
    if (gap) gap.parts.push(part)
    else gaps.set(reason, present({ parts: [part], message: failureMessage(error), elements }))
  }
  return [...gaps].map(([reason, detail]) => ({ what, reason, detail }))
}
