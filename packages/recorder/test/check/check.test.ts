import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bySize } from '../../../../scripts/test-size.ts'
import { checkRecording, recoverRecording, writeVerdict } from '../../src/index.ts'
import { checkRecordingOn } from '../../src/check/check.ts'
import { seeded } from '../faults/rig/sim-disk.ts'
import { MemoryIo } from '../hostile/memory-io.ts'
import { stepFinished, wholeRun } from '../support/evidence.ts'
import { listTree, readJson, readTree } from '../support/file-tree.ts'
import { failingIo } from '../support/intercepted-io.ts'
import { createRecorder, directoryOf, recordAll, recordUnfinished, recordWholeRun } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const filesOf = ({ problems }: { problems: readonly { file: string }[] }): string[] =>
  [...new Set(problems.map(({ file }) => file))].toSorted()

async function flip(path: string, offset: number, bit: number): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const byte = Buffer.alloc(1)
    await file.read(byte, 0, 1, offset)
    byte[0] = (byte[0] as number) ^ (1 << bit)
    await file.write(byte, 0, 1, offset)
  } finally {
    await file.close()
  }
}

test('a finished recording is clean, with a verdict and after recover too', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  expect(await checkRecording(directory)).toEqual({ directory, status: 'clean', problems: [], notes: [] })
  await writeVerdict(directory, { outcomeSuccess: true })
  await writeVerdict(directory, { outcomeSuccess: false }, { name: 'second judge' })
  expect(await checkRecording(directory)).toEqual({ directory, status: 'clean', problems: [], notes: [] })
  await recoverRecording(directory, { force: true })
  expect((await checkRecording(directory)).status).toBe('clean')
})

test('a recording that was cut off is unfinished and names trajectory.json; a live one says who writes it', async () => {
  const dead = await recordUnfinished(await memoryDirectory())
  expect(await checkRecording(dead)).toMatchObject({
    status: 'unfinished',
    problems: [{ code: 'unfinished', file: 'trajectory.json' }],
  })
  const recorder = createRecorder(await memoryDirectory())
  await recordAll(recorder, wholeRun)
  const live = await checkRecording(directoryOf(recorder))
  expect(live.status).toBe('unfinished')
  expect(live.problems[0]?.message).toContain(`pid ${process.pid}`)
  await recorder.cancel()
})

const flippedBits = bySize({ fast: 400, faults: 1_000, long: 1_000 })

test(`of ${flippedBits} flipped bits every one is found and its file is named`, { timeout: 180_000 }, async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  await writeVerdict(directory, { outcomeSuccess: true, explanation: 'bought' })
  const files = (await listTree(directory)).filter((path) => !path.endsWith('/'))
  // In memory from here on; two names of one file share its bytes as they do on the disk.
  const byInode = new Map<number, Uint8Array>()
  const contents = new Map<string, Uint8Array>()
  for (const path of files) {
    const { ino } = await stat(join(directory, path))
    const bytes = byInode.get(ino) ?? (await readFile(join(directory, path)))
    byInode.set(ino, bytes)
    contents.set(path, bytes)
  }
  const io = new MemoryIo(new Map([...contents].map(([path, bytes]) => [`/recording/${path}`, bytes])))
  expect((await checkRecordingOn(io, '/recording')).status).toBe('clean')

  const missed: string[] = []
  const tryFlip = async (path: string, offset: number, bit: number): Promise<void> => {
    const bytes = contents.get(path) as Uint8Array
    bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit)
    const report = await checkRecordingOn(io, '/recording')
    bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit)
    const named = filesOf(report)
    // A frame of two names is damaged under both; nothing else may be accused for it.
    const damaged = files.filter((file) => contents.get(file) === bytes).toSorted()
    const isFrame = path.startsWith('screenshots/')
    const right = isFrame ? JSON.stringify(named) === JSON.stringify(damaged) : named.includes(path)
    if (report.status !== 'corrupt' || !right)
      missed.push(`${path} byte ${offset} bit ${bit}: ${report.status} ${named.join(' ')}`)
  }
  const sizeOf = (path: string): number => contents.get(path)?.byteLength ?? 0
  // The last line of the journal has nothing valid after it; its checksum and its newline are bytes as well.
  for (let back = 1; back <= 25; back++) {
    for (let bit = 0; bit < 8; bit++) await tryFlip('core.log', sizeOf('core.log') - back, bit)
  }
  const random = seeded(8)
  for (let flips = 25 * 8; flips < flippedBits; flips++) {
    const path = files[flips % files.length] as string
    await tryFlip(path, Math.floor(random() * sizeOf(path)), Math.floor(random() * 8))
  }
  expect(missed).toEqual([])
})

test('a file that is missing is named, and nothing else', async () => {
  const tree = Object.keys(await readTree(await recordWholeRun(await memoryDirectory())))
  for (const path of tree.filter((name) => !name.endsWith('/'))) {
    const directory = await recordWholeRun(await memoryDirectory())
    await rm(join(directory, path))
    const report = await checkRecording(directory)
    expect(report.status).toBe(path === 'trajectory.json' ? 'unfinished' : 'corrupt')
    expect(filesOf(report)).toEqual([path])
  }
})

test('a score that is gone is named', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  await rm(await writeVerdict(directory, { outcomeSuccess: true }))
  const report = await checkRecording(directory)
  expect(report.status).toBe('corrupt')
  expect(filesOf(report)).toEqual(['scores/mmrubric_v1.json', 'task_data.json'])
})

test('a score that task_data.json does not list is unfinished work, and recover lists it', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  await writeFile(join(directory, 'scores/mine.json'), '{"outcomeSuccess":true}')
  expect(await checkRecording(directory)).toMatchObject({
    status: 'unfinished',
    problems: [{ code: 'unfinished', file: 'scores/mine.json' }],
  })
  expect((await recoverRecording(directory)).outcome).toBe('already_finished')
  expect((await checkRecording(directory)).status).toBe('clean')
  expect(await readJson(directory, 'task_data.json')).toMatchObject({ scores: [{ name: 'mine' }] })
})

test('a score that was changed is not made right by recover', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const path = await writeVerdict(directory, { outcomeSuccess: true })
  await writeFile(path, (await readFile(path, 'utf8')).replace('true', 'false'))
  await recoverRecording(directory)
  const report = await checkRecording(directory)
  expect(report.status).toBe('corrupt')
  expect(filesOf(report)).toContain('scores/mmrubric_v1.json')
})

test('what Contrail did not write is a note', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  await writeFile(join(directory, 'README.md'), 'mine')
  await writeFile(join(directory, 'screenshots/agent/mine.png'), 'mine')
  expect(await checkRecording(directory)).toMatchObject({
    status: 'clean',
    notes: ["README.md is not Contrail's", 'screenshots/agent/mine.png belongs to no step'],
  })
})

test.each(['.recording', '.recording.stale-123', 'times.json.tmp', 'screenshots/blobs/.tmp-1-0'])(
  'a left-over %s makes a recording unfinished, and recover clears it',
  async (name) => {
    const directory = await recordWholeRun(await memoryDirectory())
    const tree = await readTree(directory)
    await mkdir(join(directory, name, '..'), { recursive: true })
    await writeFile(join(directory, name), '')
    expect(await checkRecording(directory)).toMatchObject({
      status: 'unfinished',
      problems: [{ code: 'leftover', file: name }],
    })
    await recoverRecording(directory)
    expect(await readTree(directory)).toEqual(tree)
  },
)

test('a frame that an unfinished recording names and does not have is corruption', async () => {
  const directory = await recordUnfinished(await memoryDirectory())
  const [blob] = (await listTree(directory)).filter(
    (path) => path.startsWith('screenshots/blobs/') && path.endsWith('.jpg'),
  )
  await rm(join(directory, blob as string))
  expect(await checkRecording(directory)).toMatchObject({
    status: 'corrupt',
    problems: [{ code: 'unfinished' }, { code: 'frame', file: blob }],
  })
})

test('a blob that is not what its name says is named, finished or not', async () => {
  const directory = await recordUnfinished(await memoryDirectory())
  const [blob] = (await listTree(directory)).filter(
    (path) => path.startsWith('screenshots/blobs/') && path.endsWith('.jpg'),
  )
  await flip(join(directory, blob as string), 5, 0)
  const damage = { file: blob, message: 'does not hold the frame that its name says' }
  const { problems } = await checkRecording(directory)
  expect(problems).toMatchObject([{ file: 'trajectory.json' }, damage])
  // Recovery finishes without it, and both say so as long as the file is there.
  for (const outcome of ['recovered', 'already_finished']) {
    expect(await recoverRecording(directory)).toMatchObject({ outcome, damaged: [blob] })
    expect(await checkRecording(directory)).toMatchObject({ status: 'corrupt', problems: [damage] })
  }
  await rm(join(directory, blob as string))
  expect(await recoverRecording(directory)).not.toHaveProperty('damaged')
  expect((await checkRecording(directory)).status).toBe('clean')
})

test('a disk that fails is reported as unreadable, not as missing or changed', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  await writeVerdict(directory, { outcomeSuccess: true })
  for (const file of [
    'core.log',
    'times.json',
    'task_data.json',
    'trajectory.json',
    'scores/mmrubric_v1.json',
    'screenshots/probe/2.jpg',
  ]) {
    const io = failingIo(({ name, path }) => name === 'read' && path === join(directory, file))
    const { status, problems } = await checkRecordingOn(io, directory)
    expect({ file, status, problems }).toMatchObject({
      file,
      status: 'corrupt',
      problems: [{ code: 'unreadable', file, message: expect.stringContaining('EIO') }],
    })
  }
})

test('where there is no recording at all, check says JOURNAL_MISSING', async () => {
  await expect(checkRecording(await memoryDirectory())).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
})

test('of a directory that another tool wrote, the schema and the images are checked', async () => {
  const directory = await memoryDirectory()
  const step = {
    ...stepFinished(),
    type: undefined,
    agentEvidence: { modalities: [] },
    probeEvidence: { screenshotPath: 'p.png' },
  }
  await writeFile(
    join(directory, 'trajectory.json'),
    JSON.stringify({ task: { id: 'x', instruction: '' }, steps: [step], status: 'complete' }),
  )
  await writeFile(join(directory, 'p.png'), 'picture')
  expect(await checkRecording(directory)).toMatchObject({
    status: 'clean',
    notes: [expect.stringContaining('not written by Contrail')],
  })
  await rm(join(directory, 'p.png'))
  expect(await checkRecording(directory)).toMatchObject({ status: 'corrupt', problems: [{ code: 'missing' }] })
})
