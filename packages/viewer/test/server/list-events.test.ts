import { TrajectoryRecorder } from '@contrail/recorder'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tellList } from '../../src/server/data/list-events.ts'
import { openRecordings } from '../../src/server/data/recordings.ts'
import type { ListPatch } from '../../src/view/protocol.ts'

test('a list hears of what came since the disk was looked at when it is opened, and not a second later', async () => {
  const root = await mkdtemp(join(tmpdir(), 'contrail-list-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const recordings = await openRecordings({ root })
  const waits: number[] = []
  for (const id of ['first', 'second', 'third']) {
    const taskSpec = { id, instruction: 'Do it.' }
    const recorder = new TrajectoryRecorder({ taskSpec, outputRoot: root, runId: 'run-1', persist: true })
    await recorder.finish({ status: 'complete' })
    const openedMs = performance.now()
    const abort = new AbortController()
    const patch = await new Promise<ListPatch>((resolve) => {
      void tellList(recordings, recordings.version(), async (told) => resolve(told), abort.signal)
    })
    abort.abort()
    waits.push(performance.now() - openedMs)
    expect(patch).toMatchObject({ rows: [{ task: id }], gone: [], whole: false })
  }
  // The slowest of several may have met a busy machine.
  expect(Math.min(...waits)).toBeLessThan(900)
})
