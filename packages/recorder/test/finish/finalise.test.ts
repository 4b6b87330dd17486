import { cp, link, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContrailError, Trajectory } from '@contrail/core'
import { expect, test } from 'vitest'
import { bySize } from '../../../../scripts/test-size.ts'
import { checkRecording, recoverRecording, writeVerdict } from '../../src/index.ts'
import { recoverRecordingOn } from '../../src/finish/recover.ts'
import { imagesOf, jpeg, png, screenshot, stepFinished, stepObserved, wholeRun } from '../support/evidence.ts'
import { listTree, readTree } from '../support/file-tree.ts'
import { crashingIo, interceptedIo, systemError, type Operation } from '../support/intercepted-io.ts'
import {
  buryWriter,
  createRecorder,
  directoryOf,
  recordAll,
  recordUnfinished,
  recordWholeRun,
} from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const verdict = { outcomeSuccess: true }

interface Crash {
  readonly directory: string
  readonly operations: readonly Operation[]
}

/** Record the whole run and let the process die at the n-th operation of finish(); never, without a position. */
async function finishUntil(
  position?: number,
  options: { tear?: boolean; durability?: 'step' | 'finish' } = {},
): Promise<Crash> {
  const crash = crashingIo(position, options.tear)
  const recorder = createRecorder(await memoryDirectory(), {
    io: crash.io,
    durability: options.durability ?? 'step',
  })
  await recordAll(recorder, wholeRun)
  await recorder.persistVerdict(verdict)
  crash.arm()
  const finishing = recorder.finish({ finalAnswer: 'bought' })
  if (position === undefined) await finishing
  else await finishing.catch(() => undefined)
  await buryWriter(directoryOf(recorder))
  return { directory: directoryOf(recorder), operations: crash.operations }
}

/** Recover, and let the process die at some operation of that. */
async function recoverUntil(directory: string, last: Parameters<typeof crashingIo>[0]): Promise<boolean> {
  const crash = crashingIo(last)
  crash.arm()
  const survived = await recoverRecordingOn(crash.io, directory).then(
    () => true,
    () => false,
  )
  await buryWriter(directory)
  return survived
}

/** One operation in so many is tried. */
const every = bySize({ fast: 16, faults: 1, long: 1 })

test.each(['step', 'finish'] as const)(
  'a crash before any operation of finish(), then recover, gives the files of an undisturbed finish (%s)',
  { timeout: 180_000 },
  async (durability) => {
    const undisturbed = await finishUntil(undefined, { durability })
    const finished = await readTree(undisturbed.directory)
    const neverSaid = await finishUntil(1, { durability })
    await recoverRecording(neverSaid.directory)
    const killed = await readTree(neverSaid.directory)
    expect(undisturbed.operations.length).toBeGreaterThan(80)

    const wrong: string[] = []
    // Neither durability tries in the fast size what the other tries.
    const first = durability === 'step' ? 1 : 1 + Math.floor(every / 2)
    for (let position = first; position <= undisturbed.operations.length; position += every) {
      const { directory } = await finishUntil(position, { durability })
      const said = (await readFile(join(directory, 'core.log'), 'utf8')).includes('"run_finished"')
      const report = await recoverRecording(directory)
      const tree = await readTree(directory)
      const again = await recoverRecording(directory)
      const where = `${position} ${undisturbed.operations[position - 1]?.name} ${undisturbed.operations[position - 1]?.path}`
      if (!isSame(tree, said ? finished : killed)) wrong.push(`${where}: other files`)
      if (!isSame(await readTree(directory), tree) || again.outcome !== 'already_finished')
        wrong.push(`${where}: not idempotent`)
      if (position > 1 && report.status !== (said ? 'complete' : 'killed')) wrong.push(`${where}: ${report.status}`)
      if ((await checkRecording(directory)).status !== 'clean') wrong.push(`${where}: not clean`)
    }
    expect(wrong).toEqual([])
  },
)

test('a crash in the middle of any write of finish(), then recover, gives the same files, or a run that was killed', async () => {
  const undisturbed = await finishUntil()
  const finished = await readTree(undisturbed.directory)
  const wrong: string[] = []
  for (const [index, { name, path }] of undisturbed.operations.entries()) {
    if (name !== 'write') continue
    const { directory } = await finishUntil(index + 1, { tear: true })
    const report = await recoverRecording(directory)
    // A torn last line stays in the journal, and the trajectory says how long it is.
    const expected = path.endsWith('core.log')
      ? report.status === 'killed' && report.tornBytes === 7
      : isSame(await readTree(directory), finished)
    if (!expected || (await checkRecording(directory)).status !== 'clean') wrong.push(`${index + 1} ${path}`)
  }
  expect(wrong).toEqual([])
})

test('a crash before any operation of recover, then recover, gives the same files', { timeout: 180_000 }, async () => {
  const undisturbed = await finishUntil()
  const finished = await readTree(undisturbed.directory)
  const positionOf = (name: string, path: string): number =>
    undisturbed.operations.findIndex((operation) => operation.name === name && operation.path.endsWith(path)) + 1
  const wrong: string[] = []
  // From a journal that is whole and nothing more; and from a trajectory.json that is there, with the clearing to do.
  for (const position of [positionOf('close', 'core.log'), positionOf('rename', 'trajectory.json.tmp') + 2]) {
    for (let again = 1; ; again += bySize({ fast: 23, faults: 1, long: 1 })) {
      const { directory } = await finishUntil(position)
      const survived = await recoverUntil(directory, again)
      if (!survived) await recoverRecording(directory)
      if (!isSame(await readTree(directory), finished)) wrong.push(`finish ${position}, recover ${again}`)
      if (survived) break
    }
  }
  expect(wrong).toEqual([])
})

test(
  'an error at any operation of finish() is told, with everything that is known, and recover makes it good',
  { timeout: 180_000 },
  async () => {
    const undisturbed = await finishUntil()
    const finished = await readTree(undisturbed.directory)
    const wrong: string[] = []
    for (let position = 1; position <= undisturbed.operations.length; position += every) {
      let count = 0
      let armed = false
      const io = interceptedIo(() => {
        if (armed && ++count === position) throw systemError('EIO')
      })
      const recorder = createRecorder(await memoryDirectory(), { io })
      await recordAll(recorder, wholeRun)
      await recorder.persistVerdict(verdict)
      armed = true
      const outcome = await recorder.finish({ finalAnswer: 'bought' }).then(
        () => undefined,
        (cause: unknown) => cause as ContrailError & { details: { trajectory: Trajectory } },
      )
      const where = `${position} ${undisturbed.operations[position - 1]?.name} ${undisturbed.operations[position - 1]?.path}`
      const directory = directoryOf(recorder)
      if (outcome) {
        const { trajectory } = outcome.details
        if (outcome.code !== 'RECORDING_FAILED') wrong.push(`${where}: ${outcome.code}`)
        if (trajectory.status !== 'complete' || trajectory.steps.length !== 3) wrong.push(`${where}: trajectory`)
        const bytes = await Promise.allSettled(imagesOf(trajectory).map((image) => image.read()))
        if (bytes.length !== 6 || bytes.some(({ status }) => status === 'rejected')) wrong.push(`${where}: images`)
        if (recorder.health().state !== 'failed') wrong.push(`${where}: ${recorder.health().state}`)
        // The writer has given the recording up: nobody has to die before it can be recovered.
        await recoverRecording(directory).catch((cause: unknown) => wrong.push(`${where}: ${String(cause)}`))
      }
      const tree = await readTree(directory)
      const said = tree['core.log']?.includes('"run_finished"') ?? false
      if (said && !isSame(tree, finished)) wrong.push(`${where}: other files`)
    }
    expect(wrong).toEqual([])
  },
)

test.each(['EPERM', 'EXDEV', 'EMLINK', 'ENOTSUP', 'EIO', 'EACCES'])(
  'where links are refused with %s, frames are copied',
  async (code) => {
    const linked = await recordWholeRun(await memoryDirectory(), {})
    const io = interceptedIo(({ name }) => {
      if (name === 'link') throw systemError(code)
    })
    const recorder = createRecorder(await memoryDirectory(), { io })
    await recordAll(recorder, wholeRun)
    await recorder.finish()
    expect(isSame(await readTree(directoryOf(recorder)), await readTree(linked))).toBe(true)
    expect((await stat(join(directoryOf(recorder), 'screenshots/agent/1.png'))).nlink).toBe(1)
    expect((await stat(join(linked, 'screenshots/agent/1.png'))).nlink).toBe(2)
  },
)

test('a frame that a name of the plan holds already is verified, and replaced when it is another', async () => {
  const finished = await recordWholeRun(await memoryDirectory())
  const directory = await recordUnfinished(await memoryDirectory())
  await recoverUntil(directory, ({ path }) => path.includes('times.json'))
  await rm(join(directory, 'screenshots/probe/2.jpg'))
  await writeFile(join(directory, 'screenshots/probe/2.jpg'), 'half a fra')
  await recoverRecording(directory)
  expect(await readFile(join(directory, 'screenshots/probe/2.jpg'))).toEqual(jpeg('lamp'))
  expect(await listTree(directory)).toEqual(await listTree(finished))
})

test('copies that were cut off and names that the fold does not make are removed, evidence that stands nowhere else is not', async () => {
  const directory = await recordUnfinished(await memoryDirectory())
  await recoverUntil(directory, ({ path }) => path.includes('times.json'))
  const probe = join(directory, 'screenshots/probe')
  await writeFile(join(probe, '1.png.tmp'), 'half a fra')
  await link(join(directory, 'screenshots/blobs', await blobOf(directory, 'png')), join(probe, '77.png'))
  await writeFile(join(probe, '78.png'), png('nobody knows of this one'))
  await recoverRecording(directory)
  expect(await listTree(probe)).toEqual(['1.png', '2.jpg', '3.png', '78.png', 'final.png', 'initial.png'])
  expect((await checkRecording(directory)).notes).toEqual(['screenshots/probe/78.png belongs to no step'])
})

test('frames that the fold does not use stay as blobs, and the recording is clean', async () => {
  const recorder = createRecorder(await memoryDirectory())
  await recordAll(recorder, [
    screenshot(png('lost'), { stepIndex: 7 }),
    stepFinished(),
    screenshot(png('seen')),
    stepObserved(),
  ])
  const { gaps } = await recorder.finish()
  const directory = directoryOf(recorder)
  expect(gaps).toMatchObject([{ what: 'screenshot', reason: 'unknown_step', stepIndex: 7 }])
  expect(await listTree(join(directory, 'screenshots'))).toEqual([
    'agent/',
    'blobs/',
    expect.stringMatching(/^blobs\/[0-9a-f]{64}\.png$/),
    'probe/',
    'probe/1.png',
  ])
  expect((await checkRecording(directory)).status).toBe('clean')
})

test('a frame that is gone is a gap in what recover makes, and the rest is there', async () => {
  const directory = await recordUnfinished(await memoryDirectory())
  await rm(join(directory, 'screenshots/blobs', await blobOf(directory, 'jpg')))
  const report = await recoverRecording(directory)
  expect(report).toMatchObject({ outcome: 'recovered', steps: 3, gaps: 2 })
  expect((await checkRecording(directory)).status).toBe('clean')
})

test('a folder of a recording that leads elsewhere is refused, and nothing there is touched', async () => {
  for (const folder of ['screenshots', 'screenshots/agent', 'screenshots/probe', 'screenshots/blobs', 'scores']) {
    const directory = await recordUnfinished(await memoryDirectory())
    const elsewhere = await memoryDirectory()
    await writeFile(join(elsewhere, '.tmp-photo.png'), 'mine')
    const path = join(directory, folder)
    if (await stat(path).catch(() => undefined)) await rename(path, `${path}-was`)
    await symlink(elsewhere, path)
    await expect(recoverRecording(directory)).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
    expect(await readdir(elsewhere)).toEqual(['.tmp-photo.png'])
  }
  const finished = await recordWholeRun(await memoryDirectory())
  const elsewhere = await memoryDirectory()
  await rm(join(finished, 'scores'), { recursive: true })
  await symlink(elsewhere, join(finished, 'scores'))
  await expect(writeVerdict(finished, verdict)).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  await mkdir(join(finished, 'times.json.tmp'))
  await expect(recoverRecording(finished)).rejects.toMatchObject({ name: 'ContrailError' })
  expect(await readdir(elsewhere)).toEqual([])
})

test('the order of finish() on the disk: journal, frames, derived files, trajectory.json, and only then what goes', async () => {
  const { directory, operations } = await finishUntil()
  const indexOf = (name: string, path: string): number =>
    operations.findIndex((operation) => operation.name === name && operation.path === join(directory, path))
  const lastOf = (name: string, path: string): number =>
    operations.findLastIndex((operation) => operation.name === name && operation.path === join(directory, path))
  const order = [
    indexOf('write', 'core.log'),
    indexOf('datasync', 'core.log'),
    operations.findIndex(({ name }) => name === 'link'),
    indexOf('syncDirectory', 'screenshots/probe'),
    indexOf('datasync', 'times.json.tmp'),
    indexOf('rename', 'times.json.tmp'),
    indexOf('rename', 'task_data.json.tmp'),
    operations.findIndex(
      ({ name, path }, index) =>
        name === 'syncDirectory' && path === directory && index > indexOf('rename', 'task_data.json.tmp'),
    ),
    indexOf('write', 'trajectory.json.tmp'),
    indexOf('datasync', 'trajectory.json.tmp'),
    indexOf('rename', 'trajectory.json.tmp'),
    operations.findIndex(
      ({ name, path }, index) =>
        name === 'syncDirectory' && path === directory && index > indexOf('rename', 'trajectory.json.tmp'),
    ),
    operations.findIndex(({ name }) => name === 'unlink'),
    indexOf('rmdir', 'screenshots/blobs'),
    lastOf('syncDirectory', 'screenshots'),
    indexOf('unlink', '.recording'),
  ]
  expect(order).not.toContain(-1)
  // `times.json.tmp` and its like are removed before they are made; the first unlink that counts is that of a blob.
  order[12] = operations.findIndex(({ name, path }) => name === 'unlink' && path.includes('blobs'))
  expect(order).toEqual(order.toSorted((a, b) => a - b))
})

test('a finished directory that is copied is as clean as the one it comes from', async () => {
  const root = await memoryDirectory()
  const directory = await recordWholeRun(root)
  await cp(directory, join(root, 'copy'), { recursive: true })
  expect((await checkRecording(join(root, 'copy'))).status).toBe('clean')
})

function isSame(tree: Record<string, string>, expected: Record<string, string>): boolean {
  return JSON.stringify(tree) === JSON.stringify(expected)
}

async function blobOf(directory: string, extension: string): Promise<string> {
  const names = await listTree(join(directory, 'screenshots/blobs'))
  return names.find((name) => name.endsWith(`.${extension}`)) as string
}
