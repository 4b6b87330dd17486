import { mean } from '@contrail/core'
import { align } from './align.ts'
import { expandFrames } from '../expand/expand.ts'
import type { GeneratedTrace } from '../format/frame.ts'
import { matchFrames, type ComparedFrame, type TraceMatch } from './match.ts'
import { parseGeneratedTrace } from '../parse/parse-trace.ts'
import { normalizeSource } from '../format/source-line.ts'
import { showsLocals } from '../format/tokens.ts'

/** The scores of a predicted trace. */
export interface TraceScore {
  /** The prediction has no error. */
  readonly validFormat: boolean
  readonly truncated: boolean
  readonly frames: {
    readonly truth: number
    readonly predicted: number
    /** Aligned, and equal in event and source. */
    readonly matched: number
    /** Predicted, and of no frame of the truth. */
    readonly inserted: number
    /** Of the truth, and not predicted. */
    readonly deleted: number
  }
  /** The first frame, from 0, that differs in event, source, full state or value, or that only one of them has. */
  readonly firstDivergence: number | null
  /** Predicted frames by frames of the truth. */
  readonly lengthRatio: number | null
  /** Frame by frame, states as they stand: what papers report. One frame more makes all later ones wrong. */
  readonly positional: TraceMatch
  /** Paired by edit distance over event and source, states as they stand. */
  readonly aligned: TraceMatch
  /** Frame by frame, with every `..` resolved. */
  readonly expanded: TraceMatch
}

/** A score whose every figure is a mean; of a boolean the share. */
export type MeanTraceScore<Score = TraceScore> = {
  readonly [Key in keyof Score]: Score[Key] extends object ? MeanTraceScore<Score[Key]> : number | null
}

/** A trace that can be scored: the text of a trace, or one that was parsed. */
export type ScorableTrace = string | GeneratedTrace

/** A prediction and what really ran. */
export type ScoredPair =
  | readonly [predicted: ScorableTrace, truth: ScorableTrace]
  | { readonly predicted: ScorableTrace; readonly truth: ScorableTrace }

/** Compare a predicted trace with what really ran. */
export function scoreTrace(predicted: ScorableTrace, truth: ScorableTrace): TraceScore {
  const [guess, real] = [toTrace(predicted), toTrace(truth)]
  const [mine, theirs] = [toComparable(guess), toComparable(real)]
  const partners = alignFrames(theirs.frames, mine.frames)
  const paired = partners.filter((partner) => partner >= 0).length
  const counts = { truth: theirs.frames.length, predicted: mine.frames.length }
  const byPosition = theirs.frames.map((_, index) => (index < counts.predicted ? index : -1))
  return {
    validFormat: guess.wellFormed,
    truncated: guess.truncated,
    frames: {
      ...counts,
      matched: theirs.frames.filter((frame, index) => isSameAction(frame, mine.frames[partners[index] ?? -1])).length,
      inserted: counts.predicted - paired,
      deleted: counts.truth - paired,
    },
    firstDivergence: findDivergence(mine.expanded, theirs.expanded),
    lengthRatio: counts.truth === 0 ? null : counts.predicted / counts.truth,
    positional: matchFrames(mine.frames, theirs.frames, byPosition),
    aligned: matchFrames(mine.frames, theirs.frames, partners),
    expanded: matchFrames(mine.expanded, theirs.expanded, byPosition),
  }
}

/**
 * Mean scores over several predictions, each with its truth: every trace weighs the same. What has nothing to compare in a trace
 * is left out of the mean, and null where no trace has any.
 */
export function scoreTraces(pairs: readonly ScoredPair[]): MeanTraceScore {
  const scores = pairs.map((pair) => ('truth' in pair ? scoreTrace(pair.predicted, pair.truth) : scoreTrace(...pair)))
  return meanOf(scoreTrace('', ''), scores) as MeanTraceScore
}

/** @param shape of what is averaged: its keys count */
function meanOf(shape: unknown, values: readonly unknown[]): unknown {
  if (typeof shape === 'object' && shape !== null) {
    return Object.fromEntries(
      Object.entries(shape).map(([key, part]) => {
        return [
          key,
          meanOf(
            part,
            values.map((value) => (value as Record<string, unknown>)[key]),
          ),
        ]
      }),
    )
  }
  return mean(values.filter((value) => value !== null).map(Number))
}

function toTrace(trace: ScorableTrace): GeneratedTrace {
  return typeof trace === 'string' ? parseGeneratedTrace(trace) : trace
}

function toComparable({ frames }: GeneratedTrace): Record<'frames' | 'expanded', ComparedFrame[]> {
  const plain = frames.map(({ event, source, arg, locals }) => {
    return { event, action: normalizeSource(source), value: arg, state: showsLocals(event) ? locals : null }
  })
  const { frames: whole } = expandFrames(frames)
  // Locals that cannot be read say nothing of the state, whatever was known before them.
  const expanded = plain.map((frame, index) => {
    return { ...frame, state: frame.state && (whole[index]?.state ?? null) }
  })
  return { frames: plain, expanded }
}

function isSameAction(one: ComparedFrame, other: ComparedFrame | undefined): boolean {
  return one.event === other?.event && one.action === other.action
}

function alignFrames(truth: readonly ComparedFrame[], predicted: readonly ComparedFrame[]): number[] {
  const numbers = new Map<string, number>()
  const toNumber = ({ event, action }: ComparedFrame): number => {
    const key = `${event} ${action}`
    const number = numbers.get(key) ?? numbers.size
    numbers.set(key, number)
    return number
  }
  return [...align(Int32Array.from(truth, toNumber), Int32Array.from(predicted, toNumber))]
}

function findDivergence(predicted: readonly ComparedFrame[], truth: readonly ComparedFrame[]): number | null {
  for (let index = 0; index < Math.max(predicted.length, truth.length); index++) {
    const [guess, real] = [predicted[index], truth[index]]
    if (!guess || !real || !isSameAction(guess, real) || guess.value !== real.value) return index
    if (!isSameState(guess.state, real.state)) return index
  }
  return null
}

function isSameState(one: ComparedFrame['state'], other: ComparedFrame['state']): boolean {
  if (!one || !other || one === other) return one === other
  return one.size === other.size && [...one].every(([name, value]) => other.get(name) === value)
}
