import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { testSize } from '../../../../scripts/test-size.ts'
import type { RecordPlan } from '../programs/records-known-runs.ts'
import type { Reopened, ReopenPlan } from '../programs/reopens-recordings.ts'
import type { ExhaustPlan } from '../programs/runs-out-of-descriptors.ts'
import { readTrajectory } from '../../src/index.ts'
import { inParallel, runProgram } from '../support/run-program.ts'
import { createRecorder } from '../support/recording.ts'
import { stepFinished } from '../support/evidence.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { findBrokenPromises } from './rig/broken-promises.ts'
import { knownTask } from './rig/known-run.ts'
import { inOwnMounts, skipUnless, whyNoLimits, whyNoMounts } from './rig/machine.ts'
import { toTestimonies, toTestimony } from './rig/testimony.ts'

const small = { steps: 2, frameBytes: 3000 }

/** Run a program with few open files: Node itself takes about twenty of them. */
const withFewFiles = ['sh', '-c', 'ulimit -n 64 && exec "$@"', 'sh']

test('a process that runs out of descriptors is told within seconds, and loses nothing that was acknowledged', async (context) => {
  skipUnless(context, whyNoLimits())
  const root = await temporaryDirectory()
  const all = [0, 1].flatMap((group) => [0, 1, 2].map((left) => ({ group, left })))
  // Some of those that are told, and one that is not.
  const tried = all.filter(({ group, left }) => testSize !== 'fast' || group === 0 || left === 0)
  const trials = tried.map(({ group, left }) => ({
    run: { runId: `group-${group}-left-${left}`, ...small },
    outputRoot: join(root, `root-${group}-${left}`),
    group,
    left,
  }))
  // Each waits a second for descriptors that nobody gives back: they wait at the same time.
  const outputs = await inParallel(trials, trials.length, async (trial) => {
    const plan = { trials: [trial] } satisfies ExhaustPlan
    return (await runProgram('runs-out-of-descriptors.ts', plan, { under: withFewFiles })).output
  })
  const testimonies = toTestimonies(outputs.join(''), small.steps)
  const told: string[] = []
  for (const { run, outputRoot } of trials) {
    const testimony = testimonies.get(run.runId) ?? toTestimony([], 0)
    const directory = join(outputRoot, run.runId, knownTask)
    const { broken, surfaced } = await findBrokenPromises(directory, run, testimony, { lived: true })
    expect(broken).toEqual([])
    if (surfaced) told.push(run.runId)
    for (const { message } of testimony.refusals) expect(message).toMatch(/EMFILE.*ulimit -n/)
  }
  console.log(`told of ${told.length} of ${trials.length}: ${told.join(' ')}`)
  expect(told).toEqual(expect.arrayContaining(['group-0-left-0', 'group-0-left-1', 'group-1-left-0']))
})

test('a moment without descriptors costs nothing', async (context) => {
  skipUnless(context, whyNoLimits())
  const run = { runId: 'run', ...small }
  const outputRoot = await temporaryDirectory()
  const plan = { trials: [{ run, outputRoot, group: 1, left: 0, forMs: 150 }] } satisfies ExhaustPlan
  const { output } = await runProgram('runs-out-of-descriptors.ts', plan, { under: withFewFiles })
  const testimony = toTestimonies(output, small.steps).get('run')
  expect(testimony).toMatchObject({ finished: true, refusals: [], misbehaviour: [] })
  expect((await readTrajectory(join(outputRoot, 'run', knownTask))).gaps).toEqual([])
})

test('a read-only disk refuses a recording at once, and shows the ones it has', async (context) => {
  skipUnless(context, whyNoMounts())
  const outputRoot = await temporaryDirectory()
  const readOnly = [
    ...inOwnMounts,
    'sh',
    '-c',
    'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"',
    outputRoot,
  ]
  const left = { runId: 'left', ...small }
  const directory = join(outputRoot, 'left', knownTask)
  await runProgram('records-known-runs.ts', {
    trials: [{ run: left, outputRoot, until: 'events' }],
  } satisfies RecordPlan)

  const trials = [{ run: { runId: 'late', ...small }, outputRoot }]
  const { output } = await runProgram('records-known-runs.ts', { trials } satisfies RecordPlan, { under: readOnly })
  const {
    acked = [1],
    refusals = [],
    misbehaviour = ['nothing was said'],
  } = toTestimonies(output, small.steps).get('late') ?? {}
  expect({ acked, misbehaviour }).toEqual({ acked: [], misbehaviour: [] })
  expect(refusals.length).toBeGreaterThan(0)
  for (const { code, message } of refusals) {
    expect(code).toBe('DIRECTORY_UNAVAILABLE')
    expect(message).toMatch(/EROFS.*make it writable, or choose another outputRoot/)
  }

  const reopen = async (works: readonly ('look' | 'recover')[], under: readonly string[]): Promise<Reopened[]> => {
    const plan = { trials: works.map((work) => ({ work, directory, shimPlan: '' })) } satisfies ReopenPlan
    const said = (await runProgram('reopens-recordings.ts', plan, { under })).output
    return said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Reopened)
  }
  const [recovered, looked] = await reopen(['recover', 'look'], readOnly)
  expect(recovered).toMatchObject({
    recover: { refused: { code: 'RECORDING_FAILED', message: expect.stringContaining('EROFS') as string } },
  })
  expect([looked]).toEqual(await reopen(['look'], []))
})

test.each([
  ['the root', 'root'],
  ['a folder above the root', '.'],
  ['the folder of the run', 'root/run'],
])('a file in the place of %s is told by open(), and the run goes on in memory', async (_, place) => {
  const top = join(await temporaryDirectory(), 'top')
  const file = join(top, place)
  const recorder = createRecorder(join(top, 'root'))
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, 'a file')
  await expect(recorder.open()).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE', details: { errno: 'ENOTDIR' } })
  await recorder.record(stepFinished())
  expect((await recorder.finish()).steps).toHaveLength(1)
  expect(recorder.persisted).toBe(false)
})
