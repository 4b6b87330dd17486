import type { Variant } from './recorders/variants.ts'

/** What one process is to run. */
export interface RunSpec {
  readonly variant: Variant
  /** Of the shop. */
  readonly origin: string
  readonly steps: number
  /** How long the model takes after each step. */
  readonly thinkMs: number
  /** Where its files go: an empty folder. */
  readonly directory: string
  /** Whether every step shows its number on the page, in its aria tree and its pixels. */
  readonly isNumbered?: boolean
}

/** What the process tells of itself, before it waits for an order. */
export interface Told {
  loop: { readonly chromium: string }
  finish: {
    /** From the first action to the last evidence, less the time given to the model. */
    readonly loopMs: number
    /** Where the page was after each step. */
    readonly urls: readonly string[]
    /** When each step was over, ms since 1970. */
    readonly stepEndsMs: readonly number[]
  }
  close: { readonly finishMs: number }
}
