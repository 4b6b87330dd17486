import { assertKnownOptions } from '@contrail/core'

/** When a capture looks at the page after what it recorded. */
export type ProbeMode = 'overlap' | 'await' | 'off'

/** Options of a capture's probes. */
export interface ProbeOptions {
  /**
   * `overlap`: the agent goes on at once and the probe is taken while it thinks; its next action waits for the probe.
   * `await`: the agent gets control back when the probe was taken. `off`: steps are told and nothing is looked at for them,
   * nor for the final answer. Default `overlap`.
   */
  mode?: ProbeMode | undefined
  /**
   * The longest time that the next action waits for a probe, in ms; 0 is not to wait. Default 2,000. After that the
   * action goes on. What the probe brings before the action ended is marked `late`; after that it is thrown away, and
   * the gap `late` is emitted.
   */
  barrierMs?: number | undefined
}

const modes: readonly unknown[] = ['overlap', 'await', 'off']

/**
 * Check and complete how to probe.
 *
 * @throws {TypeError} that says what was expected and what was got
 */
export function toProbeOptions(given: ProbeOptions | undefined): { mode: ProbeMode; barrierMs: number } {
  if (given !== undefined && (typeof given !== 'object' || given === null)) {
    throw new TypeError(`expected probe to be an object such as { mode: 'overlap' }, got ${String(given)}`)
  }
  if (given) assertKnownOptions('probe', given, ['mode', 'barrierMs'])
  const { mode = 'overlap', barrierMs = 2_000 } = given ?? {}
  if (!modes.includes(mode)) {
    throw new TypeError(`expected probe.mode to be 'overlap', 'await' or 'off', got ${mode}`)
  }
  if (!(Number.isFinite(barrierMs) && barrierMs >= 0)) {
    throw new TypeError(`expected probe.barrierMs to be a number of ms from 0 on, got ${String(barrierMs)}`)
  }
  return { mode, barrierMs }
}
