import { setImmediate } from 'node:timers/promises'
import mitt from 'mitt'
import { expect, test } from 'vitest'
import { busKeys } from '../../src/events/delivery.ts'
import {
  busSink,
  createEvidenceBus,
  listenToBus,
  type EvidenceBus,
  type EvidenceEvent,
  type StepFinishedEvent,
} from '../../src/index.ts'

const gap = (reason: string) => ({ what: 'probe' as const, reason })
const observed = (url: string) => ({ url })

/** A bus that keeps what its listeners did wrong. */
function watchedBus(): { bus: EvidenceBus; failures: [string, unknown][] } {
  const failures: [string, unknown][] = []
  const bus = createEvidenceBus({ onListenerError: (message, cause) => failures.push([message, cause]) })
  return { bus, failures }
}

test('a listener hears the events of its key, in the order they were emitted', () => {
  const { bus } = watchedBus()
  const heard: string[] = []
  bus.on('agent_gap_event', ({ reason }) => heard.push(reason))
  bus.emit('agent_gap_event', gap('1'))
  bus.emit('agent_step_observed_event', observed('elsewhere'))
  bus.emit('agent_gap_event', gap('2'))
  expect(heard).toStrictEqual(['1', '2'])
})

test('an event that a listener emits does not overtake the one that is being delivered', () => {
  const { bus } = watchedBus()
  const heard: string[] = []
  bus.on('agent_step_observed_event', ({ url }) => {
    heard.push(`first hears ${url}`)
    if (url === 'a') {
      bus.emit('agent_step_observed_event', observed('b'))
      bus.emit('agent_gap_event', gap('c'))
    }
  })
  bus.on('agent_gap_event', ({ reason }) => heard.push(`gap ${reason}`))
  bus.on('agent_step_observed_event', ({ url }) => heard.push(`second hears ${url}`))
  bus.on('*', (key) => heard.push(`any hears ${key}`))
  bus.emit('agent_step_observed_event', observed('a'))
  expect(heard).toStrictEqual([
    'first hears a',
    'second hears a',
    'any hears agent_step_observed_event',
    'first hears b',
    'second hears b',
    'any hears agent_step_observed_event',
    'gap c',
    'any hears agent_gap_event',
  ])
})

test('a listener that throws or rejects stops nobody else, is reported, and never reaches the agent', async () => {
  const { bus, failures } = watchedBus()
  const heard: string[] = []
  bus.on('agent_gap_event', () => {
    throw new Error('thrown')
  })
  bus.on('agent_gap_event', () => Promise.reject(new Error('rejected')) as never)
  bus.on('agent_gap_event', () => new Proxy({}, { get: () => expect.unreachable() }) as never)
  bus.on('*', () => {
    throw new Error('thrown by any')
  })
  bus.on('agent_gap_event', ({ reason }) => heard.push(reason))
  bus.emit('agent_gap_event', gap('x'))
  expect(heard).toStrictEqual(['x'])
  await setImmediate()
  expect(failures.map(([message]) => message)).toStrictEqual(
    Array.from({ length: 4 }, () => 'evidence listener failed for agent_gap_event'),
  )
  expect(failures.map(([, cause]) => (cause as Error).message)).toStrictEqual(
    expect.arrayContaining(['thrown', 'rejected', 'thrown by any']),
  )
})

test('who is told of failures may fail as well: delivery goes on', async () => {
  const heard: string[] = []
  const bus = createEvidenceBus({
    onListenerError: () => {
      throw new Error('the reporter is broken too')
    },
  })
  bus.on('agent_gap_event', () => Promise.reject(new Error('rejected')) as never)
  bus.on('agent_gap_event', () => {
    throw new Error('thrown')
  })
  bus.on('agent_gap_event', ({ reason }) => heard.push(reason))
  bus.emit('agent_gap_event', gap('1'))
  // An unhandled rejection would fail this run.
  await setImmediate()
  bus.emit('agent_gap_event', gap('2'))
  expect(heard).toStrictEqual(['1', '2'])
})

test('a listener for * hears every key, also ones of others', () => {
  const { bus } = watchedBus()
  const heard: unknown[] = []
  bus.on('*', (key, payload) => heard.push([key, payload]))
  bus.emit('agent_gap_event', gap('1'))
  bus.emit('some_other_event' as 'agent_gap_event', gap('2'))
  expect(heard).toStrictEqual([
    ['agent_gap_event', gap('1')],
    ['some_other_event', gap('2')],
  ])
})

test('off() stops one listener, or all of a key, also in the middle of a delivery of the next event', () => {
  const { bus } = watchedBus()
  const heard: string[] = []
  const once = ({ reason }: { reason: string }): void => {
    heard.push(`once ${reason}`)
    bus.off('agent_gap_event', once)
    bus.emit('agent_gap_event', gap('2'))
  }
  bus.on('agent_gap_event', once)
  bus.on('agent_gap_event', ({ reason }) => heard.push(`always ${reason}`))
  bus.emit('agent_gap_event', gap('1'))
  expect(heard).toStrictEqual(['once 1', 'always 1', 'always 2'])
  bus.off('agent_gap_event')
  bus.emit('agent_gap_event', gap('3'))
  expect(heard).toHaveLength(3)
})

const one: Record<EvidenceEvent['type'], EvidenceEvent> = {
  step_finished: { type: 'step_finished', actionName: 'a', actionArgs: {}, reasoning: '', toolOutput: { ok: true } },
  screenshot: { type: 'screenshot', screenshot: Uint8Array.of(1), url: 'u' },
  step_observed: { type: 'step_observed', url: 'u' },
  turn_finished: { type: 'turn_finished', turnId: 't' },
  final_answer: { type: 'final_answer', message: 'm' },
  page_event: { type: 'page_event', kind: 'page_closed', url: 'u', pageId: 'p1' },
  gap: { type: 'gap', what: 'event', reason: 'r' },
}

test.each(Object.values(one))('a sink of a bus emits $type under its key, the type taken off', (event) => {
  const { bus } = watchedBus()
  const heard: unknown[] = []
  bus.on('*', (key, payload) => heard.push([key, payload]))
  expect(busSink(bus)(event)).toBeUndefined()
  const { type, ...payload } = event
  expect(heard).toStrictEqual([[busKeys[type], payload]])
})

test('what is given to a sink and is no event becomes a gap that holds it', () => {
  const { bus } = watchedBus()
  const heard: unknown[] = []
  bus.on('*', (key, payload) => heard.push([key, payload]))
  const sink = busSink(bus) as (event: unknown) => void
  const unreadable = Object.defineProperty({ type: 'gap' }, 'what', {
    enumerable: true,
    get: () => expect.unreachable(),
  })
  const strangers = [{ type: 'page_scrolled', top: 3 }, null, 'text', { type: 'toString' }, unreadable]
  for (const stranger of strangers) sink(stranger)
  expect(heard).toHaveLength(strangers.length)
  for (const [index, event] of strangers.entries()) {
    const [key, payload] = heard[index] as [string, { what: string; reason: string; detail: { event: unknown } }]
    expect([key, payload.what, payload.reason]).toStrictEqual(['agent_gap_event', 'event', 'invalid_event'])
    expect(payload.detail.event).toBe(event)
  }
})

test('a sink is listening as long as its bus has a listener for any of our events, or for *', () => {
  const { bus } = watchedBus()
  const sink = busSink(bus)
  expect(sink.isListening?.()).toBe(false)
  for (const key of [...Object.values(busKeys), '*' as const]) {
    const listener = (): void => undefined
    bus.on(key as 'agent_gap_event', listener)
    expect(sink.isListening?.()).toBe(true)
    bus.off(key as 'agent_gap_event', listener)
    expect(sink.isListening?.()).toBe(false)
  }
  bus.on('some_other_event' as 'agent_gap_event', () => undefined)
  expect(sink.isListening?.()).toBe(false)
})

test('listening to a bus hears every type in the order of emission, until it is stopped', () => {
  const { bus } = watchedBus()
  const heard: string[] = []
  const stop = listenToBus(bus, (type) => heard.push(type))
  for (const event of Object.values(one)) busSink(bus)(event)
  expect(heard).toStrictEqual(Object.keys(busKeys))
  stop()
  busSink(bus)(one.gap)
  expect(heard).toHaveLength(7)
  expect(busSink(bus).isListening?.()).toBe(false)
})

test('a mitt bus of the user is an evidence bus too', () => {
  const make = mitt as unknown as () => EvidenceBus
  const bus = make()
  const heard: StepFinishedEvent[] = []
  bus.on('agent_step_finished_event', (event) => heard.push(event))
  busSink(bus)(one.step_finished)
  expect(heard).toMatchObject([{ actionName: 'a' }])
})

test('payloads are typed by their key', () => {
  const { bus } = watchedBus()
  bus.on('agent_screenshot_taken_event', ({ screenshot, evidenceRole }) => {
    const bytes: Uint8Array = screenshot
    const role: 'agent' | 'probe' | 'agent_and_probe' | undefined = evidenceRole
    return [bytes, role]
  })
  // @ts-expect-error an unknown key
  bus.emit('agent_scrolled_event', {})
  // @ts-expect-error a screenshot needs its bytes
  bus.emit('agent_screenshot_taken_event', { url: 'u' })
  expect(bus.all.size).toBe(1)
})
