import { cp, mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bySize } from '../../../../scripts/test-size.ts'
import { checkRecording, readTrajectory, recoverRecording, writeVerdict } from '../../src/index.ts'
import { recoverRecordingOn } from '../../src/finish/recover.ts'
import { writeVerdictOn } from '../../src/finish/write-verdict.ts'
import { startProgram } from '../support/child-process.ts'
import { stepFinished, wholeRun, plainData } from '../support/evidence.ts'
import { listTree, readJson, readTree } from '../support/file-tree.ts'
import { crashingIo, interceptedIo, systemError } from '../support/intercepted-io.ts'
import {
  buryWriter,
  createRecorder,
  directoryOf,
  editLock,
  recordAll,
  recordUnfinished,
  recordWholeRun,
} from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

test('what recover makes of a run is what its steps were without recovering', async () => {
  const directory = await recordUnfinished(await memoryDirectory())
  const unfinished = await readTrajectory(directory)
  expect(unfinished.status).toBe('killed')
  expect(await recoverRecording(directory)).toEqual({
    directory,
    outcome: 'recovered',
    status: 'killed',
    steps: 3,
    gaps: 1,
    tornBytes: 0,
    dryRun: false,
  })
  expect(plainData(await readTrajectory(directory))).toEqual(plainData(unfinished))
})

test('a dry run says what would be done, and does nothing', async () => {
  const directory = await recordUnfinished(await memoryDirectory())
  const before = await readTree(directory)
  expect(await recoverRecording(directory, { dryRun: true })).toMatchObject({
    outcome: 'recovered',
    status: 'killed',
    steps: 3,
    dryRun: true,
  })
  expect(await readTree(directory)).toEqual(before)
})

test('a recording whose writer lives is refused, and pid and host are named', async () => {
  const root = await memoryDirectory()
  const program = startProgram('opens-when-told.ts', root)
  await program.nextLine()
  program.process.stdin.write('now\n')
  const directory = (await program.nextLine()) as string
  const before = await readTree(directory)
  for (const options of [{}, { force: true }, { dryRun: true }]) {
    const refused = recoverRecording(directory, options)
    await expect(refused).rejects.toMatchObject({
      code: 'JOURNAL_LOCKED',
      details: { pid: program.process.pid, host: hostname() },
    })
    await expect(refused).rejects.toThrow(new RegExp(`pid ${program.process.pid} on ${hostname()}`))
  }
  expect(await readTree(directory)).toEqual(before)
  await program.kill()
  expect(await recoverRecording(directory)).toMatchObject({ outcome: 'recovered', status: 'killed' })
})

test('a live recording of this very process is refused as well', async () => {
  const recorder = createRecorder(await memoryDirectory())
  await recorder.record(stepFinished())
  await expect(recoverRecording(directoryOf(recorder))).rejects.toMatchObject({
    code: 'JOURNAL_LOCKED',
    details: { pid: process.pid },
  })
  expect((await recorder.finish()).steps).toHaveLength(1)
})

test('a copy of a live directory can be recovered, and the live one is not disturbed', async () => {
  const root = await memoryDirectory()
  const recorder = createRecorder(root)
  await recordAll(recorder, wholeRun)
  await cp(directoryOf(recorder), join(root, 'copy'), { recursive: true })
  expect(await recoverRecording(join(root, 'copy'))).toMatchObject({ outcome: 'recovered', status: 'killed', steps: 3 })
  expect((await checkRecording(join(root, 'copy'))).status).toBe('clean')
  await recorder.finish()
  expect((await checkRecording(directoryOf(recorder))).status).toBe('clean')
})

test.each([{ host: 'another-machine' }, { pidNamespace: 'pid:[1]' }])(
  'a lock from elsewhere %j is refused without force',
  async (elsewhere) => {
    const directory = await recordUnfinished(await memoryDirectory())
    await editLock(directory, elsewhere)
    await expect(recoverRecording(directory)).rejects.toMatchObject({ code: 'JOURNAL_LOCKED' })
    await expect(recoverRecording(directory)).rejects.toThrow(/force/)
    expect((await recoverRecording(directory, { force: true })).outcome).toBe('recovered')
  },
)

test.each([
  ['a recycled pid', { startTicks: '12' }],
  ['an earlier boot', { bootId: 'before' }],
  ['a pid that is gone', { pid: 2 ** 22 + 1 }],
])('the lock of %s is stale', async (_, fields) => {
  const directory = await recordUnfinished(await memoryDirectory())
  await editLock(directory, fields)
  expect((await recoverRecording(directory)).outcome).toBe('recovered')
})

test.each(['', '{"pid":', 'null', '{"pid":"x"}', '[]'])('a lock that was torn (%j) is stale', async (text) => {
  const directory = await recordUnfinished(await memoryDirectory())
  await writeFile(join(directory, '.recording'), text)
  expect((await recoverRecording(directory)).outcome).toBe('recovered')
  expect(await listTree(directory)).not.toContain('.recording')
})

test('of two that recover the same directory at once, at most one does, and it is done', async () => {
  for (let time = 0; time < 10; time++) {
    const directory = await recordUnfinished(await memoryDirectory())
    const outcomes = await Promise.allSettled([recoverRecording(directory), recoverRecording(directory)])
    const refusals = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as { code?: unknown }).code] : [],
    )
    expect(refusals.filter((code) => code !== 'JOURNAL_LOCKED')).toEqual([])
    await recoverRecording(directory)
    expect((await checkRecording(directory)).status).toBe('clean')
  }
})

test('a young directory without a journal is left alone, an old one died before anything was recorded', async () => {
  const root = await memoryDirectory()
  const directory = join(root, 'run/task')
  await mkdir(directory, { recursive: true })
  expect(await recoverRecording(directory)).toMatchObject({
    outcome: 'left_alone',
    reason: expect.stringContaining('starting'),
  })
  const longAgo = new Date(Date.now() - 61_000)
  await utimes(directory, longAgo, longAgo)
  expect(await recoverRecording(directory)).toMatchObject({
    outcome: 'left_alone',
    reason: expect.stringContaining('died before'),
  })
  expect(await listTree(directory)).toEqual([])
})

test('what is no recording is JOURNAL_MISSING', async () => {
  const root = await memoryDirectory()
  await expect(recoverRecording(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
  await mkdir(join(root, 'photos'))
  await writeFile(join(root, 'photos/cat.png'), 'meow')
  const longAgo = new Date(Date.now() - 61_000)
  await utimes(join(root, 'photos'), longAgo, longAgo)
  await expect(recoverRecording(join(root, 'photos'))).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
  expect(await listTree(root)).toEqual(['photos/', 'photos/cat.png'])
})

test('the core.log of another tool is no journal, and its directory is not touched', async () => {
  const root = await memoryDirectory()
  await writeFile(join(root, 'core.log'), '{"step":0,"action":"goto","url":null,"ok":true}\n')
  for (const attempt of [
    () => recoverRecording(root),
    () => recoverRecording(root, { dryRun: true }),
    () => readTrajectory(root),
  ]) {
    await expect(attempt()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' })
  }
  expect((await checkRecording(root)).status).toBe('corrupt')
  await writeFile(
    join(root, 'trajectory.json'),
    JSON.stringify({ task: { id: 'x', instruction: '' }, steps: [], status: 'complete' }),
  )
  const before = await readTree(root)
  for (const options of [{}, { force: true }]) {
    expect(await recoverRecording(root, options)).toMatchObject({
      outcome: 'already_finished',
      reason: 'it is not one of ours',
    })
  }
  expect(await readTree(root)).toEqual(before)
})

test('a finished recording is left as it is; force makes its files anew from the journal', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const tree = await readTree(directory)
  expect(await recoverRecording(directory)).toMatchObject({ outcome: 'already_finished', status: 'complete', steps: 3 })
  expect(await readTree(directory)).toEqual(tree)
  await rm(join(directory, 'times.json'))
  await rm(join(directory, 'screenshots/probe/final.png'))
  expect(await recoverRecording(directory, { force: true })).toMatchObject({ outcome: 'recovered', status: 'complete' })
  expect(await readTree(directory)).toEqual(tree)
})

test.each([
  ['torn', (text: string) => text.slice(0, 100)],
  ['empty', () => ''],
  ['no longer ours by its own words', (text: string) => text.replace('formatVersion', 'formatWersion')],
])('a trajectory.json that is %s is made anew', async (_, spoil) => {
  const directory = await recordWholeRun(await memoryDirectory())
  const tree = await readTree(directory)
  await writeFile(join(directory, 'trajectory.json'), spoil(tree['trajectory.json'] as string))
  expect((await recoverRecording(directory)).outcome).toBe('recovered')
  expect(await readTree(directory)).toEqual(tree)
})

test('a verdict that a crash cut off after its score is finished by recover', async () => {
  const whole = await recordWholeRun(await memoryDirectory())
  await writeVerdict(whole, { outcomeSuccess: true })
  const expected = await readTree(whole)
  for (let position = 1; ; position += bySize({ fast: 3, faults: 1, long: 1 })) {
    const directory = await recordWholeRun(await memoryDirectory())
    const without = await readTree(directory)
    const crash = crashingIo(position)
    crash.arm()
    const survived = await writeVerdictOn(crash.io, directory, { outcomeSuccess: true }).then(
      () => true,
      () => false,
    )
    await buryWriter(directory)
    await recoverRecording(directory)
    const tree = await readTree(directory)
    expect([JSON.stringify(without), JSON.stringify(expected)]).toContain(JSON.stringify(tree))
    expect((await checkRecording(directory)).problems).toEqual([])
    if (survived) break
  }
})

test(
  'a disk that fails while recover reads or writes is told, never taken for emptiness, and harms nothing',
  { timeout: 180_000 },
  async () => {
    const whole = await recordUnfinished(await memoryDirectory())
    await recoverRecording(whole)
    const expected = JSON.stringify(await readTree(whole))
    const reading = new Set(['read', 'stat', 'readdir', 'lstat'])
    const wrong: string[] = []
    for (let position = 1; ; position += bySize({ fast: 13, faults: 1, long: 1 })) {
      const directory = await recordUnfinished(await memoryDirectory())
      let count = 0
      let where = ''
      const io = interceptedIo(({ name, path }) => {
        if (++count !== position) return
        where = `${position} ${name} ${path.slice(directory.length)}`
        throw systemError('EIO')
      })
      const outcome = await recoverRecordingOn(io, directory).then(
        () => 'recovered',
        (cause: unknown) => `${(cause as Error).name} ${(cause as { code?: string }).code}`,
      )
      if (where === '') break
      const [, name] = where.split(' ') as [string, string]
      const allowed = reading.has(name)
        ? ['ContrailError FILE_UNREADABLE']
        : ['recovered', 'ContrailError RECORDING_FAILED', 'ContrailError FILE_UNREADABLE']
      if (!allowed.includes(outcome)) wrong.push(`${where}: ${outcome}`)
      await buryWriter(directory)
      await recoverRecording(directory)
      if (JSON.stringify(await readTree(directory)) !== expected) wrong.push(`${where}: other files`)
    }
    expect(wrong).toEqual([])
  },
)

test('an original id survives in what recover makes', async () => {
  const directory = await recordUnfinished(await memoryDirectory(), [stepFinished()], {
    taskSpec: { id: '../../x', instruction: 'go' },
    runId: 'r/1',
  })
  await recoverRecording(directory)
  expect(await readJson(directory, 'task_data.json')).toMatchObject({
    task: { id: '../../x' },
    runId: 'r/1',
    status: 'killed',
  })
})
