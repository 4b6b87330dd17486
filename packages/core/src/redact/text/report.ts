import type { RedactionKind } from './placeholder.ts'

/** Is told a secret of a text: `[start, end)`. `value` is what it says where that is not the text of that range. */
export type Report = (start: number, end: number, kind: RedactionKind, value?: string) => void

/** A secret in a text, from `start` to `end` (exclusive). */
export interface FoundSecret {
  readonly start: number
  readonly end: number
  readonly kind: RedactionKind
}
