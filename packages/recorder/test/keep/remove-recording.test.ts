import { cpSync, existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { bySize } from '../../../../scripts/test-size.ts'
import { collectGarbage, removeRecording } from '../../src/index.ts'
import { removeRecordingOn } from '../../src/keep/remove-recording.ts'
import { wholeRun } from '../support/evidence.ts'
import { listTree } from '../support/file-tree.ts'
import { crashingIo, failingIo, interceptedIo } from '../support/intercepted-io.ts'
import {
  createRecorder,
  directoryOf,
  editLock,
  recordAll,
  recordUnfinished,
  recordWholeRun,
} from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

test('a recording is gone for good, finished or not, and the folder of its run when it was the last', async () => {
  const root = await memoryDirectory()
  const finished = await recordWholeRun(root, { runId: 'a' })
  const unfinished = await recordUnfinished(root, wholeRun, { runId: 'b' })
  const other = await recordWholeRun(root, { runId: 'b' })
  await removeRecording(finished)
  await removeRecording(unfinished)
  expect((await readdir(root)).toSorted()).toEqual(['.gitignore', 'b'])
  expect(await readdir(join(root, 'b'))).toEqual([other.slice(join(root, 'b').length + 1)])
})

test('a recording that is being written is refused and names pid and host; force does not change that', async () => {
  const recorder = createRecorder(await memoryDirectory())
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
  const directory = await recordUnfinished(await memoryDirectory())
  await editLock(directory, { host: 'elsewhere' })
  await expect(removeRecording(directory)).rejects.toMatchObject({
    code: 'JOURNAL_LOCKED',
    details: { host: 'elsewhere' },
  })
  await removeRecording(directory, { force: true })
  expect(existsSync(directory)).toBe(false)
})

test('a writer on another host that comes in the last moment keeps its recording, under its name', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const inode = (await stat(directory)).ino
  const owner = { pid: 7, startTicks: '1', bootId: 'other', host: 'elsewhere', pidNamespace: 'pid:[1]' }
  const racing = interceptedIo(async ({ name, path }) => {
    if (name !== 'rename' || path !== directory) return
    await writeFile(join(directory, '.recording'), JSON.stringify({ ...owner, directoryInode: inode }))
  })
  await expect(removeRecordingOn(racing, directory)).rejects.toMatchObject({ code: 'JOURNAL_LOCKED' })
  expect(await readdir(dirname(directory))).toEqual([basename(directory)])
})

test("the folder of somebody who has copied a recording into it is not removed: only a run's is", async () => {
  const home = await memoryDirectory()
  await mkdir(join(home, 'mine'))
  await cp(await recordWholeRun(await memoryDirectory()), join(home, 'mine', 'copy'), { recursive: true })
  await removeRecording(join(home, 'mine', 'copy'))
  expect(await listTree(home)).toEqual(['mine/'])
  // A root of other things has no mark of ours; the folder has the name of its run.
  await writeFile(join(home, 'notes.txt'), 'mine')
  await removeRecording(await recordWholeRun(home))
  expect(await listTree(home)).toEqual(['mine/', 'notes.txt'])
})

test('what is no recording is never removed', async () => {
  const root = await memoryDirectory()
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
  const root = await memoryDirectory()
  await mkdir(join(root, 'outside'))
  await writeFile(join(root, 'outside', 'mine.txt'), 'mine')
  const directory = await recordWholeRun(root)
  await symlink(join(root, 'outside'), join(directory, 'attachments'))
  await removeRecording(directory)
  expect(existsSync(directory)).toBe(false)
  expect(await readFile(join(root, 'outside', 'mine.txt'), 'utf8')).toBe('mine')
})

/** The remains of a recording when its removal stops at an operation, and what gc then makes of it. */
async function cutOffRemoval(
  last: number,
  original: string,
): Promise<{ done: boolean; left: string; reasons: string[]; after: string[] }> {
  const root = await memoryDirectory()
  const directory = join(root, 'run', basename(original))
  cpSync(original, directory, { recursive: true })
  const before = await readdir(directory)
  const crashing = crashingIo(last)
  crashing.arm()
  const done = await removeRecordingOn(crashing.io, directory).then(
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

/** A recording that is finished is cut off at each operation, the others at one in so many: they differ in what is there. */
const every = bySize({ fast: 4, faults: 1, long: 1 })

test.each([
  ['finished', recordWholeRun, 1],
  ['unfinished', recordUnfinished, every],
  ['with a damaged journal', damaged('core.log'), every],
  ['that died before its first line', withoutJournal, every],
] as const)(
  'a removal that is cut off at any operation leaves the whole recording or a rest that gc removes: %s',
  async (_, make, step) => {
    const original = await make(await memoryDirectory())
    const seen = new Set<string>()
    for (let last = 1, done = false; !done; last += step) {
      const { left, reasons, after, ...end } = await cutOffRemoval(last, original)
      done = end.done
      seen.add([left, ...reasons, ...after].join())
    }
    expect(seen).toEqual(new Set(['whole,buy-lamp', '.removed-buy-lamp,removal_cut_off', '']))
  },
)

/** A finished recording of which one file is not what it was. */
function damaged(name: string): (root: string) => Promise<string> {
  return async (root) => {
    const directory = await recordWholeRun(root)
    await writeFile(join(directory, name), 'overwritten')
    return directory
  }
}

async function withoutJournal(root: string): Promise<string> {
  const directory = await recordUnfinished(root)
  await writeFile(join(directory, 'core.log'), '')
  return directory
}

test('what happens to stand under the name for removals is not touched', async () => {
  const root = await memoryDirectory()
  const directory = await recordWholeRun(root)
  const mine = join(root, 'run', '.removed-buy-lamp')
  await mkdir(join(mine, 'docs'), { recursive: true })
  await writeFile(join(mine, 'core.log'), 'a dump of mine')
  await writeFile(join(mine, 'docs', 'a'), 'mine')
  await writeFile(`${mine}-2`, 'a file')
  await removeRecording(directory)
  expect(await listTree(join(root, 'run'))).toEqual([
    '.removed-buy-lamp-2',
    '.removed-buy-lamp/',
    '.removed-buy-lamp/core.log',
    '.removed-buy-lamp/docs/',
    '.removed-buy-lamp/docs/a',
  ])
})

test('what an earlier removal of the same name has left goes with the next', async () => {
  const root = await memoryDirectory()
  await rename(await recordWholeRun(root), join(root, 'run', '.removed-buy-lamp'))
  await removeRecording(await recordWholeRun(root))
  expect(await readdir(root)).toEqual(['.gitignore'])
})

test('a recording that holds files of somebody else is refused, and force removes it with them', async () => {
  const root = await memoryDirectory()
  const directory = await recordWholeRun(root)
  const foreign = [
    '.git/',
    'attachments/plan.odt',
    'core.log.bak',
    'labels/old/',
    'scores/notes.md',
    'screenshots/agent/holiday.jpg',
    'screenshots/blobs/mine/',
    'screenshots/holiday.jpg',
    'screenshots/probe/1/',
    'thesis.tex',
  ]
  for (const path of foreign) {
    await mkdir(join(directory, path.endsWith('/') ? path : dirname(path)), { recursive: true })
    await writeFile(join(directory, path, path.endsWith('/') ? 'mine.txt' : ''), 'mine')
  }
  await writeFile(join(directory, '.DS_Store'), 'litter')
  const before = await listTree(root)
  await expect(removeRecording(directory)).rejects.toMatchObject({
    code: 'FOREIGN_FILES',
    message: expect.stringMatching(/\.git\/, .* and 5 more/),
    details: { directory, foreign },
  })
  expect(await listTree(root)).toEqual(before)
  await removeRecording(directory, { force: true })
  expect(existsSync(directory)).toBe(false)
})

test('nothing that a recording may hold of its own keeps it', async () => {
  const directory = await recordUnfinished(await memoryDirectory())
  await mkdir(join(directory, 'attachments'))
  await mkdir(join(directory, 'labels'))
  const hash = 'a'.repeat(64)
  const own = ['.recording.stale-7', 'times.json.tmp', 'metadata.json', `attachments/${hash}.bin`, 'labels/ann.json']
  for (const path of [...own, `screenshots/blobs/.tmp-7-1`]) await writeFile(join(directory, path), '{}')
  await removeRecording(directory)
  expect(existsSync(directory)).toBe(false)
})

test('a disk that refuses is told, and what is left of the recording is named', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const io = failingIo(({ name, path }) => name === 'unlink' && path.endsWith('times.json'), 'EROFS')
  await expect(removeRecordingOn(io, directory)).rejects.toMatchObject({
    code: 'DIRECTORY_UNAVAILABLE',
    message: expect.stringMatching(/EROFS.*\.removed-buy-lamp.*contrail gc/),
  })
})
