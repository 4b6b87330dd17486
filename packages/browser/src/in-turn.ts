import type { Page } from 'playwright'
import { withTimeLimit } from './page/time-limit.ts'

const lastShots = new WeakMap<Page, Promise<unknown>>()

/**
 * Take pictures of a page one after the other: what is covered for one must not be missing in another, which a model may be
 * given. Each has `limitMs` from its start; the next does not wait for longer.
 */
export function inTurn<T>(page: Page, limitMs: number, shoot: () => Promise<T>): Promise<T> {
  const before = lastShots.get(page) ?? Promise.resolve()
  const shot = before.then(shoot, shoot)
  // Who waits gives up on a picture that hangs, not on those after it.
  lastShots.set(
    page,
    withTimeLimit(limitMs, () => before.then(() => shot)).catch(() => {}),
  )
  return shot
}
