import { readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HumanLabel } from '@contrail/core'
import { expect, test } from 'vitest'
import {
  checkRecording,
  collectGarbage,
  readLabels,
  removeRecording,
  scanForSecrets,
  TrajectoryRecorder,
  writeLabel,
} from '../../src/index.ts'
import { stepFinished } from '../support/evidence.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const label = (more: Partial<HumanLabel> = {}): HumanLabel => ({
  formatVersion: 1,
  annotator: 'ann',
  blind: true,
  outcome: 'success',
  process: 0.5,
  comment: 'well done',
  steps: [{ index: 0, flag: 'good' }],
  verdictsSeen: [],
  savedAt: '2026-11-28T16:00:00.000Z',
  ...more,
})

async function openRecorder(root: string): Promise<TrajectoryRecorder> {
  const recorder = new TrajectoryRecorder({
    taskSpec: { id: 'task', instruction: 'Buy.' },
    outputRoot: root,
    runId: 'run',
    persist: true,
  })
  await recorder.record(stepFinished())
  return recorder
}

async function record(root: string): Promise<string> {
  const recorder = await openRecorder(root)
  await recorder.finish({ status: 'complete' })
  return recorder.directory ?? ''
}

test('a label is kept as it was given, and the next one of its annotator takes its place', async () => {
  const directory = await record(await temporaryDirectory())
  const before = await readFile(join(directory, 'trajectory.json'))
  expect(await writeLabel(directory, label())).toBe(join(directory, 'labels/ann.json'))
  await writeLabel(directory, label({ outcome: 'failure' }))
  await writeLabel(directory, label({ annotator: 'bob' }))
  expect(await readLabels(directory)).toEqual([label({ outcome: 'failure' }), label({ annotator: 'bob' })])
  expect((await readFile(join(directory, 'trajectory.json'))).equals(before)).toBe(true)
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean', problems: [] })
})

test('two annotators at once, and each of them often: nobody overwrites another', async () => {
  const directory = await record(await temporaryDirectory())
  const names = ['ann', 'bob', '../../eve', 'Zoë 💡']
  await Promise.all(
    names.flatMap((annotator) =>
      [1, 2, 3].map((number) => writeLabel(directory, label({ annotator, comment: `${number}` }))),
    ),
  )
  const found = await readLabels(directory)
  expect(found.map(({ annotator }) => annotator).toSorted()).toEqual(names.toSorted())
  expect(await readdir(join(directory, 'labels'))).toHaveLength(4)
})

test('a label that is saved while the recording is being written is kept', async () => {
  const recorder = await openRecorder(await temporaryDirectory())
  const directory = recorder.directory ?? ''
  await writeLabel(directory, label())
  await recorder.finish({ status: 'complete' })
  expect(await readLabels(directory)).toEqual([label()])
  expect((await checkRecording(directory)).status).toBe('clean')
})

test.each([
  ['a share above 1', { process: 1.5 }],
  ['an outcome of its own', { outcome: 'great' as never }],
  ['no annotator', { annotator: '' }],
  ['a step before the first', { steps: [{ index: -1, flag: 'good' as const }] }],
])('%s is no label', async (_, more) => {
  const directory = await record(await temporaryDirectory())
  await expect(writeLabel(directory, label(more))).rejects.toThrow(TypeError)
  expect(await readdir(directory)).not.toContain('labels')
})

test('where there is no recording no label is written, and none through a link', async () => {
  const root = await temporaryDirectory()
  await expect(writeLabel(root, label())).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
  const directory = await record(root)
  const elsewhere = await temporaryDirectory()
  await symlink(elsewhere, join(directory, 'labels'))
  await expect(writeLabel(directory, label())).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  expect(await readdir(elsewhere)).toEqual([])
})

test('secrets stay out of a comment, and the search for secrets looks into labels', async () => {
  const root = await temporaryDirectory()
  const directory = await record(root)
  await writeLabel(directory, label({ comment: 'it typed correct-horse-battery' }), {
    redact: { secrets: ['correct-horse-battery'] },
    env: {},
  })
  expect((await readLabels(directory))[0]?.comment).toMatch(/^it typed \[redacted:/)
  await writeFile(
    join(directory, 'labels/bob.json'),
    JSON.stringify(label({ annotator: 'bob', comment: 'correct-horse-battery' })),
  )
  const { findings } = await scanForSecrets(directory, [{ name: 'PASSWORD', value: 'correct-horse-battery' }])
  expect(findings.map(({ file }) => file)).toEqual([expect.stringContaining('labels/bob.json')])
})

test('check names a file among the labels that holds none; the others are read', async () => {
  const directory = await record(await temporaryDirectory())
  await writeLabel(directory, label())
  await writeFile(join(directory, 'labels/zed.json'), '{"annotator":5}')
  expect(await readLabels(directory)).toEqual([label()])
  expect((await checkRecording(directory)).problems).toMatchObject([{ code: 'unreadable', file: 'labels/zed.json' }])
})

test('rm and gc take labels for ours, and gc says that there were some', async () => {
  const root = await temporaryDirectory()
  const directory = await record(root)
  await writeLabel(directory, label())
  const report = await collectGarbage(root, { maxSizeBytes: 0, dryRun: true })
  expect(report.removed).toMatchObject([{ judged: true }])
  await removeRecording(directory)
  expect(await readdir(root)).not.toContain('run')
})
