import { countEach, type ImageReference, type Trajectory } from '@contrail/core'
import type { ActionKind } from '../run/action-kinds.ts'
import { readRun, type StepFacts } from '../run/run.ts'
import { rounded } from '../run/texts.ts'
import { placesMet } from './strategy.ts'

/**
 * The measures of how the work was done, whatever came of it. Shares are from 0 to 1 with 3 digits, and null where
 * there is nothing to take a share of.
 */
export interface ProcessMetrics {
  readonly steps: number
  /** Steps that repeat an earlier one exactly, of all. */
  readonly redundancy: number | null
  /** Steps that were redundant or failed, each counted once, of all. */
  readonly waste: number | null
  /** Changes of the place (file or address) between a step and the next that met one, of all such neighbours. */
  readonly pivots: number | null
  /** Actions, writes and submissions that a look, a read or a test follows before the next of them, of all of them. */
  readonly verification: number | null
  /**
   * The entropy of the kinds of actions, H = -Σ p log2 p, divided by log2 of the number of kinds that were used: 1 for all equally often. Null for
   * fewer than two kinds: one repeated action is neither focus nor chaos.
   */
  readonly entropy: number | null
  /** The harmonic mean of 1 - waste and verification: both must be high. Null where one of them is. */
  readonly reliability: number | null
}

/** Measure how a run was done, from its steps alone. */
export function processMetrics(
  trajectory: Trajectory<ImageReference>,
  options: { readonly actionKinds?: Readonly<Record<string, ActionKind>> | undefined } = {},
): ProcessMetrics {
  const { steps, pages } = readRun(trajectory, options.actionKinds)
  const seen = new Set<string>()
  let redundant = 0
  let wasted = 0
  for (const { key, ok } of steps) {
    const isRepeat = seen.has(key)
    seen.add(key)
    if (isRepeat) redundant += 1
    if (isRepeat || !ok) wasted += 1
  }
  const placed = steps.filter(({ path, after }) => path !== undefined || after?.url !== undefined)
  const waste = share(wasted, steps.length)
  const verification = verificationOf(steps)
  return {
    steps: steps.length,
    redundancy: told(share(redundant, steps.length)),
    waste: told(waste),
    pivots: told(share(placesMet(placed, pages).length - 1, placed.length - 1)),
    verification: told(verification),
    entropy: told(entropyOf(steps)),
    reliability: told(waste === null || verification === null ? null : harmonic(1 - waste, verification)),
  }
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null
}

function told(value: number | null): number | null {
  return value === null ? null : rounded(value)
}

function harmonic(one: number, other: number): number {
  return one + other === 0 ? 0 : (2 * one * other) / (one + other)
}

function verificationOf(steps: readonly StepFacts[]): number | null {
  let changes = 0
  let verified = 0
  let isOpen = false
  for (const { kind, ok } of steps) {
    if (kind === 'act' || kind === 'write' || kind === 'submit') {
      changes += 1
      isOpen = true
    } else if (isOpen && ok && (kind === 'look' || kind === 'read' || kind === 'test')) {
      verified += 1
      isOpen = false
    }
  }
  return share(verified, changes)
}

function entropyOf(steps: readonly StepFacts[]): number | null {
  const counts = countEach(steps.map(({ kind = 'other' }) => kind))
  if (counts.size < 2) return null
  let bits = 0
  for (const count of counts.values()) bits -= (count / steps.length) * Math.log2(count / steps.length)
  return bits / Math.log2(counts.size)
}
