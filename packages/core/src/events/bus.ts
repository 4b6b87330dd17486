import * as mittModule from 'mitt'
import type { Emitter } from 'mitt'
import { busKeys, type EvidenceBus, type EvidenceEvents, type EvidenceSink } from './delivery.ts'
import type { EvidenceEvent, EvidenceType } from './events.ts'
import { withheldFrom, withhold } from './withheld.ts'

// mitt's typings declare a CommonJS default under NodeNext, although its module exports the function itself.
const mitt = mittModule.default as unknown as () => Emitter<EvidenceEvents>

/** Hears of a listener of the user's that threw or rejected. */
export type ListenerErrorHandler = (message: string, cause: unknown) => void

/**
 * Create the typed bus that agent code emits evidence onto.
 *
 * It is a mitt emitter with two promises more: delivery is ordered (an event that a listener emits is delivered
 * after the current one has reached everybody) and isolating (a listener that throws stops nobody else).
 *
 * @param options.onListenerError hears of every failed listener; default: `console.warn`
 * @example
 * const bus = createEvidenceBus()
 * const recorder = new TrajectoryRecorder({ taskSpec, bus })
 * await agent.execute({ callbacks: { onEvidence: busSink(bus) } })
 */
export function createEvidenceBus(options: { onListenerError?: ListenerErrorHandler } = {}): EvidenceBus {
  const { onListenerError = warn } = options
  const bus = mitt()
  const waiting: { key: keyof EvidenceEvents; payload: unknown }[] = []
  let delivering = false

  const emit = (key: keyof EvidenceEvents, payload?: unknown): void => {
    waiting.push({ key, payload })
    if (delivering) return
    delivering = true
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) deliver(next.key, next.payload)
    } finally {
      delivering = false
    }
  }

  const deliver = (key: keyof EvidenceEvents, payload: unknown): void => {
    for (const listener of [...(bus.all.get(key) ?? [])]) {
      contain(key, () => (listener as (payload: unknown) => unknown)(payload))
    }
    for (const listener of [...(bus.all.get('*') ?? [])]) {
      contain(key, () => (listener as (key: string, payload: unknown) => unknown)(key, payload))
    }
  }

  const contain = (key: string, call: () => unknown): void => {
    const failed = (cause: unknown): void => {
      try {
        onListenerError(`evidence listener failed for ${key}`, cause)
      } catch {
        // The one who would have told of the failure failed; the event itself was delivered.
      }
    }
    try {
      const outcome = call()
      if (isThenable(outcome)) outcome.then(undefined, failed)
    } catch (cause) {
      failed(cause)
    }
  }

  return { all: bus.all, on: bus.on, off: bus.off, emit }
}

/**
 * Turn a bus into a sink: what is given to the sink is emitted under the bus key of its type. What is no event of ours
 * is emitted as a gap (`invalid_event`) that holds it.
 * The sink is listening as long as the bus has a listener for any of our events, or for `*`.
 *
 * @example
 * const onEvidence = busSink(createEvidenceBus())
 * await onEvidence({ type: 'gap', what: 'probe', reason: 'page_closed' })
 */
export function busSink(bus: EvidenceBus): EvidenceSink {
  const sink: EvidenceSink = (event) => {
    const { key, payload } = addressed(event)
    bus.emit(key, payload as never)
  }
  sink.beforeFinish = (settle) => {
    const waiting = unsettled.get(bus) ?? new Set()
    unsettled.set(bus, waiting.add(settle))
  }
  sink.recording = bus
  sink.isListening = () => ['*' as const, ...Object.values(busKeys)].some((key) => (bus.all.get(key)?.length ?? 0) > 0)
  return sink
}

/** Who tells events to a bus in the background, and how each is brought to tell them now. */
const unsettled = new WeakMap<EvidenceBus, Set<() => PromiseLike<unknown>>>()

/**
 * Have everybody who tells events to a bus through `busSink` tell what is still to come, such as a probe that is being taken.
 * Never rejects.
 *
 * @returns undefined when there is nobody to wait for
 */
export function settleBus(bus: EvidenceBus): Promise<unknown> | undefined {
  const waiting = unsettled.get(bus)
  // Each asks anew when it has more to tell, so that a bus does not keep what is over.
  unsettled.delete(bus)
  return waiting && Promise.allSettled([...waiting].map(async (settle) => settle()))
}

function addressed(event: EvidenceEvent): { key: keyof EvidenceEvents; payload: unknown } {
  try {
    const { type, ...payload } = event
    if (Object.hasOwn(busKeys, type)) return { key: busKeys[type], payload: withhold(payload, withheldFrom(event)) }
  } catch {
    // Nothing is lost: the field that cannot be read is met again, and marked, by whoever records the gap.
  }
  return { key: busKeys.gap, payload: { what: 'event', reason: 'invalid_event', detail: { event } } }
}

/**
 * Hear every event of a bus, in the order of emission.
 *
 * @returns a function that stops listening
 */
export function listenToBus(bus: EvidenceBus, hear: (type: EvidenceType, payload: unknown) => void): () => void {
  const stops = (Object.keys(busKeys) as EvidenceType[]).map((type) => {
    const key = busKeys[type]
    const listener = (payload: unknown): void => hear(type, payload)
    bus.on(key, listener)
    return () => bus.off(key, listener)
  })
  return () => stops.forEach((stop) => stop())
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}

/** Tell of a failure where nobody else wants to hear of it. */
export function warn(message: string, cause: unknown): void {
  console.warn(message, cause)
}
