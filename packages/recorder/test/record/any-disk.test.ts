import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { checkRecording, readTrajectory } from '../../src/index.ts'
import { recoverRecordingOn } from '../../src/finish/recover.ts'
import { writeVerdictOn } from '../../src/finish/write-verdict.ts'
import { removeRecordingOn } from '../../src/keep/remove-recording.ts'
import type { Io } from '../../src/io/io.ts'
import { imagesOf, png, screenshot, stepFinished, wholeRun } from '../support/evidence.ts'
import { failingIo, interceptedIo, isJournal, systemError, type Operation } from '../support/intercepted-io.ts'
import { buryWriter, createRecorder, directoryOf, recordAll } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const isSync = ({ name }: Operation): boolean => name === 'syncDirectory' || name === 'datasync'
const weak: readonly (readonly [string, (operation: Operation) => boolean])[] = [
  ['fsync of folders', ({ name }) => name === 'syncDirectory'],
  ['fsync of files', ({ name }) => name === 'datasync'],
  ['any fsync', isSync],
  ['fsync and links', (operation) => isSync(operation) || operation.name === 'link'],
]
const answers = ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM']

/** The real disk without some calls, also at the end of a process. */
function diskWithout(isUnknown: (operation: Operation) => boolean, code: string): Io {
  const io = failingIo(isUnknown, code)
  const { blocking } = io
  if (!blocking) return io
  const attempt = (operation: Operation): void => {
    if (isUnknown(operation)) throw systemError(code)
  }
  return {
    ...io,
    blocking: {
      ...blocking,
      syncDirectory: (path) => attempt({ name: 'syncDirectory', path }),
      open: (path, how) => ({ ...blocking.open(path, how), datasync: () => attempt({ name: 'datasync', path }) }),
    },
  }
}

const firstLine = async (directory: string): Promise<{ event: { durability: string } }> =>
  JSON.parse((await readFile(join(directory, 'core.log'), 'utf8')).split('\n', 1)[0] ?? '') as {
    event: { durability: string }
  }

test.each(weak.flatMap(([name, isUnknown]) => answers.map((code) => [name, code, isUnknown] as const)))(
  'a disk that knows no %s (%s) is recorded on all the same: it is said once, and stands in the first line',
  async (_, code, isUnknown) => {
    const warnings: string[] = []
    const io = diskWithout(isUnknown, code)
    const recorder = createRecorder(await memoryDirectory(), {
      io,
      onWarning: (message) => void warnings.push(message),
    })
    await recordAll(recorder, wholeRun)
    const trajectory = await recorder.finish()
    const directory = directoryOf(recorder)
    expect(trajectory.status).toBe('complete')
    expect(recorder.persisted).toBe(true)
    expect(recorder.health()).toMatchObject({ state: 'finished', droppedFrames: 0 })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(new RegExp(`durable \\(${code}\\): .*survives the end of the process.*power cut`))
    expect((await firstLine(directory)).event.durability).toBe('unsynced')
    expect(await checkRecording(directory)).toMatchObject({ status: 'clean', problems: [] })
    expect((await readTrajectory(directory)).steps).toHaveLength(trajectory.steps.length)
    // What is done to it later needs no more than that either.
    await writeVerdictOn(io, directory, { outcomeSuccess: true })
    expect((await recoverRecordingOn(io, directory, { force: true })).outcome).toBe('recovered')
    expect((await checkRecording(directory)).status).toBe('clean')
    await removeRecordingOn(io, directory)
  },
)

// As disks over a network say it that are mounted by a program, and those of telephones.
test.each(['EIO', 'EACCES'])('a disk that gives no second names (%s) is one like any other', async (code) => {
  const io = failingIo(({ name }) => name === 'link', code)
  const warnings: string[] = []
  const recorder = createRecorder(await memoryDirectory(), { io, onWarning: (message) => void warnings.push(message) })
  await recordAll(recorder, wholeRun)
  await recorder.finish()
  const directory = directoryOf(recorder)
  expect(warnings).toEqual([])
  await writeVerdictOn(io, directory, { outcomeSuccess: true })
  expect((await recoverRecordingOn(io, directory, { force: true })).outcome).toBe('recovered')
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean', problems: [] })
})

test('where handles of files cannot be synced, as those of a package manager in place of Node’s, their descriptors are', async () => {
  const root = await memoryDirectory()
  const file = await open(join(root, 'any'), 'w')
  const kind = Object.getPrototypeOf(file) as typeof file
  await file.close()
  const refuse = (): never => {
    throw new Error('Method not implemented.')
  }
  const spies = [vi.spyOn(kind, 'datasync'), vi.spyOn(kind, 'sync')].map((spy) => spy.mockImplementation(refuse))
  try {
    const recorder = createRecorder(root)
    await recordAll(recorder, wholeRun)
    await recorder.finish()
    expect(recorder.persisted).toBe(true)
    expect((await firstLine(directoryOf(recorder))).event.durability).toBe('step')
    expect(await checkRecording(directoryOf(recorder))).toMatchObject({ status: 'clean', problems: [] })
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
})

test.each(['finish', 'step'] as const)(
  'a killed run of durability %s on such a disk is recovered',
  async (durability) => {
    const io = diskWithout(isSync, 'EINVAL')
    const recorder = createRecorder(await memoryDirectory(), { io, durability })
    await recordAll(recorder, wholeRun)
    await buryWriter(directoryOf(recorder))
    expect(await recoverRecordingOn(io, directoryOf(recorder))).toMatchObject({
      outcome: 'recovered',
      status: 'killed',
    })
    expect((await checkRecording(directoryOf(recorder))).status).toBe('clean')
  },
)

test('what is learned after the first line is told, and changes nothing of it', async () => {
  let isWeak = false
  const warnings: string[] = []
  const io = failingIo((operation) => isWeak && isSync(operation), 'ENOTSUP')
  const recorder = createRecorder(await memoryDirectory(), { io, onWarning: (message) => void warnings.push(message) })
  await recorder.record(stepFinished())
  isWeak = true
  await recordAll(recorder, [screenshot(png('a')), stepFinished(), stepFinished()])
  await recorder.finish()
  expect(warnings).toHaveLength(1)
  expect((await firstLine(directoryOf(recorder))).event.durability).toBe('step')
  expect((await checkRecording(directoryOf(recorder))).status).toBe('clean')
})

test.each(['EIO', 'ENOSPC', 'EDQUOT', 'EROFS'])(
  'an fsync that fails by %s on a disk that had worked is poison as ever',
  async (code) => {
    let isBroken = false
    const io = failingIo((operation) => isBroken && isSync(operation), code)
    const recorder = createRecorder(await memoryDirectory(), { io })
    await recorder.record(stepFinished())
    isBroken = true
    await expect(recorder.record(stepFinished())).rejects.toMatchObject({
      code: 'RECORDING_FAILED',
      details: { errno: code },
    })
    expect(recorder.health().state).toBe('failed')
    await expect(recorder.finish()).rejects.toMatchObject({
      code: 'RECORDING_FAILED',
      details: { trajectory: { steps: [{}, {}] } },
    })
  },
)

test.each(answers)('a write that answers %s is no such call: it is poison', async (code) => {
  let isBroken = false
  const io = failingIo(({ name, path }) => isBroken && name === 'write' && isJournal(path), code)
  const recorder = createRecorder(await memoryDirectory(), { io })
  await recorder.record(stepFinished())
  isBroken = true
  await expect(recorder.record(stepFinished())).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
  await expect(recorder.finish()).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
})

const unwritable: readonly (readonly [call: string, code: string, file?: string])[] = [
  ['mkdir', 'EACCES'],
  ['mkdir', 'EROFS'],
  ['mkdir', 'ENOSPC'],
  ['mkdir', 'EDQUOT'],
  ['mkdir', 'ENOSYS'],
  ['open', 'EROFS'],
  ['open', 'EACCES'],
  ['write', 'ENOSPC'],
  // A folder fits in, the lock or the first line does not.
  ['write', 'ENOSPC', '.recording'],
  ['write', 'ENOSPC', 'core.log'],
  ['open', 'EDQUOT', 'core.log'],
  ['datasync', 'ENOSPC', 'core.log'],
  // Of the program itself Node permits nothing.
  ['mkdir', 'ERR_ACCESS_DENIED'],
]

test.each(unwritable)(
  'where nothing can be written (%s: %s) the run goes on in memory, and one warning says why',
  async (call, code, file = '') => {
    const root = await memoryDirectory()
    const warnings: [string, unknown][] = []
    const recorder = createRecorder(join(root, 'a'), {
      io: failingIo(({ name, path }) => name === call && path.includes(file), code),
      onWarning: (message, cause) => void warnings.push([message, cause]),
    })
    expect(recorder.persisted).toBe(true)
    await recorder.onEvidence(stepFinished())
    await recorder.record(screenshot(png('seen')))
    for (const event of wholeRun) await recorder.record(event)
    expect(recorder.persisted).toBe(false)
    expect(recorder.directory).toBeUndefined()
    expect(recorder.health()).toMatchObject({ state: 'recording', queuedBytes: 0 })
    expect(recorder.health().error).toBeUndefined()
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toEqual([
      expect.stringMatching(new RegExp(`${root}.*${code}.*memory`)),
      expect.objectContaining({
        code: 'DIRECTORY_UNAVAILABLE',
        details: expect.objectContaining({ errno: code === 'ERR_ACCESS_DENIED' ? 'EACCES' : code }) as unknown,
      }),
    ])
    expect(await recorder.persistVerdict({ outcomeSuccess: true })).toBeUndefined()
    const trajectory = await recorder.finish({ finalAnswer: 'done' })
    expect(trajectory).toMatchObject({ status: 'complete', finalAnswer: 'done' })
    expect(trajectory.steps.length).toBeGreaterThan(2)
    expect(await imagesOf(trajectory)[0]?.read()).toBeInstanceOf(Uint8Array)
    expect(recorder.health().state).toBe('finished')
    expect(await recorder.finish()).toBe(trajectory)
    expect(warnings).toHaveLength(1)
    // Nothing stays that `ls` or `recover` would take for a recording.
    const names = await readdir(join(root, 'a/run')).catch(() => [])
    expect(names).toEqual([])
  },
)

test('without any event, and by `await using`, such a run ends as well', async () => {
  const root = await memoryDirectory()
  const file = join(root, 'a-file')
  await writeFile(file, '')
  const empty = createRecorder(join(file, 'below'))
  expect((await empty.finish()).steps).toEqual([])
  expect(empty.persisted).toBe(false)
  const warnings: string[] = []
  {
    await using recorder = createRecorder(file, { onWarning: (message) => void warnings.push(message) })
    await recorder.onEvidence(stepFinished())
  }
  expect(warnings).toEqual([expect.stringContaining('ENOTDIR')])
})

test('open() tells at once, and what is recorded after that is kept in memory', async () => {
  const root = await memoryDirectory()
  await mkdir(join(root, 'run'))
  await writeFile(join(root, 'run/buy-lamp'), '')
  const io = interceptedIo(({ name, path }) => {
    if (name === 'mkdir' && path.includes('buy-lamp')) throw systemError('EACCES')
  })
  const recorder = createRecorder(root, { io })
  await expect(recorder.open()).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE', details: { errno: 'EACCES' } })
  expect(recorder.persisted).toBe(false)
  expect(await recorder.record(stepFinished())).toEqual({ seq: 1 })
  expect((await recorder.finish()).steps).toHaveLength(1)
})
