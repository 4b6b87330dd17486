/** Time as Contrail sees it, so that tests can bring their own. `monotonicMs` never jumps; `now` is the wall clock. */
export interface Clock {
  now(): Date
  monotonicMs(): number
}

/** The real clock. */
export const systemClock: Clock = { now: () => new Date(), monotonicMs: () => performance.now() }
