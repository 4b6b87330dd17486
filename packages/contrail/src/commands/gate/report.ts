import { formatDuration } from '@contrail/core'
import { formatInteger, formatStepNumbers } from '../../terminal/format.ts'
import { toPrintable } from '../../terminal/printable.ts'
import type { StepFacts } from '../facts/step-facts.ts'
import type { BrokenRule } from './rules.ts'

/** A recording that was held against the rules. */
export interface GatedRun {
  readonly directory: string
  readonly runId: string
  readonly taskId: string
  readonly passed: boolean
  readonly broken: readonly BrokenRule[]
  readonly status?: string
  readonly steps?: number
  readonly firstFailure?: FailureInShort | null
  /** The reason why it could not be read. */
  readonly error?: { readonly code: string; readonly message: string }
}

/** A failure in short. */
export type FailureInShort = Pick<StepFacts, 'step' | 'action' | 'target' | 'error'>

/** All that a gate found. */
export interface GateReport {
  readonly passed: boolean
  /** Rules that the recordings break together. */
  readonly broken: readonly BrokenRule[]
  readonly recordings: readonly GatedRun[]
}

/** `--max-failed 0, got 2 at steps 3, 5`: a rule as it was typed, and what was there. */
export function describeBroken({ rule, limit, got, steps }: BrokenRule): string {
  const at = steps.length === 0 ? '' : ` at step${steps.length === 1 ? '' : 's'} `
  const numbers = formatStepNumbers(
    steps.map((index) => index + 1),
    60,
  )
  const words = [limit, got].map((value) => inWords(rule, value))
  // Two durations that read the same differ in their milliseconds.
  const [most, found] = words[0] === words[1] ? [limit, got].map((value) => `${value} ms`) : words
  return toPrintable(`${rule} ${most}, got ${found}${at}${numbers}`, 400)
}

function inWords(rule: string, value: number | string): string {
  if (typeof value === 'string') return rule === '--forbid' ? `'${value}'` : value
  if (rule === '--max-duration') return formatDuration(value)
  return rule === '--max-cost' ? `$${value}` : formatInteger(value)
}
