import { existsSync } from 'node:fs'
import {
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Clock } from '@contrail/core'
import { expect, test } from 'vitest'
import {
  collectGarbage,
  compactRecording,
  findRecordings,
  readTrajectory,
  removeRecording,
  writeVerdict,
} from '../../src/index.ts'
import { collectGarbageOn } from '../../src/keep/gc.ts'
import { png, screenshot, stepFinished, stepObserved, wholeRun } from '../support/evidence.ts'
import { listTree } from '../support/file-tree.ts'
import { failingIo } from '../support/intercepted-io.ts'
import { createRecorder, directoryOf, editLock, recordAll, recordUnfinished } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const dayMs = 86_400_000
const today = Date.UTC(2026, 5, 15)
const daysAgo = (days: number): Clock => {
  const atMs = today - days * dayMs
  return { now: () => new Date(atMs), monotonicMs: () => 0 }
}
const now = daysAgo(0)
const reasons = (list: readonly { directory: string; reason: string }[]): Record<string, string> =>
  Object.fromEntries(list.map(({ directory, reason }) => [basename(dirname(directory)), reason]))

/** Runs that ended this many days ago, each with frames of its own that take about 100 kB. */
async function rootWithRuns(ages: Record<string, number>): Promise<string> {
  const root = await memoryDirectory()
  for (const [runId, days] of Object.entries(ages)) {
    const recorder = createRecorder(root, { runId, clock: daysAgo(days) })
    const frame = png(`${runId} ${'x'.repeat(100_000)}`)
    // Under two roles, so that one file has two names.
    await recordAll(recorder, [screenshot(frame, { evidenceRole: 'agent_and_probe' }), stepFinished(), stepObserved()])
    await recorder.finish()
  }
  return root
}

test('recordings whose run ended longer ago than allowed go, whole, oldest first', async () => {
  const root = await rootWithRuns({ newest: 1, oldest: 90, old: 40, young: 29 })
  // The folder has been touched since: that says nothing of the run.
  await utimes(join(root, 'oldest', 'buy-lamp'), new Date(), new Date())
  const told: string[] = []
  const report = await collectGarbage(root, {
    olderThanMs: 30 * dayMs,
    clock: now,
    onProgress: ({ directory }) => told.push(basename(dirname(directory))),
  })
  expect(report.removed).toMatchObject([
    { directory: join(root, 'oldest', 'buy-lamp'), reason: 'too_old', endedAt: '2026-03-17T00:00:00.000Z' },
    { directory: join(root, 'old', 'buy-lamp'), reason: 'too_old', judged: false },
  ])
  expect(told).toEqual(['oldest', 'old'])
  expect(reasons(report.kept)).toEqual({ young: 'within_limits', newest: 'within_limits' })
  expect((await readdir(root)).toSorted()).toEqual(['.gitignore', 'newest', 'young'])
})

test('the oldest go until the rest takes no more than allowed; a file of two names counts once', async () => {
  const root = await rootWithRuns({ a: 4, b: 3, c: 2, d: 1 })
  const every = await collectGarbage(root, { clock: now })
  expect(every.removed).toEqual([])
  expect(every.keptBytes).toBe(await distinctBytes(root))
  expect(every.keptBytes).toBeLessThan(500_000)
  const { removed, kept, keptBytes, freedBytes, overSize } = await collectGarbage(root, {
    maxSizeBytes: 250_000,
    clock: now,
  })
  expect(reasons(removed)).toEqual({ a: 'over_size', b: 'over_size' })
  expect(reasons(kept)).toEqual({ c: 'within_limits', d: 'within_limits' })
  expect(keptBytes).toBe(await distinctBytes(root))
  expect(freedBytes + keptBytes).toBe(every.keptBytes)
  expect(overSize).toBe(false)
})

/** Bytes of all files of runs, each inode once. */
async function distinctBytes(root: string): Promise<number> {
  const sizes = new Map<number, number>()
  for (const path of await listTree(root)) {
    const { ino, size } = await stat(join(root, path))
    if (!path.endsWith('/') && path !== '.gitignore') sizes.set(ino, size)
  }
  return [...sizes.values()].reduce((total, size) => total + size, 0)
}

test('a file that two recordings share is free only when both have gone', async () => {
  const root = await rootWithRuns({ a: 4, b: 3 })
  const [from, to] = ['a', 'b'].map((run) => join(root, run, 'buy-lamp', 'screenshots/agent/1.png')) as [string, string]
  await rm(to)
  await link(from, to)
  const { removed } = await collectGarbage(root, { olderThanMs: 0, clock: now })
  expect(removed[0]?.freedBytes).toBeLessThan(100_000)
  expect(removed[1]?.freedBytes).toBeGreaterThan(200_000)
})

test('a recording that is being written stays, and so does one whose writer cannot be asked', async () => {
  const root = await rootWithRuns({ old: 90 })
  const recorder = createRecorder(root, { runId: 'live', clock: daysAgo(80) })
  await recordAll(recorder, wholeRun)
  const foreign = await recordUnfinished(root, wholeRun, { runId: 'foreign' })
  await editLock(foreign, { host: 'elsewhere' })
  const report = await collectGarbage(root, { olderThanMs: 0, maxSizeBytes: 0, clock: now })
  expect(reasons(report.removed)).toEqual({ old: 'too_old' })
  expect(reasons(report.kept)).toEqual({ live: 'being_written', foreign: 'owner_unknown' })
  expect(report.kept.find(({ reason }) => reason === 'being_written')?.message).toContain(`pid ${process.pid}`)
  expect(report.overSize).toBe(true)
  expect((await recorder.finish()).steps).toHaveLength(3)
})

test('a run that nobody finished is as old as its journal', async () => {
  const root = await memoryDirectory()
  const killed = await recordUnfinished(root, wholeRun, { runId: 'killed' })
  const fresh = await recordUnfinished(root, wholeRun, { runId: 'fresh' })
  await utimes(join(killed, 'core.log'), new Date(today - 40 * dayMs), new Date(today - 40 * dayMs))
  await utimes(join(fresh, 'core.log'), new Date(today), new Date(today))
  const { removed, kept } = await collectGarbage(root, { olderThanMs: 30 * dayMs, clock: now })
  expect(reasons(removed)).toEqual({ killed: 'too_old' })
  expect(reasons(kept)).toEqual({ fresh: 'within_limits' })
})

test('a recording with a verdict is no exception, and the report says that it was judged', async () => {
  const root = await rootWithRuns({ judged: 90, plain: 80 })
  await writeVerdict(join(root, 'judged', 'buy-lamp'), { outcomeSuccess: true })
  const { removed } = await collectGarbage(root, { olderThanMs: dayMs, clock: now })
  expect(removed.map(({ judged }) => judged)).toEqual([true, false])
})

test('a dry run says the same and removes nothing', async () => {
  const root = await rootWithRuns({ a: 4, b: 3, c: 2 })
  await rename(join(root, 'b', 'buy-lamp'), join(root, 'b', '.removed-buy-lamp'))
  const before = await listTree(root)
  const limits = { olderThanMs: 3.5 * dayMs, maxSizeBytes: 150_000, clock: now }
  const dry = await collectGarbage(root, { ...limits, dryRun: true })
  expect(await listTree(root)).toEqual(before)
  expect(await collectGarbage(root, limits)).toEqual({ ...dry, dryRun: false })
  expect(reasons(dry.removed)).toEqual({ b: 'removal_cut_off', a: 'too_old' })
})

test('what is no recording stays, whatever it is called', async () => {
  const root = await rootWithRuns({ old: 90 })
  const outside = await memoryDirectory()
  await writeFile(join(outside, 'core.log'), await readFile(join(root, 'old/buy-lamp/core.log')))
  await mkdir(join(root, 'notes', 'mine'), { recursive: true })
  await writeFile(join(root, 'notes', 'mine', 'core.log'), 'a dump of mine')
  await mkdir(join(root, 'others', '.removed-photos'), { recursive: true })
  await writeFile(join(root, 'others', '.removed-photos', 'holiday.png'), 'x')
  await writeFile(join(root, 'notes', 'list.txt'), 'x')
  await symlink(outside, join(root, 'linked-run'))
  await symlink(join(outside), join(root, 'notes', 'linked-task'))
  const { removed, kept } = await collectGarbage(root, { olderThanMs: 0, maxSizeBytes: 0, clock: now })
  expect(reasons(removed)).toEqual({ old: 'too_old' })
  expect(reasons(kept)).toEqual({ notes: 'no_recording', others: 'no_recording' })
  expect(await listTree(root)).toEqual([
    '.gitignore',
    'linked-run',
    'notes/',
    'notes/linked-task',
    'notes/list.txt',
    'notes/mine/',
    'notes/mine/core.log',
    'others/',
    'others/.removed-photos/',
    'others/.removed-photos/holiday.png',
  ])
  expect(existsSync(join(outside, 'core.log'))).toBe(true)
})

test('a recording that holds files of somebody else stays, and is told when its time has come', async () => {
  const root = await rootWithRuns({ thesis: 90, photo: 80, young: 1, old: 70 })
  await writeFile(join(root, 'thesis/buy-lamp/thesis.tex'), 'mine')
  await writeFile(join(root, 'photo/buy-lamp/screenshots/agent/holiday.jpg'), 'mine')
  await writeFile(join(root, 'young/buy-lamp/notes.md'), 'mine')
  const limits = { olderThanMs: 30 * dayMs, clock: now }
  const dry = await collectGarbage(root, { ...limits, dryRun: true })
  const report = await collectGarbage(root, limits)
  expect(report).toEqual({ ...dry, dryRun: false })
  expect(reasons(report.removed)).toEqual({ old: 'too_old' })
  expect(report.kept).toMatchObject([
    { reason: 'foreign_files', message: 'thesis.tex' },
    { reason: 'foreign_files', message: 'screenshots/agent/holiday.jpg' },
    { reason: 'within_limits' },
  ])
})

test('a folder that is called like a removal and has no mark of a recording, or more than one, stays', async () => {
  const root = await memoryDirectory()
  const make = async (name: string, file: string): Promise<void> => {
    const path = join(root, 'proj', `.removed-${name}`, file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, 'mine')
  }
  await make('photos', 'screenshots/holiday.jpg')
  await make('logs', 'core.log')
  await rename(join(await rootWithRuns({ whole: 90 }), 'whole', 'buy-lamp'), join(root, 'proj', '.removed-lamp'))
  await make('lamp', 'thesis.tex')
  await mkdir(join(root, 'proj', '.removed-empty'))
  const { removed, kept } = await collectGarbage(root, { olderThanMs: 0 })
  expect(removed.map(({ directory }) => basename(directory))).toEqual(['.removed-empty'])
  expect(kept.map(({ directory, reason }) => [basename(directory), reason])).toEqual([
    ['.removed-lamp', 'no_recording'],
    ['.removed-logs', 'no_recording'],
    ['.removed-photos', 'no_recording'],
  ])
})

test('a damaged recording is still one, and goes when its time has come', async () => {
  const root = await rootWithRuns({ torn: 90, judged: 80 })
  await truncate(join(root, 'torn/buy-lamp/trajectory.json'), 100)
  await writeFile(join(root, 'torn/buy-lamp/task_data.json'), '['.repeat(100_000))
  const then = new Date(today - 50 * dayMs)
  await utimes(join(root, 'torn/buy-lamp/core.log'), then, then)
  const { removed } = await collectGarbage(root, { olderThanMs: 45 * dayMs, clock: now })
  expect(reasons(removed)).toEqual({ judged: 'too_old', torn: 'too_old' })
})

test('one that cannot be read or removed is reported and stops no other', async () => {
  const root = await rootWithRuns({ a: 90, b: 80, c: 70 })
  const io = failingIo(
    ({ name, path }) =>
      (path.includes('/a/') && name === 'read') ||
      (path.includes('/b/') && name === 'rename') ||
      path === join(root, 'd'),
  )
  const { removed, kept } = await collectGarbageOn(io, root, { olderThanMs: 0, clock: now })
  expect(reasons(removed)).toEqual({ c: 'too_old' })
  expect(reasons(kept)).toEqual({ a: 'unreadable', b: 'not_removed' })
  expect((await readTrajectory(join(root, 'b', 'buy-lamp'))).steps).toHaveLength(1)
})

test('a removal that is going on is not completed under a writer that came back', async () => {
  const root = await memoryDirectory()
  const recorder = createRecorder(root)
  await recordAll(recorder, wholeRun)
  // Where removeRecording stands for a moment when a writer has taken the lock just before.
  const aside = join(root, 'run', '.removed-buy-lamp')
  await rename(directoryOf(recorder), aside)
  const { removed } = await collectGarbage(root)
  expect(removed).toEqual([])
  await rename(aside, directoryOf(recorder))
  await recorder.finish()
})

test.each([['olderThanMs'], ['maxSizeBytes']])('%s that is no number from 0 on is a TypeError', async (name) => {
  for (const limit of [Number.NaN, -1, '30d' as unknown as number]) {
    await expect(collectGarbage('.', { [name]: limit })).rejects.toThrow(`${name}: expected a number from 0 on, got`)
  }
})

test('a misspelt option is a TypeError, and nothing is removed, found or compacted as if it were not there', async () => {
  const root = await rootWithRuns({ old: 40 })
  const misspelt = { olderThanMs: dayMs, dryrun: true }
  await expect(collectGarbage(root, misspelt as never)).rejects.toThrow(/collectGarbage .*dryRun.*got "dryrun"/)
  await expect(findRecordings(root, { olderThan: dayMs } as never)).rejects.toThrow(/got "olderThan"/)
  const [recording] = (await findRecordings(root)).recordings
  await expect(removeRecording(recording!.directory, { forced: true } as never)).rejects.toThrow(TypeError)
  await expect(compactRecording(recording!.directory, { dryrun: true } as never)).rejects.toThrow(TypeError)
  expect((await findRecordings(root)).recordings).toEqual([recording])
})

test('the folder of one run has its recordings straight below it, and no other run is touched', async () => {
  const root = await rootWithRuns({ old: 90, other: 90 })
  const run = join(root, 'old')
  await rename(join(root, 'other', 'buy-lamp'), join(run, '.removed-second'))
  await rename(join(await rootWithRuns({ young: 1 }), 'young', 'buy-lamp'), join(run, 'young'))
  await mkdir(join(root, 'other', 'mine'))
  const { removed, kept } = await collectGarbage(run, { olderThanMs: 30 * dayMs, clock: now })
  expect(removed.map(({ directory, reason }) => [basename(directory), reason])).toEqual([
    ['.removed-second', 'removal_cut_off'],
    ['buy-lamp', 'too_old'],
  ])
  expect(kept).toEqual([{ directory: join(run, 'young'), reason: 'within_limits' }])
  expect((await readdir(root)).toSorted()).toEqual(['.gitignore', 'old', 'other'])
})

test('a recording itself is refused as a root, and stays', async () => {
  const root = await rootWithRuns({ old: 90 })
  const before = await listTree(root)
  await expect(collectGarbage(join(root, 'old', 'buy-lamp'), { olderThanMs: 0, clock: now })).rejects.toMatchObject({
    code: 'DIRECTORY_UNAVAILABLE',
    message: expect.stringContaining('is a recording itself: "contrail rm" removes one'),
  })
  expect(await listTree(root)).toEqual(before)
})

test('a root that is not there is refused', async () => {
  await expect(collectGarbage(join(await memoryDirectory(), 'none'))).rejects.toMatchObject({
    code: 'DIRECTORY_UNAVAILABLE',
  })
})
