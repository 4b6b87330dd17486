import type { EvidenceSink } from './delivery.ts'
import type { EvidenceEvent } from './events.ts'
import { warn, type ListenerErrorHandler } from './bus.ts'
import { takeBack } from './hand-over.ts'
import { withTimeLimit } from '../time-limit.ts'

/** A sink that can neither throw nor reject nor be waited for without end. */
export interface GuardedSink {
  /** Resolves when the user's sink has answered, at the latest after the time limit. Never rejects. */
  (event: EvidenceEvent): Promise<void>
  /** The same object for all sinks that lead into one recording. */
  readonly recording: object
  /** Tells whether anybody would hear an event now. Always false without a sink. */
  isListening(): boolean
  /** Ask to be waited for before the recording ends, where the sink can be asked. */
  beforeFinish(settle: () => PromiseLike<unknown>): void
}

/**
 * Contain a sink of the user's. Every event is handed over at once, in order; what the sink makes of it cannot hurt the
 * agent: a throw or a rejection is reported as `onEvidence callback failed for <type>`, and a sink that does not answer
 * is waited for once and then not again until it has answered. What was handed over is taken back from a sink that does not
 * say that it `takesOver`.
 *
 * @param sink without one every delivery is a no-op and nobody is listening
 * @param options.timeoutMs how long one delivery may hold the caller; default 10,000
 * @param options.onFailure hears of every failed delivery; default `console.warn`
 * @throws {TypeError} when the sink is no function, or `timeoutMs` not a positive number
 */
export function guardSink(
  sink: EvidenceSink | undefined,
  options: { timeoutMs?: number | undefined; onFailure?: ListenerErrorHandler | undefined } = {},
): GuardedSink {
  if (sink !== undefined && typeof sink !== 'function') {
    const hint = typeof (sink as { emit?: unknown } | null)?.emit === 'function' ? '; for a bus use busSink(bus)' : ''
    throw new TypeError(
      `expected a sink to be a function or undefined, got ${sink === null ? 'null' : typeof sink}${hint}`,
    )
  }
  const { timeoutMs = 10_000, onFailure = warn } = options
  if (!(Number.isFinite(timeoutMs) && timeoutMs > 0)) {
    throw new TypeError(`expected timeoutMs to be a positive number of milliseconds, got ${String(timeoutMs)}`)
  }
  /** Deliveries that were given up on and have not been answered since. */
  let unanswered = 0

  const report = (what: string, cause: unknown): void => {
    try {
      onFailure(`onEvidence callback failed for ${what}`, cause)
    } catch {
      // The one who would have told of the failure failed; the event itself was handed over.
    }
  }

  const guarded = async (event: EvidenceEvent): Promise<void> => {
    if (!sink) return
    const failed = (cause: unknown): void => report(event.type, cause)
    let answer: void | PromiseLike<void>
    try {
      if (sink.takesOver !== true) takeBack(event)
      answer = sink(event)
    } catch (cause) {
      return failed(cause)
    }
    const answered = Promise.resolve(answer).then(nothing, failed)
    if (unanswered > 0) return
    try {
      await withTimeLimit(timeoutMs, () => answered)
    } catch {
      // What was not answered in time: `answered` itself never rejects.
      unanswered += 1
      void answered.then(() => {
        unanswered -= 1
      })
      failed(new Error(`no answer within ${timeoutMs} ms; it is not waited for until it answers`))
    }
  }

  guarded.recording = recordingOf(sink) ?? {}

  guarded.isListening = (): boolean => {
    if (!sink) return false
    try {
      return sink.isListening?.() ?? true
    } catch (cause) {
      report('isListening', cause)
      return true
    }
  }

  guarded.beforeFinish = (settle: () => PromiseLike<unknown>): void => {
    try {
      sink?.beforeFinish?.(settle)
    } catch (cause) {
      report('beforeFinish', cause)
    }
  }

  return guarded
}

function recordingOf(sink: EvidenceSink | undefined): object | undefined {
  try {
    return sink?.recording ?? sink
  } catch {
    return sink // a getter of the user's that throws names no recording
  }
}

function nothing(): void {}
