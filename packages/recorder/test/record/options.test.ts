import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EvidenceEvent, EvidenceSink } from '@contrail/core'
import { expect, test } from 'vitest'
import { readTrajectory, TrajectoryRecorder, type RecorderOptions } from '../../src/index.ts'
import { diskIo } from '../../src/io/io.ts'
import { stepFinished } from '../support/evidence.ts'
import { createRecorder, directoryOf, lamp } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

test.each([
  { persist: true, env: { CI: '1' }, persisted: true },
  { persist: false, env: { VERIFIER_PERSIST_TRAJECTORIES: '1' }, persisted: false },
  { persist: undefined, env: {}, persisted: true },
  { persist: undefined, env: { CI: 'true' }, persisted: false },
  { persist: undefined, env: { CI: 'true', VERIFIER_PERSIST_TRAJECTORIES: 'TRUE' }, persisted: true },
  { persist: undefined, env: { VERIFIER_PERSIST_TRAJECTORIES: '0' }, persisted: false },
])('persist $persist in $env: persisted is $persisted', ({ persist, env, persisted }) => {
  expect(createRecorder('/nowhere', { persist, env }).persisted).toBe(persisted)
})

test('what is no task is a TypeError that names the field', () => {
  expect(() => new TrajectoryRecorder({ taskSpec: { id: 'x' } as typeof lamp })).toThrow(/taskSpec\.instruction/)
  expect(() => new TrajectoryRecorder({} as RecorderOptions)).toThrow(/taskSpec: expected a task/)
})

test('the run id is the option, else CONTRAIL_RUN_ID, else one that all recorders of a process share', async () => {
  const env = { CONTRAIL_RUN_ID: 'from-env' }
  expect(createRecorder('/nowhere', { env }).runId).toBe('run')
  expect(createRecorder('/nowhere', { env, runId: undefined }).runId).toBe('from-env')
  const [first, second] = [
    createRecorder('/nowhere', { runId: undefined }),
    createRecorder('/nowhere', { runId: undefined }),
  ]
  expect(first.runId).toBe(second.runId)
  expect(first.runId).toMatch(/^\d{8}-\d{6}-[0-9a-f]{8}$/)
})

test('the root is the option, else CONTRAIL_ROOT, else EVAL_TRAJECTORY_ROOT', async () => {
  const root = await memoryDirectory()
  const paths = { contrail: join(root, 'contrail'), evaluation: join(root, 'evaluation'), option: join(root, 'option') }
  const env = { CONTRAIL_ROOT: paths.contrail, EVAL_TRAJECTORY_ROOT: paths.evaluation }
  const reserved = async (options: ConstructorParameters<typeof TrajectoryRecorder>[0]): Promise<string> => {
    const recorder = new TrajectoryRecorder({ ...options, runId: 'run', persist: true })
    await recorder.finish()
    return directoryOf(recorder)
  }
  expect(await reserved({ taskSpec: lamp, env, outputRoot: paths.option })).toBe(join(paths.option, 'run/buy-lamp'))
  expect(await reserved({ taskSpec: lamp, env })).toBe(join(paths.contrail, 'run/buy-lamp'))
  expect(await reserved({ taskSpec: lamp, env: { ...env, CONTRAIL_ROOT: '' } })).toBe(
    join(paths.evaluation, 'run/buy-lamp'),
  )
})

test('the disk below a recorder is no option of it', () => {
  expect(() => new TrajectoryRecorder({ taskSpec: lamp, io: diskIo } as RecorderOptions)).toThrow(/clock; got "io"/)
})

test.each([
  [{ durability: 'Step' }, /durability.*"Step"/],
  [{ persist: 'false' }, /persist: expected boolean/],
  [{ queueLimitBytes: Number.NaN }, /queueLimitBytes.*NaN/],
  [{ queueLimitBytes: -1 }, /queueLimitBytes.*-1/],
  [{ backPressureMs: 'x' }, /backPressureMs/],
  [{ runId: 42 }, /runId: expected string/],
  [{ runId: '' }, /runId/],
  [{ outputRoot: '' }, /outputRoot/],
  [{ outputroot: '/x' }, /outputroot/],
  [{ bus: {} }, /bus: expected an object with on, off, emit/],
  [{ onWarning: 'x' }, /onWarning: expected a function/],
  [{ tool: 'x' }, /tool: expected object/],
  [{ clock: {} }, /clock: expected an object with now, monotonicMs/],
  [{ redact: { secret: ['x'] } }, /redact: expected names among secrets, .*; got "secret"/],
  [{ redact: { secrets: 'my-secret' } }, /redact\.secrets: expected array, received string$/],
  [{ redact: { secretsFile: ['my-secret'] } }, /redact\.secretsFile: .*received array$/],
  [{ redact: { env: [42] } }, /redact\.env\.0: .*received number$/],
  [{ redact: { fingerprintKey: 'x' } }, /fingerprintKey: expected bytes/],
])('%o is a TypeError that names the option', (wrong, message) => {
  expect(() => createRecorder('/nowhere', wrong as object)).toThrow(message)
  expect(() => createRecorder('/nowhere', wrong as object)).toThrow(TypeError)
})

test('a recorder without options is a TypeError that says so', () => {
  const build = TrajectoryRecorder as unknown as new () => TrajectoryRecorder
  expect(() => new build()).toThrow(/TrajectoryRecorder options: expected object, received undefined/)
})

test('a task with thousands of criteria is recorded whole, and one beyond the size of an event is refused', async () => {
  const item = { criterion: 'the lamp is in the basket', description: 'd', maxPoints: 1 }
  const taskSpec = { ...lamp, precomputedRubric: { items: Array.from({ length: 2000 }, () => item) } }
  const recorder = createRecorder(await memoryDirectory(), { taskSpec })
  expect((await recorder.finish()).task.precomputedRubric?.items).toHaveLength(2000)
  const huge = { ...lamp, instruction: 'x'.repeat(9_000_000) }
  expect(() => createRecorder('/nowhere', { taskSpec: huge })).toThrow(/taskSpec: expected at most 8000000 bytes/)
})

test('onEvidence fits every shape of callback that agents have', () => {
  const { onEvidence } = createRecorder('/nowhere', { persist: false })
  const promised: (event: EvidenceEvent) => Promise<void> = onEvidence
  const either: (event: EvidenceEvent) => void | Promise<void> = onEvidence
  const sink: EvidenceSink = onEvidence
  expect(new Set([promised, either, sink]).size).toBe(1)
})

test('a folder that holds other things gets no .gitignore, one that is made for recordings does', async () => {
  const mixed = await memoryDirectory()
  await writeFile(join(mixed, 'notes.txt'), 'mine')
  await createRecorder(mixed).finish()
  expect(await readdir(mixed)).toEqual(['notes.txt', 'run'])
  const own = join(mixed, '.trajectories')
  await createRecorder(own).finish()
  expect(await readFile(join(own, '.gitignore'), 'utf8')).toBe('*\n')
})

test('a score or a reward of -0, which JSON does not have, is 0 and costs nothing', async () => {
  const recorder = createRecorder(await memoryDirectory())
  await recorder.record(stepFinished({ episode: { reward: -0, cumulativeReward: -0, testPassRate: -0 } }))
  const live = await recorder.finish({ finalScore: -0 })
  const { steps, finalScore, gaps } = await readTrajectory(recorder.directory as string)
  const episode = { reward: 0, cumulativeReward: 0, testPassRate: 0 }
  expect([live.finalScore, finalScore, gaps]).toEqual([0, 0, []])
  expect([live.steps[0]?.episode, steps[0]?.episode]).toEqual([episode, episode])
})
