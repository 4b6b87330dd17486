import type { BenchPart } from './figure.ts'
import { growthFigure, linear } from './growth-figure.ts'
import { inChild } from './in-child.ts'
import { medianOf } from './statistics.ts'

/** The numbers of events that a page floods a recorder with. */
const sizes = [100, 1_000, 10_000, 100_000]

/** The cost of what a busy page does by itself. */
export interface BusyPage {
  /** Of a step with 300 ms of thinking, in ms, one for each round. */
  readonly bareMs: readonly number[]
  /** Playwright is listened to, and nothing is done with what it tells. */
  readonly heardMs: readonly number[]
  readonly offMs: readonly number[]
  readonly allMs: readonly number[]
  /** Bytes of the script's steps in the shop, and those of them that tell what the page did. */
  readonly sizeBytes: number
  readonly eventsBytes: number
}

/** The cost of so many events, all different, on their way to the disk. */
export interface Flooded {
  readonly size: number
  /** Of our own thread, in all. */
  readonly cpuMs: number
  /** The memory that was held afterwards more than before. */
  readonly heldBytes: number
}

/** The cost of recording what a page does by itself. */
export const environmentPart: BenchPart = {
  name: 'environment',
  run: async (options) => {
    const { isQuick, progress, directory, rounds = isQuick ? 3 : 15, steps = isQuick ? 10 : 50 } = options
    progress('a page with 300 requests and 300 lines on the console a step')
    const busy = await inChild<BusyPage>('busy-page', { directory, rounds, steps }, options)
    const flooded: Flooded[] = []
    for (const size of sizes) {
      progress(`${size.toLocaleString('en')} events of a page`)
      flooded.push(await inChild<Flooded>('flood-page-events', { directory, size }, options, ['--expose-gc']))
    }
    options.keepRun?.({ busy, flooded })
    const ratioOf = (one: readonly number[], other: readonly number[]): number => medianOf(one) / medianOf(other)
    const largest = flooded.at(-1)!
    return [
      {
        name: 'step of a busy page, thinking 300 ms: of the bare one',
        unit: 'x',
        median: ratioOf(busy.allMs, busy.bareMs),
        runs: rounds,
        target: { atMost: 1.02 },
        note: '300 requests and 300 lines a step, all recorded; the probe after each is in it too; medians, for requests take now longer and now shorter',
      },
      {
        name: 'step of a busy page, thinking 300 ms: listened to and nothing done, of the bare one',
        unit: 'x',
        median: ratioOf(busy.heardMs, busy.bareMs),
        runs: rounds,
        note: "Playwright's own listeners: the floor of whoever hears a page",
      },
      {
        name: 'step of a busy page, thinking 300 ms: of the same without events of the page',
        unit: 'x',
        median: ratioOf(busy.allMs, busy.offMs),
        runs: rounds,
        target: { atMost: 1.02 },
        note: 'the cost of watching alone',
      },
      {
        name: 'our thread for an event of a page',
        unit: 'ms',
        median: largest.cpuMs / largest.size,
        target: { atMost: 0.1 },
        note: `of ${largest.size.toLocaleString('en')} different ones in steps of 1,000`,
      },
      {
        name: `bytes that they add to ${steps} steps in the shop`,
        unit: '%',
        median: (busy.eventsBytes / (busy.sizeBytes - busy.eventsBytes)) * 100,
        target: { atMost: 2 },
      },
      growthFigure(
        'our thread for events of a page',
        'ms',
        flooded.map(({ size, cpuMs }) => ({ size, cost: cpuMs })),
        { of: 'events', target: linear },
      ),
      growthFigure(
        'memory held after events of a page',
        'KB',
        flooded.map(({ size, heldBytes }) => ({ size, cost: Math.max(1, Math.round(heldBytes / 1_000)) })),
        { of: 'events', note: 'of one recorder that is still open' },
      ),
    ]
  },
}
