import { appendFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ContrailError } from '@contrail/core'
import { expect, test } from 'vitest'
import { checkRecording, readTrajectory, recoverRecording } from '../../src/index.ts'
import { checkRecordingOn } from '../../src/check/check.ts'
import { encodeLine } from '../../src/journal/line.ts'
import { parseFramesLog } from '../../src/frames/log.ts'
import { bySize } from '../../../../scripts/test-size.ts'
import { seeded } from '../faults/rig/sim-disk.ts'
import { MemoryIo } from '../hostile/memory-io.ts'
import { compact, picturedRun, picturesIn } from '../support/compacting.ts'
import { listTree, readTree } from '../support/file-tree.ts'
import { failingIo, interceptedIo, systemError } from '../support/intercepted-io.ts'
import { copiesOf, createRecorder, directoryOf, recordAll } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const picturesAt = copiesOf(async (root) => {
  const recorder = createRecorder(root)
  await recordAll(recorder, picturedRun)
  await recorder.finish()
  return directoryOf(recorder)
})
const compactedAt = copiesOf(async (root) => {
  const directory = await picturesAt(root)
  await compact(directory)
  return directory
})
const recordPictures = async (): Promise<string> => picturesAt(await memoryDirectory())
const recordCompacted = async (): Promise<string> => compactedAt(await memoryDirectory())

const hash = (digit: number): string => digit.toString(16).padStart(64, '0')
const line = (from: string, to: string, more: object = {}): Uint8Array =>
  encodeLine({ from, to, mediaType: 'image/webp', sizeBytes: 10, ...more })

test(
  'every flipped bit of a compacted recording is found, those of frames.log all along it',
  { timeout: 180_000 },
  async () => {
    const directory = await recordCompacted()
    const files = (await listTree(directory)).filter((path) => !path.endsWith('/'))
    const contents = new Map<string, Uint8Array>()
    for (const path of files) contents.set(path, await readFile(join(directory, path)))
    const io = new MemoryIo(new Map([...contents].map(([path, bytes]) => [`/recording/${path}`, bytes])))
    expect((await checkRecordingOn(io, '/recording')).status).toBe('clean')
    const missed: string[] = []
    const tryFlip = async (path: string, offset: number, bit: number): Promise<void> => {
      const bytes = contents.get(path) as Uint8Array
      bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit)
      const { status, problems } = await checkRecordingOn(io, '/recording')
      bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit)
      if (status !== 'corrupt' || !problems.some(({ file }) => file === path))
        missed.push(`${path} ${offset} ${bit}: ${status}`)
    }
    const random = seeded(3)
    const { byteLength } = contents.get('frames.log') as Uint8Array
    // Beside the length of no line, so that each part of one is met.
    const every = bySize({ fast: 17, faults: 1, long: 1 })
    for (let offset = 0; offset < byteLength; offset += every)
      await tryFlip('frames.log', offset, Math.floor(random() * 8))
    for (let flip = 0; flip < bySize({ fast: 50, faults: 400, long: 4_000 }); flip++) {
      const path = files[flip % files.length] as string
      await tryFlip(path, Math.floor(random() * (contents.get(path)?.byteLength ?? 0)), Math.floor(random() * 8))
    }
    expect(missed).toEqual([])
  },
)

test('frames.log that is gone, cut or goes on is told by its name', async () => {
  const text = async (directory: string): Promise<Buffer> => readFile(join(directory, 'frames.log'))
  const told = async (damage: (directory: string, log: string) => Promise<unknown>) => {
    const directory = await recordCompacted()
    await damage(directory, join(directory, 'frames.log'))
    const { status, problems } = await checkRecording(directory)
    const codes = problems.filter(({ file }) => file === 'frames.log').map(({ code }) => code)
    return { status, codes }
  }
  expect(await told((_, log) => rm(log))).toEqual({ status: 'corrupt', codes: ['missing'] })
  expect(await told(async (directory, log) => writeFile(log, (await text(directory)).subarray(0, -3)))).toEqual({
    status: 'corrupt',
    codes: ['differs'],
  })
  expect(await told((_, log) => appendFile(log, '{"from":"torn'))).toEqual({
    status: 'unfinished',
    codes: ['unfinished'],
  })
  expect(await told((_, log) => appendFile(log, line(hash(1), hash(2))))).toEqual({
    status: 'unfinished',
    codes: ['unfinished'],
  })
  expect(
    await told(async (directory, log) => {
      const lines = (await text(directory)).toString('latin1').split('\n')
      await writeFile(log, [lines[0]?.replace('sizeBytes', 'sizeBites'), ...lines.slice(1)].join('\n'), 'latin1')
    }),
  ).toEqual({ status: 'corrupt', codes: ['hole', 'differs'] })
})

test('a torn tail is dropped by recover, and by the next compaction', async () => {
  for (const finish of [recoverRecording, compact]) {
    const directory = await recordCompacted()
    const tree = await readTree(directory)
    await appendFile(join(directory, 'frames.log'), '{"from":"torn')
    const pictures = await picturesIn(directory)
    await finish(directory)
    expect(await picturesIn(directory)).toEqual(pictures)
    expect(await readTree(directory)).toEqual(tree)
  }
})

test('a log that was damaged after it was used is told, and nothing is made anew from it', async () => {
  const directory = await recordCompacted()
  const path = join(directory, 'frames.log')
  const bytes = await readFile(path)
  bytes[20] = (bytes[20] ?? 0) ^ 1
  await writeFile(path, bytes)
  const tree = await readTree(directory)
  expect(await recoverRecording(directory)).toMatchObject({ outcome: 'already_finished' })
  await expect(compact(directory)).rejects.toMatchObject({ code: 'RECORDING_CORRUPT' })
  expect(await readTree(directory)).toEqual(tree)
  expect(Object.keys(await picturesIn(directory))).toHaveLength(6)
})

test('lines that name what is not there change nothing that can be seen', async () => {
  const directory = await recordPictures()
  const [image] = Object.keys(await picturesIn(directory))
  const pictures = await picturesIn(directory)
  await writeFile(
    join(directory, 'frames.log'),
    Buffer.concat([line(image as string, hash(7)), line(hash(8), hash(9))]),
  )
  expect(await checkRecording(directory)).toMatchObject({ status: 'unfinished' })
  expect(await picturesIn(directory)).toEqual(pictures)
  await recoverRecording(directory)
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean' })
  expect(await picturesIn(directory)).toEqual(pictures)
  await rm(join(directory, 'trajectory.json'))
  expect(await picturesIn(directory)).toEqual(pictures)
})

test('chains, circles, paths and media types that can run are no lines', async () => {
  const reasonsOf = async (...lines: Uint8Array[]): Promise<string[]> => {
    const { holes } = await parseFramesLog(Buffer.concat([...lines, line(hash(998), hash(999))]))
    return holes.map(({ reason }) => reason)
  }
  expect(await reasonsOf(line(hash(1), hash(2)), line(hash(1), hash(3)), line(hash(4), hash(3)))).toEqual([])
  expect(await reasonsOf(line(hash(1), hash(1)))).toEqual(['chain'])
  expect(await reasonsOf(line(hash(1), hash(2)), line(hash(2), hash(1)))).toEqual(['chain'])
  expect(await reasonsOf(line(hash(1), hash(2)), line(hash(2), hash(3)))).toEqual(['chain'])
  expect(await reasonsOf(line(hash(2), hash(3)), line(hash(1), hash(2)))).toEqual(['chain'])
  expect(await reasonsOf(line('../../../etc/passwd', hash(1)))).toEqual(['schema'])
  expect(await reasonsOf(line(hash(1), `${hash(2).slice(3)}/..`))).toEqual(['schema'])
  expect(await reasonsOf(line(hash(1), hash(2), { mediaType: 'image/svg+xml' }))).toEqual(['schema'])
  expect(await reasonsOf(line(hash(1), hash(2), { mediaType: '../x' }))).toEqual(['schema'])
  expect(await reasonsOf(line(hash(1), hash(2), { sizeBytes: -1 }))).toEqual(['schema'])
  expect(await reasonsOf(Buffer.from('{"__proto__":1}\n'), Buffer.from('\n\n'))).toEqual(['checksum'])
})

test('the lines of a chain, forwards or backwards, or 20 MB of nothing, are read in one pass', async () => {
  const count = 6_000
  const chain = Array.from({ length: count }, (_, at) => line(hash(at + 1), hash(at + 2)))
  const ways = [chain, chain.toReversed()] as const
  const [forwards, backwards] = await Promise.all(ways.map((lines) => parseFramesLog(Buffer.concat(lines))))
  // Every other would replace what stands for a frame, or names as its result what was replaced before.
  expect(forwards?.replacements.size).toBe(count / 2)
  expect(backwards?.replacements.size).toBe(count / 2)
  for (const lines of ways) {
    // Four times the lines would take sixteen times the time if each looked at those before it.
    const quarter = await millisecondsFor(Buffer.concat(lines.slice(0, count / 4)))
    expect(await millisecondsFor(Buffer.concat(lines))).toBeLessThan(8 * Math.max(quarter, 5))
  }
  expect(await parseFramesLog(Buffer.alloc(20_000_000, 10))).toMatchObject({ tornBytes: 20_000_000, holes: [] })
})

/** The least time of this thread in which a log of these lines is read, of two. */
async function millisecondsFor(bytes: Uint8Array): Promise<number> {
  const times: number[] = []
  while (times.length < 2) {
    const before = process.threadCpuUsage()
    await parseFramesLog(bytes)
    const { user, system } = process.threadCpuUsage(before)
    times.push((user + system) / 1000)
  }
  return Math.min(...times)
}

test('a frames.log that is a folder, a link or too large is told, and the recording is read all the same', async () => {
  const plants: [string, (path: string) => Promise<unknown>][] = [
    ['a folder', (path) => mkdir(path)],
    ['a link', (path) => symlink('/etc/passwd', path)],
    ['65 MB', (path) => writeFile(path, Buffer.alloc(65_000_000, 10))],
  ]
  for (const [what, plant] of plants) {
    const directory = await recordPictures()
    const pictures = await picturesIn(directory)
    await plant(join(directory, 'frames.log'))
    const { status, problems } = await checkRecording(directory)
    expect([what, status]).toEqual([what, 'corrupt'])
    expect(problems.map(({ code, file }) => `${code} ${file}`)).toEqual(['unreadable frames.log'])
    expect(await picturesIn(directory)).toEqual(pictures)
    await expect(compact(directory)).rejects.toMatchObject({ code: 'RECORDING_CORRUPT' })
    await expect(recoverRecording(directory)).rejects.toMatchObject({ name: 'ContrailError' })
    await rm(join(directory, 'trajectory.json'))
    await expect(readTrajectory(directory)).rejects.toMatchObject({ name: 'ContrailError' })
  }
})

test('a disk that fails at any operation is told, and nothing is lost by it', { timeout: 180_000 }, async () => {
  const measured = await recordPictures()
  let operations = 0
  await compact(measured, { io: interceptedIo(() => void operations++) })
  const expected = await readTree(measured)
  const faults: string[] = []
  const recorded = await recordPictures()
  const pictures = await picturesIn(recorded)
  for (let position = 1; position <= operations; position += bySize({ fast: 41, faults: 5, long: 1 })) {
    const directory = await recordPictures()
    let count = 0
    const io = interceptedIo(() => {
      if (++count === position) throw systemError(position % 2 ? 'EIO' : 'ENOSPC')
    })
    const outcome = await compact(directory, { io }).then(
      () => undefined,
      (cause: unknown) => (cause instanceof ContrailError ? cause.code : String(cause)),
    )
    const where = `operation ${position}: ${outcome}`
    const codes = [undefined, 'RECORDING_FAILED', 'FILE_UNREADABLE', 'RECORDING_CORRUPT']
    if (!codes.includes(outcome)) faults.push(where)
    if (JSON.stringify(await picturesIn(directory)) !== JSON.stringify(pictures))
      faults.push(`${where}: other pictures`)
    if ((await checkRecording(directory)).status === 'corrupt') faults.push(`${where}: corrupt`)
    await compact(directory).catch((cause: unknown) => faults.push(`${where}, again: ${String(cause)}`))
    if (JSON.stringify(await readTree(directory)) !== JSON.stringify(expected)) faults.push(`${where}: other files`)
  }
  expect(faults).toEqual([])
  expect(operations).toBeGreaterThan(200)
})

test('a full disk is told with what to do, and the recording stays readable', async () => {
  const directory = await recordPictures()
  const pictures = await picturesIn(directory)
  const io = failingIo(({ name, path }) => name === 'write' && path.includes('blobs'), 'ENOSPC')
  await expect(compact(directory, { io })).rejects.toMatchObject({
    code: 'RECORDING_FAILED',
    message: expect.stringContaining('free some space') as string,
  })
  expect(await picturesIn(directory)).toEqual(pictures)
  await recoverRecording(directory)
  expect((await checkRecording(directory)).status).toBe('clean')
})
