import { findRecordings, isRecording, TrajectoryRecorder } from '@contrail/recorder'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

async function makeRoot(): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'contrail-find-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  return root
}

async function record(outputRoot: string, place: string, isFinished = true): Promise<string> {
  const [runId = '', id = ''] = place.split('/')
  const recorder = new TrajectoryRecorder({ taskSpec: { id, instruction: 'Do it.' }, outputRoot, runId, persist: true })
  await recorder.record({ type: 'gap', what: 'probe', reason: 'timeout' })
  if (isFinished) await recorder.finish()
  else onTestFinished(() => recorder.cancel())
  return path.join(outputRoot, place)
}

const placesOf = (root: string, recordings: readonly { directory: string }[]): string[] =>
  recordings.map(({ directory }) => path.relative(root, directory))

test('a directory is a recording, a run or a root, by what it holds', async () => {
  const root = await makeRoot()
  await record(root, 'one/first')
  await record(root, 'one/second')
  await record(root, 'two/third')
  await mkdir(path.join(root, 'two/notes'))
  expect(await findRecordings(root)).toMatchObject({ kind: 'root', passedOver: 0 })
  expect(placesOf(root, (await findRecordings(root)).recordings)).toEqual(['one/first', 'one/second', 'two/third'])
  const ofRun = await findRecordings(path.join(root, 'one'))
  expect([ofRun.kind, placesOf(root, ofRun.recordings)]).toEqual(['run', ['one/first', 'one/second']])
  const itself = await findRecordings(path.join(root, 'two/third'))
  expect([itself.kind, placesOf(root, itself.recordings)]).toEqual(['recording', ['two/third']])
  expect(await isRecording(path.join(root, 'two/third'))).toBe(true)
  expect(await isRecording(path.join(root, 'two'))).toBe(false)
  expect(await findRecordings(path.join(root, 'two/notes'))).toEqual({ kind: 'root', recordings: [], passedOver: 0 })
  await expect(findRecordings(path.join(root, 'none'))).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
})

test('those that are not finished, or of which a compaction left something over, are told from the others', async () => {
  const root = await makeRoot()
  await record(root, 'run/done')
  await record(root, 'run/going', false)
  const left = await record(root, 'run/left')
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  await mkdir(path.join(left, 'screenshots/blobs'), { recursive: true })
  await writeFile(path.join(left, 'screenshots/blobs/left.png'), png)
  await writeFile(path.join(left, 'frames.log'), '')
  const { recordings, passedOver } = await findRecordings(root, { unfinished: true })
  expect([placesOf(root, recordings), passedOver]).toEqual([['run/going', 'run/left'], 1])
  const named = await findRecordings(path.join(root, 'run/done'), { unfinished: true })
  expect(placesOf(root, named.recordings)).toEqual(['run/done'])
})

test('the age of a run is that of its end', async () => {
  const root = await makeRoot()
  await record(root, 'run/one')
  const now = Date.now()
  const found = (nowMs: number) => findRecordings(root, { olderThanMs: 60_000, nowMs })
  expect(await found(now)).toMatchObject({ recordings: [], passedOver: 1 })
  expect(await found(now + 120_000)).toMatchObject({ recordings: [{ taskId: 'one' }], passedOver: 0 })
})
