import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { collectGarbage, removeRecording } from '../src/index.ts'
import { wholeRun } from './support/evidence.ts'
import { crashingIo, failingIo } from './support/intercepted-io.ts'
import {
  createRecorder,
  directoryOf,
  editLock,
  recordAll,
  recordUnfinished,
  recordWholeRun,
} from './support/recording.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

test('a recording is gone for good, finished or not, and the folder of its run when it was the last', async () => {
  const root = await temporaryDirectory()
  const finished = await recordWholeRun(root, { runId: 'a' })
  const unfinished = await recordUnfinished(root, wholeRun, { runId: 'b' })
  const other = await recordWholeRun(root, { runId: 'b' })
  await removeRecording(finished)
  await removeRecording(unfinished)
  expect((await readdir(root)).toSorted()).toEqual(['.gitignore', 'b'])
  expect(await readdir(join(root, 'b'))).toEqual([other.slice(join(root, 'b').length + 1)])
})

test('a recording that is being written is refused and names pid and host; force does not change that', async () => {
  const recorder = createRecorder(await temporaryDirectory())
  await recordAll(recorder, wholeRun)
  for (const force of [false, true]) {
    await expect(removeRecording(directoryOf(recorder), { force })).rejects.toMatchObject({
      code: 'JOURNAL_LOCKED',
      details: { pid: process.pid, host: expect.any(String) },
    })
  }
  await recorder.finish()
  expect(existsSync(join(directoryOf(recorder), 'trajectory.json'))).toBe(true)
})

test('a writer on another host cannot be asked: refused without force', async () => {
  const directory = await recordUnfinished(await temporaryDirectory())
  await editLock(directory, { host: 'elsewhere' })
  await expect(removeRecording(directory)).rejects.toMatchObject({
    code: 'JOURNAL_LOCKED',
    details: { host: 'elsewhere' },
  })
  await removeRecording(directory, { force: true })
  expect(existsSync(directory)).toBe(false)
})

test('what is no recording is never removed', async () => {
  const root = await temporaryDirectory()
  const recording = await recordWholeRun(root)
  const others: Record<string, string> = { 'core.log': 'a dump', 'trajectory.json': '{"mine":true}', 'photo.png': 'x' }
  await mkdir(join(root, 'mine'))
  await mkdir(join(root, 'empty'))
  for (const [name, text] of Object.entries(others)) await writeFile(join(root, 'mine', name), text)
  await symlink(recording, join(root, 'linked'))
  for (const name of ['mine', 'empty', 'none', 'mine/photo.png', 'run', '.']) {
    await expect(removeRecording(join(root, name))).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
  }
  await expect(removeRecording(join(root, 'linked'))).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  expect((await readdir(join(root, 'mine'))).toSorted()).toEqual(Object.keys(others).toSorted())
  expect((await readdir(root)).toSorted()).toEqual(['.gitignore', 'empty', 'linked', 'mine', 'run'])
})

test('a link in a recording is removed, and what it points to is not', async () => {
  const root = await temporaryDirectory()
  await mkdir(join(root, 'outside'))
  await writeFile(join(root, 'outside', 'mine.txt'), 'mine')
  const directory = await recordWholeRun(root)
  await symlink(join(root, 'outside'), join(directory, 'attachments'))
  await removeRecording(directory)
  expect(existsSync(directory)).toBe(false)
  expect(await readFile(join(root, 'outside', 'mine.txt'), 'utf8')).toBe('mine')
})

/** What is left of a recording when its removal stops at an operation, and what gc then makes of it. */
async function cutOffRemoval(
  last: number,
): Promise<{ done: boolean; left: string; reasons: string[]; after: string[] }> {
  const root = await temporaryDirectory()
  const directory = await recordWholeRun(root)
  // Names before and behind ours, in the order in which a folder is read.
  await writeFile(join(directory, 'README.md'), 'a note of mine')
  await writeFile(join(directory, 'zzz.txt'), 'another')
  const before = await readdir(directory)
  const crashing = crashingIo(last)
  crashing.arm()
  const done = await removeRecording(directory, { io: crashing.io }).then(
    () => true,
    () => false,
  )
  const whole = existsSync(directory) && (await readdir(directory)).length === before.length
  const run = dirname(directory)
  const names = existsSync(run) ? await readdir(run) : []
  const { removed } = await collectGarbage(root)
  return {
    done,
    left: whole ? 'whole' : names.join(' '),
    reasons: removed.map(({ reason }) => reason),
    after: existsSync(run) ? await readdir(run) : [],
  }
}

test('a removal that is cut off at any operation leaves the whole recording or a rest that gc removes', async () => {
  const seen = new Set<string>()
  for (let last = 1, done = false; !done; last++) {
    const { left, reasons, after, ...end } = await cutOffRemoval(last)
    done = end.done
    seen.add([left, ...reasons, ...after].join())
  }
  expect(seen).toEqual(new Set(['whole,buy-lamp', '.removed-buy-lamp,removal_cut_off', '']))
})

test('a disk that refuses is told, and what is left of the recording is named', async () => {
  const directory = await recordWholeRun(await temporaryDirectory())
  const io = failingIo(({ name, path }) => name === 'unlink' && path.endsWith('times.json'), 'EROFS')
  await expect(removeRecording(directory, { io })).rejects.toMatchObject({
    code: 'DIRECTORY_UNAVAILABLE',
    message: expect.stringMatching(/EROFS.*\.removed-buy-lamp.*contrail gc/),
  })
})
