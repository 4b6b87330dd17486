import { join } from 'node:path'
import type { BenchPart } from './figure.ts'
import { inChild } from './in-child.ts'
import { medianOf } from './statistics.ts'

/** What an ack costs beside the same files and syncs written by hand, and how many events a second become durable. */
export const recordPart: BenchPart = {
  name: 'record',
  async run({ isQuick, directory, progress }) {
    progress('acks: a recorder and a hand in turns')
    type Times = Record<'ours' | 'byHand' | 'byHandTogether', number[]>
    const acks = await inChild<Times>('record-acks', {
      directory: join(directory, 'acks'),
      steps: isQuick ? 100 : 600,
      warmUp: 30,
    })
    const [ours, byHand, together] = [medianOf(acks.ours), medianOf(acks.byHand), medianOf(acks.byHandTogether)]
    const rounds: { perSecond: number; recordUs: number; lineBytes: number }[] = []
    for (let round = 0; round < (isQuick ? 3 : 7); round++) {
      progress(`events per second, round ${round + 1}`)
      const args = { directory: join(directory, `flood-${round}`), count: isQuick ? 40_000 : 100_000 }
      rounds.push(await inChild('record-events', args))
    }
    const perSecond = rounds.map((round) => round.perSecond)
    const recordUs = rounds.map((round) => round.recordUs)
    const step = '2 x 150 KB + 4 KB'
    const runs = acks.ours.length
    return [
      { name: `record() to durable ack, ${step}`, unit: 'ms', median: ours, min: Math.min(...acks.ours), runs },
      {
        name: `${step} by hand, one file after the other`,
        unit: 'ms',
        median: byHand,
        min: Math.min(...acks.byHand),
        runs,
      },
      {
        name: `${step} by hand, both files at once`,
        unit: 'ms',
        median: together,
        min: Math.min(...acks.byHandTogether),
        runs,
      },
      {
        name: 'record() to durable ack / by hand, one after the other',
        unit: 'x',
        median: ours / byHand,
        runs,
        target: { atMost: 1.2 },
        note: 'the same files, bytes and syncs in turns; ours is also copied, hashed, redacted and checked',
      },
      { name: 'record() to durable ack / by hand, both at once', unit: 'x', median: ours / together, runs },
      {
        name: 'events per second, group commit',
        unit: 'per second',
        median: medianOf(perSecond),
        runs: rounds.length,
        target: { atLeast: 50_000 },
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
  },
}
