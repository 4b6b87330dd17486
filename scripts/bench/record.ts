import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchOptions, BenchPart, Figure } from './figure.ts'
import { growthFigure, growthSizes } from './growth-figure.ts'
import { inChild } from './in-child.ts'
import { medianOf } from './statistics.ts'

const step = '2 x 150 KB + 4 KB'

/**
 * The cost of an ack beside the same files and syncs written by hand, and the number of events that become durable in a
 * second.
 */
export const recordPart: BenchPart = {
  name: 'record',
  run: async (options) => [...(await acks(options)), ...(await ackGrowth(options)), ...(await events(options))],
}

type Way = 'ours' | 'byHand' | 'byHandTogether'

async function acks({ isQuick, directory, progress }: BenchOptions): Promise<Figure[]> {
  progress('acks: a recorder and a hand in turns')
  const ways: readonly Way[] = ['ours', 'byHand', 'byHandTogether']
  const place = join(directory, 'acks')
  const times = await inChild<Record<Way | 'taking', number[]>>(
    'record-acks',
    { directory: place, steps: isQuick ? 100 : 600, ways },
    { isQuick },
  )
  await rm(place, { recursive: true, force: true })
  const figure = (what: keyof typeof times, name: string): Figure => {
    return { name, unit: 'ms', median: medianOf(times[what]), min: Math.min(...times[what]), runs: times[what].length }
  }
  const ours = figure('ours', `record() to durable ack, ${step}`)
  const oneByOne = figure('byHand', `${step} by hand, one file after the other`)
  const together = figure('byHandTogether', `${step} by hand, both files at once`)
  return [
    ours,
    figure('taking', `${step}: of it inside record(), before it returns`),
    together,
    oneByOne,
    {
      name: 'record() to durable ack / by hand, both files at once',
      unit: 'x',
      median: ours.median / together.median,
      runs: times.ours.length,
      target: { atMost: 1.2 },
      note: 'the same files, bytes and syncs in turns, both frames at once as ours are; ours is also copied, hashed, redacted and checked',
    },
    {
      name: 'record() to durable ack / by hand, one file after the other',
      unit: 'x',
      median: ours.median / oneByOne.median,
      runs: times.ours.length,
    },
  ]
}

/** The cost of an ack when so many steps are recorded already. */
async function ackGrowth({ directory, progress, ...options }: BenchOptions): Promise<Figure[]> {
  const sizes = growthSizes(options)
  progress(`acks over ${sizes.at(-1)} steps`)
  const place = join(directory, 'ack-growth')
  const args = { directory: place, steps: sizes.at(-1), ways: ['ours'] }
  const { ours } = await inChild<{ ours: number[] }>('record-acks', args, options)
  await rm(place, { recursive: true, force: true })
  const points = sizes.map((size) => ({ size, cost: medianOf(ours.slice(Math.max(0, size - 100), size)) }))
  return [growthFigure(`record() to durable ack, ${step}`, 'ms', points, { note: 'of the last 100 steps before' })]
}

async function events({ isQuick, directory, progress }: BenchOptions): Promise<Figure[]> {
  const rounds: { perSecond: number; recordUs: number; lineBytes: number }[] = []
  for (let round = 0; round < (isQuick ? 3 : 7); round++) {
    progress(`events per second, round ${round + 1}`)
    const args = { directory: join(directory, `flood-${round}`), count: isQuick ? 40_000 : 100_000 }
    rounds.push(await inChild('record-events', args, { isQuick }))
  }
  const perSecond = rounds.map((round) => round.perSecond)
  const recordUs = rounds.map((round) => round.recordUs)
  return [
    {
      name: 'events per second, group commit',
      unit: 'per second',
      median: medianOf(perSecond),
      runs: rounds.length,
      target: { atLeast: 75_000 },
      note: `lines of ${Math.round(rounds[0]?.lineBytes ?? 0)} bytes, 64 in a breath; best round ${Math.round(Math.max(...perSecond))}`,
    },
    {
      name: 'record() of one event',
      unit: 'µs',
      median: medianOf(recordUs),
      min: Math.min(...recordUs),
      runs: rounds.length,
    },
  ]
}
