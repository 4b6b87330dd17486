import { z } from 'zod'

// Fields that several events have.

/**
 * A schema's type without the index signature of a loose object, so that callers' interfaces fit and typos are caught.
 * Parsing stays loose: unknown keys are kept.
 */
export type Known<T> = T extends Uint8Array | readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T as string extends K ? never : K]: Known<T[K]> }
    : T

/** The index of a step, from 0. One far beyond any run is a mistake; with a cap the index after it is still a safe integer. */
export const StepIndex = z.number().int().nonnegative().max(1_000_000_000)
/** A duration in ms. */
export const DurationMs = z.number().nonnegative()
/** A moment: ISO, UTC. */
export const Timestamp = z.iso.datetime({ offset: true })
/**
 * The capture that told it, an id of its choice. Looks belong to steps of their own source, and what names no source to what
 * names none: two tabs on one recorder share nothing.
 */
export const sourceField = { source: z.string().optional() }

/** Hex sha256 in small letters. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
