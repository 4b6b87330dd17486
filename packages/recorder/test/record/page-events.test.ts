import type { EvidenceEvent } from '@contrail/core'
import { expect, test } from 'vitest'
import { checkRecording, readTrajectory, recoverRecording } from '../../src/index.ts'
import { agentFrame, png, stepFinished } from '../support/evidence.ts'
import { interceptedIo } from '../support/intercepted-io.ts'
import { createRecorder, directoryOf } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const line = (text: string, more: object = {}): EvidenceEvent => ({
  type: 'page_event',
  kind: 'console',
  level: 'error',
  url: 'http://a/',
  pageId: 'p1',
  text,
  ...more,
})

test('what the page did is in the trajectory after finish, recover and reading, and every byte of it is checked', async () => {
  const root = await memoryDirectory()
  for (const isFinished of [true, false]) {
    const recorder = createRecorder(root)
    await recorder.record(line('before', { at: '2020-01-01T00:00:00.000Z' }))
    const startedAt = new Date().toISOString()
    await recorder.record(line('after', { at: new Date(Date.now() + 1_000).toISOString() }))
    await recorder.record(line('never', { stepIndex: 7 }))
    await recorder.record(stepFinished({ startedAt }))
    const tabs = [{ pageId: 'p1', url: 'http://a/', active: true }]
    await recorder.record({ type: 'step_observed', url: 'http://a/', pageId: 'p1', tabs })
    const directory = directoryOf(recorder)
    const finished = await recorder.finish()
    if (!isFinished) await recoverRecording(directory)
    const read = await readTrajectory(directory)
    expect(read.initialEnvironment).toMatchObject([{ text: 'before' }])
    expect(read.steps[0]?.environment).toMatchObject([{ text: 'after' }, { text: 'never' }])
    expect(read.steps[0]?.probeEvidence).toMatchObject({ pageId: 'p1', tabs })
    expect(read.steps[0]?.environment).toEqual(finished.steps[0]?.environment)
    expect(await checkRecording(directory)).toMatchObject({ status: 'clean' })
  }
})

test('above a quarter of the queue events of pages are counted, and displace nothing; all other evidence is kept', async () => {
  const { promise: unstuck, resolve: unstick } = Promise.withResolvers<void>()
  const io = interceptedIo(() => unstuck)
  const queueLimitBytes = 2_000_000
  const recorder = createRecorder(await memoryDirectory(), { io, queueLimitBytes })
  const acks: Promise<unknown>[] = []
  const startedAt = '2026-01-01T00:00:00.000Z'
  acks.push(recorder.record(stepFinished({ startedAt })))
  for (let index = 0; index < 2_000; index += 1) {
    const event = line(`line ${index} ${'x'.repeat(2_000)}`, { at: '2026-01-01T00:00:01.000Z' })
    if (index % 2) void recorder.onEvidence(event)
    else acks.push(recorder.record(event))
  }
  expect(recorder.health().queuedBytes).toBeLessThan(queueLimitBytes / 4 + 10_000)
  acks.push(recorder.record(agentFrame(Buffer.concat([png('1'), Buffer.alloc(300_000)]))))
  acks.push(recorder.record(stepFinished({ startedAt: '2026-01-01T00:00:02.000Z' })))
  acks.push(recorder.record(line('last', { at: '2026-01-01T00:00:03.000Z' })))
  unstick()
  await Promise.all(acks)
  const { steps, gaps } = await recorder.finish()
  expect(gaps).toEqual([])
  const [first, second] = steps.map(({ environment = [] }) => environment)
  const counts = first?.at(-1) as { kind: string; counts: Record<string, number> }
  expect(counts.kind).toBe('omitted')
  expect(first!.length - 1 + counts.counts['console']!).toBe(2_000)
  expect(second).toEqual([{ kind: 'omitted', counts: { console: 1 } }])
  expect(steps[1]?.agentEvidence.modalities[0]).toMatchObject({ type: 'image' })
})

test('console texts of 20 MB, addresses of 2 MB and lone surrogates cost themselves alone', async () => {
  const recorder = createRecorder(await memoryDirectory())
  await recorder.record(stepFinished())
  await recorder.record(line('x'.repeat(20_000_000)))
  await recorder.record(line('lone \ud800', { url: `http://a/${'y'.repeat(2_000_000)}` }))
  await recorder.record(line('fine'))
  const status = {
    type: 'page_event',
    kind: 'response',
    url: 'u',
    pageId: 'p',
    method: 'GET',
    requestUrl: 'u',
  } as const
  const answered = { ...status, resourceType: 'fetch', statusText: '', durationMs: 0 }
  for (const code of [0, 999]) await recorder.record({ ...answered, status: code })
  const { steps, gaps } = await recorder.finish()
  expect(gaps).toEqual([])
  expect(steps[0]?.environment).toMatchObject([
    { text: 'fine' },
    { status: 0 },
    { status: 999 },
    { kind: 'omitted', counts: { console: 2 } },
  ])
})
