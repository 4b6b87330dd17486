import { expect, test, vi } from 'vitest'
import { drainAll } from '../../src/write/exit-drain.ts'
import { checkRecording, type TrajectoryRecorder } from '../../src/index.ts'
import { agentFrame, png, screenshot, stepFinished } from '../support/evidence.ts'
import { heldDisk, interceptedIo, isFrame, isJournal, systemError, type Operation } from '../support/intercepted-io.ts'
import { createRecorder, directoryOf } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

/** Write, as a recorder does, frames that are recorded while a line before them is on its way to a slow disk. */
async function recordBehindSlowLine(
  fails: (operation: Operation) => boolean = () => false,
  beforeRelease: () => void = () => undefined,
): Promise<{
  operations: string[]
  settled: PromiseSettledResult<unknown>[]
  recorder: TrajectoryRecorder
}> {
  const operations: string[] = []
  const disk = heldDisk((operation) => {
    const { name, path } = operation
    const isTold = ['write', 'datasync', 'rename', 'syncDirectory'].includes(name)
    const isRefused = fails(operation)
    if (isTold) operations.push(`${isRefused ? 'refused' : name} ${isFrame(path) ? 'frame' : path.split('/').at(-1)}`)
    if (isRefused) throw systemError('EIO')
  })
  const recorder = createRecorder(await memoryDirectory(), { io: disk.io })
  await recorder.record(agentFrame(png('first')))
  disk.hold()
  operations.length = 0
  const line = recorder.record(stepFinished())
  await vi.waitFor(() => expect(operations).toEqual(['write core.log']))
  const frames = [agentFrame(png('one')), screenshot(png('other'))].map((event) => recorder.record(event))
  await vi.waitFor(() => expect(operations.filter((one) => /^(rename|refused) /.test(one))).toHaveLength(2))
  beforeRelease()
  disk.release()
  return { operations, settled: await Promise.allSettled([line, ...frames]), recorder }
}

test('frames are written while a line before them is, and their folder is synced before the lines that name them', async () => {
  const { operations, recorder } = await recordBehindSlowLine()
  expect(operations.filter((one) => !one.endsWith('frame'))).toEqual([
    'write core.log',
    'datasync core.log',
    'syncDirectory blobs',
    'write core.log',
    'datasync core.log',
  ])
  expect(operations.lastIndexOf('rename frame')).toBeLessThan(operations.indexOf('datasync core.log'))
  expect((await recorder.finish()).gaps).toEqual([])
  expect((await checkRecording(directoryOf(recorder))).status).toBe('clean')
})

test('a frame that cannot be written while a line before it is written is tried once, and is a gap', async () => {
  const isOther = ({ name, path }: Operation): boolean => name === 'rename' && path.endsWith('-2')
  const { operations, settled, recorder } = await recordBehindSlowLine(isOther)
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
  expect(operations.filter((one) => one === 'refused frame')).toHaveLength(1)
  expect((await recorder.finish()).gaps).toMatchObject([{ what: 'screenshot', reason: 'frame_write_failed' }])
})

test.each([
  ['', () => undefined],
  [', also at the end of the process', drainAll],
])('a failed fsync of a frame stops the recording before the next ack of any line%s', async (_when, beforeRelease) => {
  const isOther = ({ name, path }: Operation): boolean => name === 'datasync' && path.endsWith('-2')
  const { operations, settled, recorder } = await recordBehindSlowLine(isOther, beforeRelease)
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(operations.filter((one) => one === 'refused frame')).toHaveLength(1)
  expect(operations).not.toContain('datasync core.log')
  expect(recorder.health()).toMatchObject({ state: 'failed', ackedEvents: 1 })
  await expect(recorder.finish()).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
})

test('nothing is written any more when finish() has rejected, not even a frame that was under way', async () => {
  const operations: string[] = []
  const frameIsUnderWay = Promise.withResolvers<void>()
  const slow = Promise.withResolvers<void>()
  let isBroken = false
  const io = interceptedIo(async ({ name, path }) => {
    if (['write', 'datasync', 'rename'].includes(name)) operations.push(`${name} ${isFrame(path) ? 'frame' : 'other'}`)
    if (isBroken && name === 'datasync' && isFrame(path)) {
      frameIsUnderWay.resolve()
      await slow.promise
    }
    if (isBroken && name === 'write' && isJournal(path)) {
      await frameIsUnderWay.promise
      throw systemError('EIO')
    }
  })
  const recorder = createRecorder(await memoryDirectory(), { io })
  await recorder.record(agentFrame(png('first')))
  isBroken = true
  const line = recorder.record(stepFinished())
  await vi.waitFor(() => expect(operations.at(-1)).toBe('write other'))
  const frame = recorder.record(screenshot(png('second')))
  await expect(line).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
  await expect(frame).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
  setTimeout(() => slow.resolve(), 50)
  await expect(recorder.finish()).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
  expect(operations.at(-1)).toBe('rename frame')
})
