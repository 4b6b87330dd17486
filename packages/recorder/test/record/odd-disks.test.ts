import { execFile } from 'node:child_process'
import { readFile, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { isContrailError, type Trajectory } from '@contrail/core'
import { expect, test } from 'vitest'
import { checkRecording, readTrajectory } from '../../src/index.ts'
import { recoverRecordingOn } from '../../src/finish/recover.ts'
import { diskIo, type Io } from '../../src/io/io.ts'
import { png, screenshot, stepFinished, wholeRun } from '../support/evidence.ts'
import { systemError } from '../support/intercepted-io.ts'
import { buryWriter, createRecorder, directoryOf, lamp, recordAll } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const run = promisify(execFile)

/**
 * The disk as a stick with FAT has it: a name in capitals is the same name, some characters and a full stop at the end are in none,
 * nothing has a second name, and no folder can be made durable.
 */
function stickBelow(root: string): Io {
  const onStick = (path: string): string => {
    if (!path.startsWith(root)) return path
    const names = path.slice(root.length)
    if (/[:*?"<>|\\]|\.(?:\/|$)/.test(names)) throw systemError('EINVAL')
    return root + names.toLowerCase()
  }
  return {
    open: async (path, how) => diskIo.open(onStick(path), how),
    mkdir: async (path) => diskIo.mkdir(onStick(path)),
    rename: async (from, to) => diskIo.rename(onStick(from), onStick(to)),
    link: () => Promise.reject(systemError('EPERM')),
    unlink: async (path) => diskIo.unlink(onStick(path)),
    rmdir: async (path) => diskIo.rmdir(onStick(path)),
    readdir: async (path) => diskIo.readdir(onStick(path)),
    lstat: async (path) => diskIo.lstat(onStick(path)),
    syncDirectory: () => Promise.reject(systemError('EINVAL')),
  }
}

test('on a stick that knows neither links nor capitals, tasks that differ by capitals alone have a directory each', async () => {
  const root = await memoryDirectory()
  const io = stickBelow(root)
  const warnings: string[] = []
  const directories: string[] = []
  for (const id of ['Buy', 'buy', 'BUY', 'a:b*c?', 'ends in a stop.', 'con']) {
    const recorder = createRecorder(root, {
      io,
      taskSpec: { ...lamp, id },
      onWarning: (message) => void warnings.push(message),
    })
    await recordAll(recorder, [screenshot(png('a'), { evidenceRole: 'agent' }), ...wholeRun])
    await recorder.finish()
    expect(recorder.persisted).toBe(true)
    directories.push(directoryOf(recorder))
    const onDisk = root + directoryOf(recorder).slice(root.length).toLowerCase()
    expect(await checkRecording(onDisk)).toMatchObject({ status: 'clean', problems: [] })
    expect((await readTrajectory(onDisk)).task.id).toBe(id)
  }
  expect(new Set(directories.map((directory) => directory.toLowerCase())).size).toBe(directories.length)
  for (const warning of warnings) expect(warning).toMatch(/durable \(EINVAL\)/)
})

test('and what was killed there is recovered', async () => {
  const root = await memoryDirectory()
  const io = stickBelow(root)
  const recorder = createRecorder(root, { io })
  await recordAll(recorder, wholeRun)
  await buryWriter(directoryOf(recorder))
  expect(await recoverRecordingOn(io, directoryOf(recorder))).toMatchObject({ outcome: 'recovered' })
  expect((await checkRecording(directoryOf(recorder))).status).toBe('clean')
})

test.each([
  ['4,096 characters', Array.from({ length: 21 }, () => 'x'.repeat(194)).join('/')],
  ['a name of 300 characters', 'x'.repeat(300)],
])('a root of %s is too long for any disk: the run goes on in memory', async (_, below) => {
  const top = await memoryDirectory()
  const warnings: string[] = []
  const recorder = createRecorder(join(top, below), { onWarning: (message) => void warnings.push(message) })
  await recordAll(recorder, wholeRun)
  const trajectory = await recorder.finish()
  expect(trajectory.steps.length).toBeGreaterThan(1)
  expect(recorder.persisted).toBe(false)
  expect(warnings).toEqual([expect.stringMatching(/ENAMETOOLONG.*memory/)])
})

test('a clock that goes back an hour at every look changes neither the order nor the durations', async () => {
  let looks = 0
  const clock = {
    now: () => new Date(Date.UTC(2026, 0, 1) - (looks += 1) * 3_600_000),
    monotonicMs: () => looks,
  }
  const recorder = createRecorder(await memoryDirectory(), { clock })
  await recordAll(recorder, [stepFinished({ actionName: 'first' }), stepFinished({ actionName: 'second' })])
  const trajectory = await recorder.finish()
  expect(trajectory.steps.map(({ actionName }) => actionName)).toEqual(['first', 'second'])
  const directory = directoryOf(recorder)
  expect((await checkRecording(directory)).status).toBe('clean')
  const lines = (await readFile(join(directory, 'core.log'), 'utf8')).trimEnd().split('\n')
  const told = lines.map((line) => JSON.parse(line) as { seq: number; mono: number })
  expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => index))
  for (const [index, { mono }] of told.entries()) expect(mono).toBeGreaterThanOrEqual(told[index - 1]?.mono ?? 0)
  expect(JSON.stringify(JSON.parse(await readFile(join(directory, 'times.json'), 'utf8')))).not.toMatch(/:-\d/)
  expect(await readdir(directory)).toContain('trajectory.json')
})

test.each([
  ['its folder', 'step', (directory: string) => directory],
  ['its root', 'step', (directory: string) => dirname(dirname(directory))],
  ['its journal', 'step', (directory: string) => join(directory, 'core.log')],
  ['its folder', 'finish', (directory: string) => directory],
] as const)(
  'a run whose recording is removed while it goes on loses nothing that it was told: %s, durability %s',
  async (_, durability, goneOf) => {
    const root = join(await memoryDirectory(), 'recordings')
    const recorder = createRecorder(root, { durability, taskSpec: lamp })
    await recordAll(recorder, wholeRun.slice(0, 3))
    await rm(goneOf(directoryOf(recorder)), { recursive: true })
    const answer = await recorder.record(stepFinished({ actionName: 'after' })).then(
      () => 'acknowledged',
      (error: unknown) => (isContrailError(error) ? error.code : error),
    )
    const failed = await recorder.finish().catch((error: unknown) => error)
    const { trajectory } = (failed as { details: { trajectory: Trajectory } }).details
    expect(trajectory.status).toBe('complete')
    expect(trajectory.steps.at(-1)?.actionName).toBe('after')
    expect(trajectory.steps).toHaveLength(
      wholeRun.slice(0, 3).filter(({ type }) => type === 'step_finished').length + 1,
    )
    expect(failed).toMatchObject({ code: 'RECORDING_FAILED', message: expect.stringMatching(/core\.log was removed/) })
    // What is durable at the end alone is said to be gone at the end.
    expect(answer).toBe(durability === 'step' ? 'RECORDING_FAILED' : 'acknowledged')
  },
)

test('where the working directory is gone a run goes on in memory, and a warning says so', async () => {
  const cwd = await memoryDirectory()
  const program = `
    import { TrajectoryRecorder } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)}
    import { rmSync } from 'node:fs'
    process.chdir(${JSON.stringify(cwd)})
    rmSync(${JSON.stringify(cwd)}, { recursive: true })
    const warnings = []
    const taskSpec = ${JSON.stringify(lamp)}
    const recorder = new TrajectoryRecorder({ taskSpec, persist: true, env: {}, onWarning: (text) => warnings.push(text) })
    await recorder.record(${JSON.stringify(stepFinished())})
    const { steps } = await recorder.finish()
    console.log(JSON.stringify({ steps: steps.length, persisted: recorder.persisted, warnings }))`
  const { stdout } = await run(process.execPath, [...process.execArgv, '--input-type=module', '--eval', program])
  const warning = expect.stringMatching(/^cannot make a recording below \.trajectories \(ENOENT.*kept in memory/)
  expect(JSON.parse(stdout)).toEqual({ steps: 1, persisted: false, warnings: [warning] })
})
