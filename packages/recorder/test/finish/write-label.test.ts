import { mkdir, readdir, readFile, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HumanLabel } from '@contrail/core'
import { expect, test } from 'vitest'
import {
  checkRecording,
  collectGarbage,
  readLabels,
  recoverRecording,
  removeRecording,
  scanForSecrets,
  TrajectoryRecorder,
  writeLabel,
} from '../../src/index.ts'
import { writeLabelOn } from '../../src/finish/write-label.ts'
import { stepFinished } from '../support/evidence.ts'
import { crashingIo, interceptedIo } from '../support/intercepted-io.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

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
  const directory = await record(await memoryDirectory())
  const before = await readFile(join(directory, 'trajectory.json'))
  expect(await writeLabel(directory, label())).toBe(join(directory, 'labels/ann.json'))
  await writeLabel(directory, label({ outcome: 'failure' }))
  await writeLabel(directory, label({ annotator: 'bob' }))
  expect(await readLabels(directory)).toEqual([label({ outcome: 'failure' }), label({ annotator: 'bob' })])
  expect((await readFile(join(directory, 'trajectory.json'))).equals(before)).toBe(true)
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean', problems: [] })
})

test('two annotators at once, and each of them often: nobody overwrites another', async () => {
  const directory = await record(await memoryDirectory())
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
  const recorder = await openRecorder(await memoryDirectory())
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
  const directory = await record(await memoryDirectory())
  await expect(writeLabel(directory, label(more))).rejects.toThrow(TypeError)
  expect(await readdir(directory)).not.toContain('labels')
})

test('where there is no recording no label is written, and none through a link', async () => {
  const root = await memoryDirectory()
  await expect(writeLabel(root, label())).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
  const directory = await record(root)
  const elsewhere = await memoryDirectory()
  await symlink(elsewhere, join(directory, 'labels'))
  await expect(writeLabel(directory, label())).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  expect(await readdir(elsewhere)).toEqual([])
})

test('secrets stay out of a comment, and the search for secrets looks into labels', async () => {
  const root = await memoryDirectory()
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
  const directory = await record(await memoryDirectory())
  await writeLabel(directory, label())
  await writeFile(join(directory, 'labels/zed.json'), '{"annotator":5}')
  expect(await readLabels(directory)).toEqual([label()])
  expect((await checkRecording(directory)).problems).toMatchObject([{ code: 'unreadable', file: 'labels/zed.json' }])
})

test('rm and gc take labels for ours, and gc says that there were some', async () => {
  const root = await memoryDirectory()
  const directory = await record(root)
  await writeLabel(directory, label())
  const report = await collectGarbage(root, { maxSizeBytes: 0, dryRun: true })
  expect(report.removed).toMatchObject([{ judged: true }])
  await removeRecording(directory)
  expect(await readdir(root)).not.toContain('run')
})

/** Let a writer of a label die with its temporary file written and not renamed. @returns the name of the file */
async function dieBeforeRename(directory: string): Promise<string> {
  const { io, arm } = crashingIo(({ name }) => name === 'rename')
  arm()
  await expect(writeLabelOn(io, directory, label())).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
  const [left = ''] = (await readdir(join(directory, 'labels'))).filter((name) => name.startsWith('.tmp-'))
  expect(left).not.toBe('')
  return left
}

test('what a writer that was killed has left is told by check and cleared by recover; the label before it stays', async () => {
  const directory = await record(await memoryDirectory())
  await writeLabel(directory, label({ comment: 'before' }))
  const left = await dieBeforeRename(directory)
  expect((await checkRecording(directory)).problems).toMatchObject([{ code: 'leftover', file: `labels/${left}` }])
  await recoverRecording(directory)
  expect(await readdir(join(directory, 'labels'))).toEqual(['ann.json'])
  expect(await readLabels(directory)).toEqual([label({ comment: 'before' })])
})

test('the next label clears what was left long ago, and not what may still be written', async () => {
  const directory = await record(await memoryDirectory())
  const left = await dieBeforeRename(directory)
  await writeLabel(directory, label())
  expect(await readdir(join(directory, 'labels'))).toEqual([left, 'ann.json'])
  const longAgo = new Date(Date.now() - 120_000)
  await utimes(join(directory, 'labels', left), longAgo, longAgo)
  // A name like that which cannot be removed stops no label.
  await mkdir(join(directory, 'labels/.tmp-folder'))
  await utimes(join(directory, 'labels/.tmp-folder'), longAgo, longAgo)
  await writeLabel(directory, label({ annotator: 'bob' }))
  expect((await readdir(join(directory, 'labels'))).filter((name) => name !== '.tmp-folder')).toEqual([
    'ann.json',
    'bob.json',
  ])
})

test('a label whose temporary file is cleared by who finishes the recording meanwhile is written again', async () => {
  const directory = await record(await memoryDirectory())
  let cleared = 0
  const io = interceptedIo(async ({ name, path }) => {
    if (name === 'rename' && ++cleared <= 2) await unlink(path)
  })
  await writeLabelOn(io, directory, label())
  expect(cleared).toBe(3)
  expect(await readdir(join(directory, 'labels'))).toEqual(['ann.json'])
  const gone = interceptedIo(async ({ name, path }) => {
    if (name === 'rename') await rm(join(path, '..'), { recursive: true })
  })
  await expect(writeLabelOn(gone, directory, label())).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
})

test('labels that are a link are told by check, and stop neither finish nor recover', async () => {
  const recorder = await openRecorder(await memoryDirectory())
  const directory = recorder.directory ?? ''
  const elsewhere = await memoryDirectory()
  await writeFile(join(elsewhere, '.tmp-1-1'), 'of somebody else')
  await symlink(elsewhere, join(directory, 'labels'))
  await recorder.finish({ status: 'complete' })
  expect((await checkRecording(directory)).problems).toMatchObject([{ code: 'unreadable', file: 'labels' }])
  await recoverRecording(directory, { force: true })
  expect(await readdir(elsewhere)).toEqual(['.tmp-1-1'])
})

test('a label file that is too large or a link, and names with dots, hide no other label', async () => {
  const directory = await record(await memoryDirectory())
  await writeLabel(directory, label())
  const at = (name: string): string => join(directory, 'labels', name)
  await writeFile(at('huge.json'), `{"comment":"${'x'.repeat(10_000_000)}"}`)
  await symlink('/etc/passwd', at('passwd.json'))
  await writeFile(at('..eve...json'), JSON.stringify(label({ annotator: 'eve' })))
  await writeFile(at('a..b.json'), JSON.stringify(label({ annotator: 'a..b' })))
  expect((await readLabels(directory)).map(({ annotator }) => annotator)).toEqual(['a..b', 'ann'])
  const { problems } = await checkRecording(directory)
  expect(problems.map(({ file }) => file).toSorted()).toEqual(['labels/huge.json', 'labels/passwd.json'])
})
