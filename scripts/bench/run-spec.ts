import type { Variant } from './recorders/variants.ts'

/** The run that one process is to make. */
export interface RunSpec {
  readonly variant: Variant
  /** Of the shop. */
  readonly origin: string
  readonly steps: number
  /** The time that the model takes after each step. */
  readonly thinkMs: number
  /** An empty folder for its files. */
  readonly directory: string
  /** True where every step shows its number on the page, in its aria tree and its pixels. */
  readonly isNumbered?: boolean
}

/** The reports of the process, one before each wait for an order. */
export interface Told {
  loop: { readonly chromium: string }
  finish: {
    /** From the first action to the last evidence, less the time given to the model. */
    readonly loopMs: number
    /** The address of the page after each step. */
    readonly urls: readonly string[]
    /** When each step was over, ms since 1970. */
    readonly stepEndsMs: readonly number[]
  }
  close: { readonly finishMs: number }
}
