import type { Page } from 'playwright'
import type { TakenByAgent } from '../observe/seen-by-model.ts'
import { urlOf } from '../page/watch.ts'

/** An action, and what was still to be told when it was called. */
export interface Arrival {
  readonly page: Page
  /** Of the capture whose chain it is, which tells its step next; another capture's changes the page and nothing else. */
  readonly isOwn: boolean
  readonly told: Promise<void> | undefined
  readonly probe: PendingProbe | undefined
}

/**
 * A promise that is waited for, with the function that resolves it. Published types may be read by who has the library
 * of 2022 alone.
 */
interface Settling {
  readonly promise: Promise<void>
  readonly resolve: (by?: PromiseLike<void>) => void
}

/** A look that is still to be taken, or told. */
export interface PendingProbe {
  page: Page
  url: string
  /** `taking`: it is looking now. `over`: told or given up. */
  state: 'asked' | 'starting' | 'taking' | 'over'
  /** An action began after it was asked for. */
  isOvertaken: boolean
  /** An action ran while it was looking. */
  isLate: boolean
  readonly over: Settling
  /** Somebody waits for it. */
  readonly isWanted: Settling
  /** Tells the parts of it that are there. */
  soFar?: () => ((late: boolean) => Promise<void>) | undefined
  claimed?: Promise<void>
  taken?: TakenByAgent | undefined
}

/** Ask for a look at a page as it is now. */
export function createProbe(page: Page): PendingProbe {
  return {
    page,
    url: urlOf(page) ?? '',
    state: 'asked',
    isOvertaken: false,
    isLate: false,
    over: Promise.withResolvers<void>(),
    isWanted: Promise.withResolvers<void>(),
  }
}

/** Tells whether a probe was neither emitted nor given up: that may happen while it is looking. */
export function isOpen({ state }: PendingProbe): boolean {
  return state !== 'over'
}
