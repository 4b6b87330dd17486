import { mean } from '@contrail/core'
import { showsLocals, type TraceEvent } from '../format/tokens.ts'

/** Shares from 0 to 1; null where there is nothing to compare. A frame of the truth without a partner counts 0. */
export interface TraceMatch {
  /** Of the predicted call and line frames: the locals are a JSON object. */
  readonly validJson: number | null
  /** Of the truth's call and line frames: the same names with the same values. */
  readonly stateExact: number | null
  /** The mean of names in both by names in either; two empty states have 1. */
  readonly keyMatch: number | null
  /** The same of names with their values. */
  readonly keyValueMatch: number | null
  /** Of all frames of the truth: the same source, but for blanks at its end. */
  readonly actionExact: number | null
  /** Of all frames of the truth: the same event. */
  readonly eventMatch: number | null
  /** Of the truth's return and exception frames: the same value. */
  readonly valueMatch: number | null
}

/** A frame as it is compared. */
export interface ComparedFrame {
  readonly event: TraceEvent
  /** Its normalised source. */
  readonly action: string
  readonly value: string | null
  /** Null of a return or exception, and where the locals cannot be read. */
  readonly state: ReadonlyMap<string, string> | null
}

/** Compare predicted frames with those of the truth. */
export function matchFrames(
  predicted: readonly ComparedFrame[],
  truth: readonly ComparedFrame[],
  /** For each frame of the truth the place of its partner, or -1. */
  partners: readonly number[],
): TraceMatch {
  const pairs = truth.map((real, index) => ({ real, guess: predicted[partners[index] ?? -1] }))
  const states = pairs.flatMap(({ real, guess }) => (real.state ? [overlap(real.state, guess?.state ?? null)] : []))
  const values = pairs.filter(({ real }) => !showsLocals(real.event))
  return {
    validJson: mean(predicted.filter(({ event }) => showsLocals(event)).map(({ state }) => Number(state !== null))),
    stateExact: mean(states.map(({ pairs: shared }) => Number(shared === 1))),
    keyMatch: mean(states.map(({ names }) => names)),
    keyValueMatch: mean(states.map(({ pairs: shared }) => shared)),
    actionExact: mean(pairs.map(({ real, guess }) => Number(real.action === guess?.action))),
    eventMatch: mean(pairs.map(({ real, guess }) => Number(real.event === guess?.event))),
    valueMatch: mean(values.map(({ real, guess }) => Number(hasValue(guess) && guess.value === real.value))),
  }
}

function hasValue(frame: ComparedFrame | undefined): frame is ComparedFrame {
  return frame !== undefined && !showsLocals(frame.event)
}

/** The Jaccard index of the names of two states, and of their names with values. A missing state has 0. */
function overlap(
  one: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string> | null,
): { names: number; pairs: number } {
  if (!other) return { names: 0, pairs: 0 }
  let [names, pairs] = [0, 0]
  for (const [name, value] of one) {
    if (!other.has(name)) continue
    names++
    if (other.get(name) === value) pairs++
  }
  const count = one.size + other.size
  return { names: jaccard(names, count), pairs: jaccard(pairs, count) }
}

/** @param count the sizes of both sets together */
function jaccard(shared: number, count: number): number {
  return count === 0 ? 1 : shared / (count - shared)
}
