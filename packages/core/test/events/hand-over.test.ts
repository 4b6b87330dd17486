import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { busSink, createEvidenceBus, listenToBus } from '../../src/events/bus.ts'
import type { EvidenceSink } from '../../src/events/delivery.ts'
import type { EvidenceEvent } from '../../src/events/events.ts'
import { guardSink } from '../../src/events/guard-sink.ts'
import { handOver } from '../../src/events/hand-over.ts'
import { snapshotEvent } from '../../src/stored-event/to-stored-event.ts'

const png = (): Uint8Array => Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4)
const shot = (screenshot: Uint8Array): EvidenceEvent => ({ type: 'screenshot', screenshot, url: 'http://a.test/' })
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Tells whether the frame of a snapshot stands in the memory of the bytes that were given. */
function sharesMemory(type: string, payload: unknown, given: Uint8Array): boolean {
  return snapshotEvent(type, payload, { sha256 }).frames[0]?.bytes.buffer === given.buffer
}

/** The same for what a sink is told through a guard, as captures tell it. */
async function sharesMemoryThrough(takesOver: boolean | undefined): Promise<boolean> {
  const bytes = png()
  let shares = false
  const sink: EvidenceSink = (event) => {
    shares = sharesMemory(event.type, event, bytes)
  }
  if (takesOver !== undefined) sink.takesOver = takesOver
  await guardSink(sink)(handOver(shot(bytes)))
  return shares
}

test('bytes that were handed over are kept and not copied, and stay what they were', () => {
  const bytes = png()
  const [frame] = snapshotEvent('screenshot', handOver(shot(bytes)), { sha256 }).frames
  expect(frame?.bytes.buffer).toBe(bytes.buffer)
  expect(frame).toMatchObject({ bytes: png(), sha256: sha256(png()) })
})

test('a part of a larger buffer that was handed over is that part', () => {
  const bytes = Buffer.concat([Buffer.from('before'), png(), Buffer.from('after')]).subarray(6, 6 + png().byteLength)
  const [frame] = snapshotEvent('screenshot', handOver(shot(bytes)), { sha256 }).frames
  expect(frame?.bytes).toEqual(png())
})

test('bytes that were not handed over are copied, and so are those of a copy of the event', () => {
  const bytes = png()
  const event = shot(bytes)
  expect(sharesMemory('screenshot', event, bytes)).toBe(false)
  handOver(event)
  expect(sharesMemory('screenshot', { ...event }, bytes)).toBe(false)
})

test('only a sink that shows nobody what it is told is handed anything', async () => {
  expect(await sharesMemoryThrough(true)).toBe(true)
  expect(await sharesMemoryThrough(undefined)).toBe(false)
  expect(await sharesMemoryThrough(false)).toBe(false)
})

test('on a bus, where several listen, nothing is handed over', async () => {
  const bytes = png()
  const bus = createEvidenceBus()
  const shares: boolean[] = []
  listenToBus(bus, (type, payload) => shares.push(sharesMemory(type, payload, bytes)))
  await guardSink(busSink(bus))(handOver(shot(bytes)))
  expect(shares).toEqual([false])
})
