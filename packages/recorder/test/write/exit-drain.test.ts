import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Trajectory } from '@contrail/core'
import { expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { checkRecording, readTrajectory, recoverRecording } from '../../src/index.ts'
import { startProgram } from '../support/child-process.ts'
import { imagesOf, plainData, stepFinished } from '../support/evidence.ts'
import { failingIo } from '../support/intercepted-io.ts'
import { createRecorder } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

interface Ended {
  /** Lines that the program said after it had recorded everything. */
  readonly said: readonly string[]
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly trajectory: Trajectory
  readonly directory: string
}

/** Run a program that ends in the middle of a step, and look at what it left, before and after recovering it. */
async function endInMidStep(ending: string, turns = 0, disk = 'real'): Promise<Ended> {
  const root = join(await memoryDirectory(), 'recordings')
  const copy = join(import.meta.dirname, '../../src/write/exit-drain.ts')
  const startedAt = performance.now()
  const program = startProgram('ends-in-mid-step.ts', root, ending, `${turns}`, disk, copy)
  expect(await program.nextLine()).toBe('recorded 349')
  const endedAt = performance.now()
  // A machine that has much else to do is slow in the beginning too.
  const startMs = endedAt - startedAt
  const said = await program.restOfLines()
  const { code, signal } = await program.ended
  expect(performance.now() - endedAt).toBeLessThan(2_000 + startMs)
  const directory = await recordingBelow(root)
  const before = await readTrajectory(directory)
  await recoverRecording(directory)
  const trajectory = await readTrajectory(directory)
  expect(plainData(trajectory)).toEqual(plainData(before))
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean', notes: [] })
  return { said, code, signal, trajectory, directory }
}

/** The one recording of a run; a directory that was reserved and has nothing in it does not count. */
async function recordingBelow(root: string): Promise<string> {
  const found: string[] = []
  for (const task of await readdir(join(root, 'run'))) {
    if ((await readdir(join(root, 'run', task))).includes('core.log')) found.push(join(root, 'run', task))
  }
  expect(found).toHaveLength(1)
  return found[0] as string
}

async function expectEverything({ steps, gaps, ...rest }: Trajectory): Promise<void> {
  expect(gaps).toEqual([])
  expect(steps.slice(0, 166).map(({ actionArgs, probeEvidence }) => [actionArgs, probeEvidence.title])).toEqual(
    Array.from({ length: 166 }, (_, step) => [{ step }, `page ${step}`]),
  )
  const images = imagesOf({ steps, gaps, ...rest })
  expect(images).toHaveLength(17)
  for (const image of images) expect((await image.read()).byteLength).toBeGreaterThan(3000)
}

/** Each ends before anything is written, or in the midst of it. An exception and a rejection take one way, and so do the signals. */
const ends = [
  ['exit', { code: 3, signal: null }, inFast([0], [0, 20])],
  ['throw', { code: 1, signal: null }, inFast([20], [0, 20])],
  ['reject', { code: 1, signal: null }, inFast([0], [0, 20])],
  ['SIGTERM', { code: null, signal: 'SIGTERM' }, inFast([20], [0, 20])],
  ['SIGINT', { code: null, signal: 'SIGINT' }, [0, 20]],
  ['SIGHUP', { code: null, signal: 'SIGHUP' }, [0, 20]],
] as const

test.each(ends.slice(0, inFast(4, ends.length)))(
  '%s in the middle of a step keeps all that was recorded, out of version control, and its status',
  async (ending, status, turnsBefore) => {
    const runs = await Promise.all(turnsBefore.map((turns) => endInMidStep(ending, turns)))
    for (const { trajectory, directory, ...ended } of runs) {
      expect(ended).toMatchObject(status)
      expect(trajectory.status).toBe('killed')
      await expectEverything(trajectory)
      // Also where nothing was written before the end of the process.
      expect(await readFile(join(directory, '../../.gitignore'), 'utf8')).toBe('*\n')
    }
  },
)

const stuckAt = [
  [1, 13, 22],
  [5, 9, 17],
  [20, 21, 23],
  [24, 26, 30],
]

test.each(inFast(stuckAt.slice(0, 1), stuckAt))(
  'a disk that hangs for ever at operation %i, %i or %i does not hold the end up, and nothing is lost',
  async (...at) => {
    const runs = await Promise.all(at.map((operation) => endInMidStep('SIGTERM', 0, `stuck-${operation}`)))
    for (const { trajectory, signal } of runs) {
      expect(signal).toBe('SIGTERM')
      await expectEverything(trajectory)
    }
  },
)

test.each([
  ['another copy of us', 'drained'],
  ['signal-exit', 'signal-exit'],
])('%s does not wait for us, nor we for it: the signal ends the process', async (ending, word) => {
  const { said, signal, trajectory } = await endInMidStep(ending)
  expect({ said, signal }).toEqual({ said: [word], signal: 'SIGTERM' })
  await expectEverything(trajectory)
})

test('a handler of the program decides: it can still finish, and gives its own exit code', async () => {
  const { said, code, trajectory } = await endInMidStep('own handler', 5)
  expect({ said, code, status: trajectory.status }).toEqual({ said: ['handled'], code: 7, status: 'aborted' })
  await expectEverything(trajectory)
})

test('a handler of the program that exits at once loses nothing either', async () => {
  const { code, trajectory } = await endInMidStep('own handler that exits', 5)
  expect(code).toBe(8)
  await expectEverything(trajectory)
})

test('what is recorded while the process exits is kept as well', async () => {
  const { code, trajectory } = await endInMidStep('exit listener that records', 5)
  expect(code).toBe(0)
  expect(trajectory.steps.slice(166).map(({ actionName }) => actionName)).toEqual(Array(10).fill('farewell'))
  await expectEverything(trajectory)
})

test('a recorder that is over, or has nothing to write, leaves no listener in the process', async () => {
  const count = (): number[] => ['exit', ...signals].map((name) => process.listenerCount(name))
  const before = count()
  const root = await memoryDirectory()
  const [first, second, silent] = [createRecorder(root), createRecorder(root), createRecorder(root, { persist: false })]
  await silent.record(stepFinished())
  expect(count()).toEqual(before)
  await first.record(stepFinished())
  await second.record(stepFinished())
  expect(count()).toEqual(before.map((number) => number + 1))
  await first.finish()
  expect(count()).toEqual(before.map((number) => number + 1))
  await second.cancel()
  expect(count()).toEqual(before)
})

test.each([
  ['never worked', false, 'DIRECTORY_UNAVAILABLE'],
  ['has failed', true, 'RECORDING_FAILED'],
])('a recorder whose disk %s is not drained, and leaves no listener', async (_what, hadWorked, code) => {
  const before = process.listenerCount('exit')
  let works = hadWorked
  const io = failingIo(({ name, path }) => !works && name === 'datasync' && path.endsWith('core.log'))
  const recorder = createRecorder(await memoryDirectory(), { io })
  if (hadWorked) await recorder.open()
  works = false
  await expect(recorder.record(stepFinished())).rejects.toMatchObject({ code })
  expect(process.listenerCount('exit')).toBe(before)
})
