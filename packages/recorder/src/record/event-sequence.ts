import type { Clock, EventSnapshot, JournalEntry } from '@contrail/core'

type RunStarted = Extract<JournalEntry, { type: 'run_started' }>

/** Gives every event its place in the journal: `seq`, wall and monotonic time, and a step its index. */
export class EventSequence {
  /** The first line of the journal. */
  readonly header: RunStarted
  private readonly clock: Clock
  private readonly startedMs: number
  private nextSeq = 1
  private nextStep = 0
  /** The wall time of the last event, and its text: many events are of one millisecond. */
  private lastMs = Number.NaN
  private lastAt = ''

  constructor(clock: Clock, started: RunStarted['event'], redactions?: Record<string, number>) {
    this.clock = clock
    this.startedMs = clock.monotonicMs()
    const place = { seq: 0, at: this.wallTime(), mono: 0, ...(redactions ? { redactions } : {}) }
    this.header = { ...place, type: 'run_started', event: started }
  }

  /** The number of events that have a place, the first line not counted. */
  get count(): number {
    return this.nextSeq - 1
  }

  /** The next place. `mono` is in ms since the run began, to a microsecond. */
  place(redactions?: Record<string, number>): Pick<JournalEntry, 'seq' | 'at' | 'mono' | 'redactions'> {
    const mono = Math.max(0, Math.round((this.clock.monotonicMs() - this.startedMs) * 1000) / 1000)
    const at = this.wallTime()
    return redactions ? { seq: this.nextSeq++, at, mono, redactions } : { seq: this.nextSeq++, at, mono }
  }

  private wallTime(): string {
    const now = this.clock.now()
    const ms = now.getTime()
    if (ms !== this.lastMs) this.lastAt = now.toISOString()
    this.lastMs = ms
    return this.lastAt
  }

  /** The entry of an event. A step without an index of its own gets the next one. */
  enter({ type, event }: EventSnapshot, redactions?: Record<string, number>): JournalEntry {
    const place = this.place(redactions)
    if (type !== 'step_finished') return { ...place, type, event } as JournalEntry
    const { stepIndex, actionName, toolOutput } = event as {
      stepIndex?: number
      actionName: string
      toolOutput: { ok: boolean }
    }
    const step = stepIndex ?? this.nextStep
    this.nextStep = Math.max(this.nextStep, step + 1)
    return { ...place, type, step, action: actionName, ok: toolOutput.ok, event } as JournalEntry
  }
}
