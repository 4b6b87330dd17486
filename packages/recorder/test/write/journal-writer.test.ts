import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContrailError, Gap, Trajectory } from '@contrail/core'
import { expect, test, vi } from 'vitest'
import { checkRecording, readTrajectory, recoverRecording, type TrajectoryRecorder } from '../../src/index.ts'
import { checkRecordingOn } from '../../src/check/check.ts'
import { readTrajectoryOn } from '../../src/read/read-trajectory.ts'
import { agentFrame, finalAnswer, imagesOf, png, screenshot, stepFinished, stepObserved } from '../support/evidence.ts'
import {
  failingIo,
  heldDisk,
  interceptedIo,
  isFrame,
  isJournal,
  systemError,
  type Operation,
} from '../support/intercepted-io.ts'
import { createRecorder, directoryOf, recordAll } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

/** A recorder whose disk works until `break()` is called, and then fails where `fails` says so. */
async function breakable(
  fails: (operation: Operation) => boolean,
  options: Partial<Parameters<typeof createRecorder>[1]> & { code?: string } = {},
): Promise<{ recorder: TrajectoryRecorder; break: () => void }> {
  let broken = false
  const { code, ...more } = options
  const io = failingIo((operation) => broken && fails(operation), code)
  return { recorder: createRecorder(await memoryDirectory(), { io, ...more }), break: () => void (broken = true) }
}

async function failureOf(
  recorder: TrajectoryRecorder,
): Promise<ContrailError & { details: { trajectory: Trajectory } }> {
  return recorder.finish({ status: 'stalled' }).then(
    () => {
      throw new TypeError('expected finish() to reject')
    },
    (cause: unknown) => cause as ContrailError & { details: { trajectory: Trajectory } },
  )
}

test.each([
  ['write', 'EIO'],
  ['datasync', 'EIO'],
  ['lstat', 'ENOENT'],
] as const)(
  'a journal whose %s gave %s is closed by itself: a descriptor that nobody closes ends the process on Node.js 25',
  async (failing, code) => {
    const open = new Set<string>()
    let broken = false
    const io = interceptedIo(({ name, path }) => {
      if (!isJournal(path)) return
      if (name === 'open') open.add(path)
      if (name === 'close') open.delete(path)
      if (broken && name === failing) throw systemError(code)
    })
    const recorder = createRecorder(await memoryDirectory(), { io })
    await recorder.record(stepFinished())
    expect(open.size).toBe(1)
    broken = true
    await expect(recorder.record(stepFinished())).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
    await vi.waitFor(() => expect(open.size).toBe(0))
  },
)

test.each([
  ['write', 'step'],
  ['datasync', 'step'],
  ['write', 'finish'],
] as const)(
  'a failed %s of the journal stops the recording for good, and all that is known is handed over (%s)',
  async (failing, durability) => {
    let acked = 0
    let journalOperations = 0
    let broken = false
    const io = interceptedIo(({ name, path }) => {
      if (broken && isJournal(path) && ['write', 'datasync'].includes(name)) journalOperations++
      // It fails once only: a journal that failed is not trusted again, whatever the disk says later.
      if (broken && isJournal(path) && name === failing && journalOperations <= 2) throw systemError('EIO')
    })
    const recorder = createRecorder(await memoryDirectory(), { io, durability })
    const count = (): void => void acked++
    await recordAll(recorder, [stepFinished({ actionName: 'kept' }), screenshot(png('kept')), stepObserved()])
    broken = true
    await expect(recorder.record(stepFinished({ actionName: 'refused' })).then(count)).rejects.toMatchObject({
      code: 'RECORDING_FAILED',
    })
    const operationsThen = journalOperations
    await expect(recorder.record(screenshot(png('refused'))).then(count)).rejects.toMatchObject({
      code: 'RECORDING_FAILED',
    })
    await expect(recorder.onEvidence(stepObserved())).resolves.toBeUndefined()
    await expect(recorder.onEvidence(finalAnswer())).resolves.toBeUndefined()
    expect(recorder.health()).toMatchObject({ state: 'failed', ackedEvents: 3, error: { code: 'RECORDING_FAILED' } })

    const failure = await failureOf(recorder)
    expect(failure.code).toBe('RECORDING_FAILED')
    expect(failure.details.trajectory).toMatchObject({ status: 'stalled', finalAnswer: 'the lamp costs 12' })
    expect(failure.details.trajectory.steps.map((step) => step.actionName)).toEqual(['kept', 'refused'])
    const images = await Promise.all(imagesOf(failure.details.trajectory).map((image) => image.read()))
    expect(images.map((bytes) => Buffer.from(bytes))).toEqual([png('kept'), png('refused')])
    expect(await recorder.finish().catch((cause: unknown) => cause)).toBe(failure)
    expect(acked).toBe(0)
    expect(journalOperations).toBe(operationsThen)

    expect(await recoverRecording(directoryOf(recorder))).toMatchObject({ outcome: 'recovered', status: 'killed' })
    expect((await checkRecording(directoryOf(recorder))).status).toBe('clean')
    const [kept] = (await readTrajectory(directoryOf(recorder))).steps
    expect(kept?.actionName).toBe('kept')
  },
)

test('when the disk breaks at the first line, record() and finish() say so and the trajectory is in memory', async () => {
  const io = failingIo(({ name, path }) => name === 'write' && isJournal(path), 'EIO')
  const recorder = createRecorder(await memoryDirectory(), { io })
  await expect(recorder.record(stepFinished())).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
  const { details } = await failureOf(recorder)
  expect(details.trajectory).toMatchObject({ runId: 'run', task: { id: 'buy-lamp' }, status: 'stalled' })
  expect(details.trajectory.steps).toHaveLength(1)
})

test('a full disk says what to do, and where', async () => {
  const { recorder, break: fill } = await breakable(({ name }) => name === 'write', { code: 'ENOSPC' })
  await recorder.record(stepFinished())
  fill()
  await expect(recorder.record(stepFinished())).rejects.toThrow(/core\.log.*ENOSPC.*free some space.*contrail recover/)
  await recorder.finish().catch(() => undefined)
})

test.each([
  ['open', 'open'],
  ['write', 'write'],
  ['close', 'close'],
  ['rename', 'rename'],
] as const)('a frame whose %s fails is a gap, and the recording goes on', async (_, failing) => {
  const { recorder, break: spoil } = await breakable(({ name, path }) => name === failing && isFrame(path), {
    code: 'EIO',
  })
  await recordAll(recorder, [stepFinished(), screenshot(png('whole')), stepObserved()])
  spoil()
  await recordAll(recorder, [stepFinished(), screenshot(png('broken')), stepObserved(), stepFinished()])
  expect(recorder.health()).toMatchObject({ state: 'recording', ackedEvents: 7, droppedFrames: 1 })
  const { steps, gaps } = await recorder.finish()
  expect(steps).toHaveLength(3)
  expect(gaps).toMatchObject([
    { what: 'screenshot', reason: 'frame_write_failed', detail: { errno: 'EIO', evidenceRole: 'probe' } },
  ])
  expect(steps[1]?.probeEvidence).toMatchObject({ url: 'http://shop.test/' })
  expect(steps[1]?.probeEvidence.screenshot).toBeUndefined()
  expect((await checkRecording(directoryOf(recorder))).status).toBe('clean')
})

test('a frame that fails inside a result or a final answer is marked there, and the event is kept', async () => {
  const { recorder, break: spoil } = await breakable(({ name, path }) => name === 'write' && isFrame(path), {
    code: 'EIO',
  })
  await recorder.open()
  spoil()
  const result = { screenshotBase64: png('inline').toString('base64'), title: 'kept' }
  await recordAll(recorder, [
    stepFinished({ toolOutput: { ok: true, result } }),
    finalAnswer({ observation: { url: 'http://shop.test/', screenshot: png('last') } }),
  ])
  const { steps, finalAnswer: answer, finalObservation } = await recorder.finish()
  expect(steps[0]?.toolOutput.result).toMatchObject({
    screenshotBase64: { $truncated: 'frame_write_failed' },
    title: 'kept',
  })
  expect(answer).toBe('the lamp costs 12')
  expect(finalObservation).toEqual({ url: 'http://shop.test/' })
})

test.each([
  ['of a frame', ({ name, path }: Operation) => name === 'datasync' && isFrame(path)],
  ['of the folder of frames', ({ name, path }: Operation) => name === 'syncDirectory' && path.endsWith('blobs')],
  [
    'of the folder above, where it is new',
    ({ name, path }: Operation) => name === 'syncDirectory' && path.endsWith('screenshots'),
  ],
] as const)('a failed fsync %s stops the recording: what it covers may be gone', async (_, fails) => {
  const { recorder, break: spoil } = await breakable(fails)
  await recorder.record(stepFinished())
  spoil()
  await expect(recorder.record(screenshot(png('page')))).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
  await expect(recorder.record(stepFinished())).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
  expect(recorder.health()).toMatchObject({ state: 'failed', ackedEvents: 1 })
  await failureOf(recorder)
})

test('short writes are written to the end', async () => {
  const io = interceptedIo(({ name }) => (name === 'write' ? 5 : undefined))
  const recorder = createRecorder(await memoryDirectory(), { io })
  await recordAll(recorder, [stepFinished(), screenshot(png('page'.repeat(50))), stepObserved()])
  const { steps } = await recorder.finish()
  expect(Buffer.from((await steps[0]?.probeEvidence.screenshot?.read()) ?? [])).toEqual(png('page'.repeat(50)))
  expect((await checkRecording(directoryOf(recorder))).status).toBe('clean')
})

test('a write that makes no progress is an error and no endless loop', async () => {
  const { recorder } = await breakable(() => false)
  const stuck = createRecorder(await memoryDirectory(), {
    io: interceptedIo(({ name, path }) => (name === 'write' && isJournal(path) ? 0 : undefined)),
  })
  await expect(stuck.record(stepFinished())).rejects.toMatchObject({ details: { errno: 'EIO' } })
  await recorder.cancel()
})

test('short reads are read to the end', async () => {
  const recorder = createRecorder(await memoryDirectory())
  await recordAll(recorder, [stepFinished(), screenshot(png('page'.repeat(20))), stepObserved()])
  await recorder.finish()
  const io = interceptedIo(({ name }) => (name === 'read' ? 11 : undefined))
  const { steps } = await readTrajectoryOn(io, directoryOf(recorder))
  expect(Buffer.from((await steps[0]?.probeEvidence.screenshot?.read()) ?? [])).toEqual(png('page'.repeat(20)))
  expect((await checkRecordingOn(io, directoryOf(recorder))).status).toBe('clean')
})

test('before an ack of `step`, in this order: the frame, its folder, the line that names it, the journal', async () => {
  const operations: string[] = []
  const io = interceptedIo(({ name, path }) => {
    if (['write', 'datasync', 'rename', 'syncDirectory'].includes(name))
      operations.push(`${name} ${path.includes('.tmp-') ? 'frame' : path.split('/').at(-1)}`)
  })
  const recorder = createRecorder(await memoryDirectory(), { io })
  await recorder.record(agentFrame(png('first')))
  operations.length = 0
  await recorder.record(agentFrame(png('second')))
  expect(operations).toEqual([
    'write frame',
    'datasync frame',
    'rename frame',
    'syncDirectory blobs',
    'write core.log',
    'datasync core.log',
  ])
  operations.length = 0
  await recorder.record(agentFrame(png('second')))
  expect(operations).toEqual(['write core.log', 'datasync core.log'])
  await recorder.cancel()
})

test('an ack of `finish` waits for no fsync, and finish() makes up for it', async () => {
  const synced: string[] = []
  const io = interceptedIo(({ name, path }) => {
    if (name === 'datasync') synced.push(path)
  })
  const recorder = createRecorder(await memoryDirectory(), { io, durability: 'finish' })
  await recorder.open()
  synced.length = 0
  await recordAll(recorder, [stepFinished(), screenshot(png('page')), stepObserved()])
  expect(synced).toEqual([])
  await recorder.finish()
  expect(synced.some(isJournal)).toBe(true)
  expect(synced.some((path) => path.includes('blobs'))).toBe(true)
})

test('what is recorded in one breath is committed together', async () => {
  let syncs = 0
  const io = interceptedIo(({ name, path }) => void (name === 'datasync' && isJournal(path) && syncs++))
  const recorder = createRecorder(await memoryDirectory(), { io })
  await Promise.all(Array.from({ length: 100 }, () => recorder.record(stepFinished())))
  expect(syncs).toBeLessThanOrEqual(3)
  await recorder.cancel()
})

const big = (text: string, bytes = 15_000): Buffer => png(text.repeat(bytes))
const queueFull = ({ gaps }: Trajectory): readonly Gap[] => gaps.filter((gap) => gap.reason === 'queue_full')

test('above twice the limit of the queue probe frames become gaps, and nothing else is refused', async () => {
  const disk = heldDisk()
  const recorder = createRecorder(await memoryDirectory(), { io: disk.io, queueLimitBytes: 10_000 })
  await recorder.open()
  disk.hold()
  const acks = [
    recorder.record(stepFinished()),
    recorder.record(screenshot(big('a'))),
    recorder.record(agentFrame(big('c'))),
    recorder.record(screenshot(big('b'), { stepIndex: 0 })),
    recorder.record(screenshot(big('d'), { evidenceRole: 'agent_and_probe' })),
    recorder.record(stepObserved()),
    recorder.record(stepFinished()),
  ]
  expect(recorder.health()).toMatchObject({ recordedEvents: 7, ackedEvents: 0, droppedFrames: 1 })
  expect(recorder.health().queuedBytes).toBeGreaterThan(45_000)
  disk.release()
  expect((await Promise.all(acks)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7])
  const full = queueFull(await recorder.finish())
  expect(full).toMatchObject([
    { what: 'screenshot', stepIndex: 0, detail: { sizeBytes: 15_008, url: 'http://shop.test/' } },
  ])
})

test('a probe frame larger than the limit is kept where nothing waits: the queue is not full', async () => {
  const recorder = createRecorder(await memoryDirectory(), { queueLimitBytes: 1_000 })
  await recorder.onEvidence(stepFinished())
  await recorder.onEvidence(screenshot(big('a', 50_000)))
  await recorder.onEvidence(stepObserved())
  const trajectory = await recorder.finish()
  expect(trajectory.gaps).toEqual([])
  expect(trajectory.steps[0]?.probeEvidence.screenshot?.sizeBytes).toBe(50_008)
})

test('an agent that is held on a slow disk loses no probe frame; one that was held in vain loses them until there is room', async () => {
  const disk = heldDisk()
  const options = { io: disk.io, queueLimitBytes: 20_000, backPressureMs: 40 }
  const recorder = createRecorder(await memoryDirectory(), options)
  await recorder.open()
  disk.hold()
  await recorder.onEvidence(stepFinished())
  await recorder.onEvidence(screenshot(big('a')))
  // What tips it over is kept, and its teller held for all of the time.
  await recorder.onEvidence(screenshot(big('b')))
  expect(recorder.health().droppedFrames).toBe(0)
  await recorder.onEvidence(screenshot(big('c'), { stepIndex: 0 }))
  expect(recorder.health().droppedFrames).toBe(1)
  disk.release()
  await recorder.record(stepFinished())
  await recorder.onEvidence(screenshot(big('d')))
  expect(recorder.health().droppedFrames).toBe(1)
  expect(queueFull(await recorder.finish())).toHaveLength(1)
})

test('two captures on one sink wait side by side, and neither loses a frame to the other', async () => {
  const disk = heldDisk()
  const recorder = createRecorder(await memoryDirectory(), { io: disk.io, queueLimitBytes: 20_000 })
  await recorder.open()
  disk.hold()
  const told = [big('a'), big('b'), big('c', 5_000)].map(async (bytes) => recorder.onEvidence(screenshot(bytes)))
  await new Promise((resolve) => setTimeout(resolve, 20))
  disk.release()
  await Promise.all(told)
  expect(recorder.health().droppedFrames).toBe(0)
  await recorder.cancel()
})

test('onEvidence holds the agent while the queue is full, and lets it go when there is room', async () => {
  const disk = heldDisk()
  const recorder = createRecorder(await memoryDirectory(), { io: disk.io, queueLimitBytes: 10_000 })
  await recorder.open()
  disk.hold()
  await recorder.onEvidence(stepFinished())
  let held = true
  const waiting = Promise.resolve(recorder.onEvidence(agentFrame(png('x'.repeat(20_000))))).then(() => (held = false))
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(held).toBe(true)
  disk.release()
  await waiting
  expect(recorder.health().queuedBytes).toBeLessThan(10_000)
  expect((await recorder.finish()).steps).toHaveLength(1)
})

test('onEvidence holds the agent no longer than backPressureMs, and the event is not lost', async () => {
  const disk = heldDisk()
  const recorder = createRecorder(await memoryDirectory(), { io: disk.io, queueLimitBytes: 10, backPressureMs: 20 })
  await recorder.open()
  disk.hold()
  const before = performance.now()
  await recorder.onEvidence(stepFinished())
  expect(performance.now() - before).toBeGreaterThanOrEqual(15)
  expect(recorder.health()).toMatchObject({ ackedEvents: 0, recordedEvents: 1 })
  disk.release()
  expect((await recorder.finish()).steps).toHaveLength(1)
})

test('a journal line is cut to what a reader takes, and the event is kept', async () => {
  const recorder = createRecorder(await memoryDirectory())
  const texts = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`text${index}`, 'x'.repeat(990_000)]))
  await recorder.record({ ...stepFinished(), ...texts })
  await recorder.finish()
  const longest = Math.max(
    ...(await readFile(join(directoryOf(recorder), 'core.log'), 'utf8')).split('\n').map((line) => line.length),
  )
  expect(longest).toBeGreaterThan(7_000_000)
  expect(longest).toBeLessThan(8_010_000)
  expect((await readTrajectory(directoryOf(recorder))).steps[0]?.actionName).toBe('click')
})
