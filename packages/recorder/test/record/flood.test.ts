import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readTrajectory } from '../../src/index.ts'
import { agentFrame, png, stepFinished } from '../support/evidence.ts'
import { interceptedIo } from '../support/intercepted-io.ts'
import { createRecorder, directoryOf } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'
import { bySize } from '../../../../scripts/test-size.ts'

const flood = bySize({ fast: 8_000, faults: 100_000, long: 100_000 })

test(`${flood} events are all acknowledged, in order`, async () => {
  const recorder = createRecorder(await memoryDirectory())
  const order: number[] = []
  const acks: Promise<unknown>[] = []
  for (let index = 0; index < flood; index++) {
    acks.push(recorder.record({ type: 'turn_finished', turnId: `t${index}` }).then(({ seq }) => order.push(seq)))
    if (index % 500 === 0) await setImmediate()
  }
  await Promise.all(acks)
  expect(order).toHaveLength(flood)
  expect(order.every((seq, index) => seq === index + 1)).toBe(true)
  expect(recorder.health()).toMatchObject({ ackedEvents: flood, queuedBytes: 0, droppedFrames: 0 })
  await recorder.cancel()
})

test('behind a slow disk an agent that waits for onEvidence never has more than the queue in memory, and loses no frame', async () => {
  const io = interceptedIo(() => setImmediate())
  const queueLimitBytes = 3_000_000
  // Of many times the queue.
  const frames = bySize({ fast: 60, faults: 200, long: 200 })
  const recorder = createRecorder(await memoryDirectory(), { io, queueLimitBytes })
  let most = 0
  for (let index = 0; index < frames; index++) {
    await recorder.onEvidence(agentFrame(Buffer.concat([png(String(index)), Buffer.alloc(300_000)])))
    most = Math.max(most, recorder.health().queuedBytes)
    await recorder.onEvidence(stepFinished())
  }
  await recorder.finish()
  expect(most).toBeLessThan(queueLimitBytes + 310_000)
  expect(recorder.health().droppedFrames).toBe(0)
  expect((await readTrajectory(directoryOf(recorder))).steps).toHaveLength(frames)
})
