import { appendFile, cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  checkRecording,
  collectGarbage,
  listRuns,
  readTrajectory,
  recoverRecording,
  removeRecording,
  scanForSecrets,
  writeVerdict,
} from '../../src/index.ts'
import {
  agentFrame,
  finalAnswer,
  imagesOf,
  plainData,
  png,
  screenshot,
  stepFinished,
  stepObserved,
} from '../support/evidence.ts'
import { compact, picturedRun, picturesIn, recordedHash } from '../support/compacting.ts'
import { listTree, readJson, readTree } from '../support/file-tree.ts'
import { losslessImages, pixelsOf, picturePng, plainPicture, stripedPicture } from '../support/lossless-images.ts'
import { createRecorder, directoryOf, recordAll, recordUnfinished } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

async function recordPictures(events = picturedRun): Promise<string> {
  const recorder = createRecorder(await memoryDirectory())
  await recordAll(recorder, events)
  await recorder.finish()
  return directoryOf(recorder)
}

test('frames of probes are re-encoded, agent frames stay byte for byte, and every picture shows what it showed', async () => {
  const directory = await recordPictures()
  const before = await readTree(directory)
  const pictures = await picturesIn(directory)
  const report = await compact(directory)
  expect(report).toMatchObject({
    frames: 4,
    reencoded: 4,
    agentFrames: 2,
    alreadyReencoded: 0,
    kept: [],
    interrupted: false,
  })
  expect(report.bytesAfter).toBeLessThan(report.bytesBefore / 2)
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean', problems: [], notes: [] })
  expect(await picturesIn(directory)).toEqual(pictures)
  const after = await readTree(directory)
  expect(Object.keys(after).toSorted()).toEqual(
    Object.keys({ ...before, 'frames.log': '' })
      .map((path) => (/probe\/(1|initial)\.png$/.test(path) ? path.replace('.png', '.webp') : path))
      .toSorted(),
  )
  for (const path of [
    'core.log',
    'times.json',
    'task_data.json',
    'screenshots/agent/1.png',
    'screenshots/probe/3.png',
  ]) {
    expect([path, after[path]]).toEqual([path, before[path]])
  }
  const mediaTypes = imagesOf(await readTrajectory(directory)).map(({ path, mediaType }) => `${path} ${mediaType}`)
  expect(mediaTypes).toContain('screenshots/probe/1.webp image/webp')
  expect(mediaTypes).toContain('screenshots/probe/2.png image/png')
})

test('an image says which bytes it was recorded with, and everything else in the trajectory stays', async () => {
  const directory = await recordPictures()
  const before = await readTrajectory(directory)
  await compact(directory)
  const after = await readTrajectory(directory)
  expect(imagesOf(after).map(recordedHash)).toEqual(imagesOf(before).map(recordedHash))
  const withoutBytes = (trajectory: typeof before): unknown =>
    JSON.parse(
      JSON.stringify(plainData(trajectory), (key, value: unknown) =>
        ['sha256', 'originalSha256', 'mediaType', 'sizeBytes'].includes(key) ? undefined : value,
      ),
    )
  expect(withoutBytes(after)).toEqual(withoutBytes(before))
  for (const image of imagesOf(after)) expect((await image.read()).byteLength).toBe(image.sizeBytes)
})

test('with agentFrames those are re-encoded too, at once or later', async () => {
  const later = await recordPictures()
  await compact(later)
  expect(await compact(later, { agentFrames: true })).toMatchObject({ frames: 2, reencoded: 2, alreadyReencoded: 4 })
  const once = await recordPictures()
  const pictures = await picturesIn(once)
  expect(await compact(once, { agentFrames: true })).toMatchObject({ frames: 6, reencoded: 6, agentFrames: 0 })
  expect(await picturesIn(once)).toEqual(pictures)
  expect(await picturesIn(later)).toEqual(pictures)
  for (const directory of [once, later]) {
    expect(await checkRecording(directory)).toMatchObject({ status: 'clean', notes: [] })
    expect((await listTree(directory)).filter((path) => path.endsWith('.webp'))).toHaveLength(3)
  }
})

test('doing it again, or recovering, changes not a byte', async () => {
  const directory = await recordPictures()
  await compact(directory)
  const tree = await readTree(directory)
  const again = await compact(directory)
  expect(again).toMatchObject({ frames: 0, reencoded: 0, alreadyReencoded: 4, bytesBefore: 0 })
  expect(await readTree(directory)).toEqual(tree)
  expect(await recoverRecording(directory)).toMatchObject({ outcome: 'already_finished' })
  await recoverRecording(directory, { force: true })
  expect(await readTree(directory)).toEqual(tree)
})

test('a dry run says the same and changes nothing', async () => {
  const directory = await recordPictures()
  const tree = await readTree(directory)
  const dry = await compact(directory, { dryRun: true })
  expect(await readTree(directory)).toEqual(tree)
  expect(await compact(directory)).toEqual({ ...dry, dryRun: false })
})

test('frames that lose their difference share one file, wherever the second came from', async () => {
  const colour = { width: 12, height: 9, rgb: Buffer.alloc(324, 7) }
  const directory = await recordPictures([
    stepFinished(),
    screenshot(picturePng(colour, 0)),
    stepObserved(),
    stepFinished(),
    screenshot(picturePng(colour, 9)),
    stepObserved(),
    stepFinished(),
    screenshot((await reencoded(picturePng(colour, 0))) as Buffer, { mediaType: 'image/webp' }),
    stepObserved(),
  ])
  const pictures = await picturesIn(directory)
  expect(await compact(directory)).toMatchObject({ frames: 3, reencoded: 2 })
  expect((await listTree(directory)).filter((path) => /probe\/./.test(path))).toEqual(['screenshots/probe/1.webp'])
  expect(await picturesIn(directory)).toEqual(pictures)
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean', notes: [] })
})

async function reencoded(bytes: Buffer): Promise<Uint8Array | undefined> {
  const result = await losslessImages.reencode(bytes)
  return 'bytes' in result ? result.bytes : undefined
}

test('a frame that cannot be decoded stays, is told, and stops no other', async () => {
  const { ContrailError } = await import('@contrail/core')
  const directory = await recordPictures([
    ...picturedRun.slice(0, -1),
    stepFinished(),
    screenshot(png('torn')),
    stepObserved(),
  ])
  const reencode: typeof losslessImages.reencode = async (bytes) => {
    if (Buffer.from(bytes).includes('torn')) throw new ContrailError('FILE_INVALID', 'cannot be decoded')
    return losslessImages.reencode(bytes)
  }
  const report = await compact(directory, { images: { reencode } })
  expect(report).toMatchObject({
    frames: 5,
    reencoded: 4,
    kept: [{ path: 'screenshots/probe/5.png', reason: 'unreadable', message: 'cannot be decoded' }],
  })
  expect((await checkRecording(directory)).status).toBe('clean')
})

test('tools that fail end it with their error; what was done before stays, and the rest comes with the next', async () => {
  const directory = await recordPictures()
  const pictures = await picturesIn(directory)
  let asked = 0
  const reencode: typeof losslessImages.reencode = async (bytes) => {
    if (++asked === 3) throw new Error('the thread has died')
    return losslessImages.reencode(bytes)
  }
  await expect(compact(directory, { images: { reencode } })).rejects.toThrow('the thread has died')
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean', notes: [] })
  expect(await picturesIn(directory)).toEqual(pictures)
  expect(await compact(directory)).toMatchObject({ reencoded: 2, alreadyReencoded: 2 })
})

test('a signal ends it after the frame under way, and leaves a good recording', async () => {
  const directory = await recordPictures()
  const abort = new AbortController()
  const seen: string[] = []
  const report = await compact(directory, {
    signal: abort.signal,
    onProgress: ({ done, frames }) => {
      seen.push(`${done}/${frames}`)
      abort.abort()
    },
  })
  expect(seen).toEqual(['1/4'])
  expect(report).toMatchObject({ interrupted: true, reencoded: 1, frames: 4 })
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean', notes: [] })
  expect(await compact(directory)).toMatchObject({ reencoded: 3, alreadyReencoded: 1, interrupted: false })
})

test('what is not a finished recording of ours is refused, and not a byte changes', async () => {
  const root = await memoryDirectory()
  const unfinished = await recordUnfinished(root)
  const live = createRecorder(await memoryDirectory())
  await recordAll(live, picturedRun)
  const foreign = await memoryDirectory()
  await writeFile(
    join(foreign, 'trajectory.json'),
    JSON.stringify({ task: { id: 'a', instruction: 'b' }, steps: [], status: 'complete' }),
  )
  const tool = await memoryDirectory()
  await cp(foreign, tool, { recursive: true })
  await writeFile(join(tool, 'core.log'), 'not a journal\n')
  const damaged = await recordPictures()
  await appendFile(join(damaged, 'core.log'), 'x\nanother line\n')
  const gone = await recordPictures()
  await rm(join(gone, 'screenshots/probe/2.png'))
  const cases: [string, string][] = [
    [root, 'JOURNAL_MISSING'],
    [join(root, 'nowhere'), 'JOURNAL_MISSING'],
    [unfinished, 'RECORDING_UNFINISHED'],
    [directoryOf(live), 'JOURNAL_LOCKED'],
    [foreign, 'JOURNAL_MISSING'],
    [tool, 'JOURNAL_CORRUPT'],
    [damaged, 'RECORDING_CORRUPT'],
    [gone, 'RECORDING_CORRUPT'],
  ]
  for (const [directory, code] of cases) {
    const tree = await readTree(directory).catch(() => undefined)
    await expect(compact(directory)).rejects.toMatchObject({ name: 'ContrailError', code })
    await expect(compact(directory, { dryRun: true })).rejects.toMatchObject({ code })
    expect(await readTree(directory).catch(() => undefined)).toEqual(tree)
  }
  await live.cancel()
})

test('lists, verdicts, secrets, garbage and removals know a compacted recording', async () => {
  const directory = await recordPictures()
  const root = join(directory, '../..')
  const [listed] = await listRuns(root)
  await compact(directory)
  expect(await listRuns(root)).toEqual([listed])
  await writeVerdict(directory, { outcomeSuccess: true })
  expect((await checkRecording(directory)).status).toBe('clean')
  const { fileCount } = await scanForSecrets(directory, [])
  expect(fileCount).toBe((await listTree(directory)).filter((path) => !path.endsWith('/')).length)
  expect(await collectGarbage(root, { maxSizeBytes: 0, dryRun: true })).toMatchObject({
    removed: [{ reason: 'over_size' }],
  })
  await removeRecording(directory)
  await expect(stat(directory)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a compacted recording whose trajectory.json is gone is read, and recovered to the same bytes', async () => {
  const directory = await recordPictures()
  const pictures = await picturesIn(directory)
  await compact(directory)
  const tree = await readTree(directory)
  await rm(join(directory, 'trajectory.json'))
  expect(await picturesIn(directory)).toEqual(pictures)
  expect((await checkRecording(directory)).status).toBe('unfinished')
  expect(await recoverRecording(directory)).toMatchObject({ outcome: 'recovered' })
  expect(await readTree(directory)).toEqual(tree)
})

test('a re-encoded frame that is lost while the original is there is passed over, also for ever after', async () => {
  const directory = await recordPictures()
  const pictures = await picturesIn(directory)
  const original = await readFile(join(directory, 'screenshots/probe/1.png'))
  await compact(directory)
  await rm(join(directory, 'screenshots/probe/1.webp'))
  await writeFile(join(directory, 'screenshots/probe/1.png'), original)
  await rm(join(directory, 'trajectory.json'))
  expect(await picturesIn(directory)).toEqual(pictures)
  await recoverRecording(directory)
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean', notes: [] })
  expect(await picturesIn(directory)).toEqual(pictures)
  expect(await readJson(join(directory, 'trajectory.json'))).toMatchObject({
    framesLog: { lost: [expect.any(String)] },
  })
  expect(await compact(directory)).toMatchObject({ frames: 1, reencoded: 1, alreadyReencoded: 3 })
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean', notes: [] })
  expect(await readJson(join(directory, 'trajectory.json'))).not.toHaveProperty('framesLog.lost')
})

test('a picture that stands for itself under a name of its own is not touched by clearing', async () => {
  const directory = await recordPictures()
  await mkdir(join(directory, 'screenshots/probe'), { recursive: true })
  await writeFile(join(directory, 'screenshots/probe/holiday.png'), stripedPicture('holiday'))
  await cp(join(directory, 'screenshots/probe/1.png'), join(directory, 'screenshots/probe/copy-of-mine.png'))
  await compact(directory)
  const tree = await listTree(directory)
  expect(tree).toContain('screenshots/probe/holiday.png')
  expect(tree).toContain('screenshots/probe/copy-of-mine.png')
  expect(pixelsOf(await readFile(join(directory, 'screenshots/probe/1.webp')))).toEqual(pixelsOf(plainPicture('shop')))
  expect((await checkRecording(directory)).status).toBe('clean')
})

test('a recording that was moved is compacted where it is', async () => {
  const directory = await recordPictures([agentFrame(plainPicture('a')), stepFinished(), finalAnswer()])
  const moved = join(await memoryDirectory(), 'elsewhere')
  await rename(directory, moved)
  expect(await compact(moved)).toMatchObject({ frames: 0, agentFrames: 1 })
  expect(await compact(moved, { agentFrames: true })).toMatchObject({ reencoded: 1 })
  expect((await checkRecording(moved)).status).toBe('clean')
})
