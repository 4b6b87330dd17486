import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TrajectoryRecorder } from '../src/index.ts'
import { createRecorder, directoryOf, lamp } from './support/recording.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

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
  expect(() => new TrajectoryRecorder({ taskSpec: undefined as unknown as typeof lamp })).toThrow(TypeError)
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
  const root = await temporaryDirectory()
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
