import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listRuns, summariseRecording } from '../../src/index.ts'
import { listRunsOn } from '../../src/keep/list-runs.ts'
import { finalAnswer, stepFinished, wholeRun } from '../support/evidence.ts'
import { failingIo, interceptedIo, systemError } from '../support/intercepted-io.ts'
import { createRecorder, recordAll, recordUnfinished, recordWholeRun } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

test('finished, unfinished and live recordings are listed by run and task, with what is known of each', async () => {
  const root = await memoryDirectory()
  const finished = createRecorder(root, { taskSpec: { id: 'b finished', instruction: 'finish' } })
  await recordAll(finished, wholeRun)
  await finished.finish({ status: 'stalled' })
  await finished.persistVerdict({ outcomeSuccess: true })
  const cutOff = await recordUnfinished(
    root,
    [stepFinished({ toolOutput: { ok: false, error: 'no', result: null } }), finalAnswer()],
    { taskSpec: { id: 'c', instruction: 'die' } },
  )
  const live = createRecorder(root, { runId: 'a run', taskSpec: { id: 'z', instruction: 'live' } })
  await live.record(stepFinished())

  expect(await listRuns(root)).toEqual([
    {
      directory: live.directory,
      runId: 'a run',
      taskId: 'z',
      finished: false,
      status: 'recording',
      instruction: 'live',
      steps: 1,
      failedSteps: 0,
      gaps: 0,
      startedAt: expect.any(String),
      endedAt: expect.any(String),
      durationMs: expect.any(Number),
      verdicts: [],
    },
    {
      directory: finished.directory,
      runId: 'run',
      taskId: 'b finished',
      finished: true,
      status: 'stalled',
      instruction: 'finish',
      steps: 3,
      failedSteps: 1,
      gaps: 1,
      finalAnswer: 'the lamp costs 12',
      startedAt: '2026-01-01T00:00:00.001Z',
      endedAt: expect.stringContaining('2026-01-01T'),
      durationMs: expect.any(Number),
      verdicts: ['mmrubric_v1'],
    },
    {
      directory: cutOff,
      runId: 'run',
      taskId: 'c',
      finished: false,
      status: 'killed',
      instruction: 'die',
      steps: 1,
      failedSteps: 1,
      gaps: 0,
      finalAnswer: 'the lamp costs 12',
      startedAt: expect.any(String),
      endedAt: expect.any(String),
      durationMs: expect.any(Number),
      verdicts: [],
    },
  ])
  await live.cancel()
})

test('a verdict is listed from the moment it lies in scores, whoever put it there', async () => {
  const root = await memoryDirectory()
  const finished = await recordWholeRun(root)
  const unfinished = await recordUnfinished(root, [stepFinished()], { taskSpec: { id: 'c', instruction: 'die' } })
  const verdictsOf = async () => (await listRuns(root)).map(({ verdicts }) => verdicts)
  expect(await verdictsOf()).toEqual([[], []])
  for (const directory of [finished, unfinished]) {
    await mkdir(join(directory, 'scores'), { recursive: true })
    for (const name of ['judge.json', '.judge.json.tmp', 'notes.txt'])
      await writeFile(join(directory, 'scores', name), '{"outcomeSuccess":false}')
  }
  expect(await verdictsOf()).toEqual([['judge'], ['judge']])
  expect((await summariseRecording(finished))?.verdicts).toEqual(['judge'])
})

test('a neighbour that is broken is listed with its error and hides no other', async () => {
  const root = await memoryDirectory()
  await recordWholeRun(root)
  const run = join(root, 'run')
  for (const [name, file, text] of [
    ['bad-json', 'trajectory.json', '{"task":'],
    ['bad-schema', 'trajectory.json', '{"task":5,"status":7}'],
    ['bad-journal', 'core.log', 'what is this\n'],
  ] as const) {
    await mkdir(join(run, name))
    await writeFile(join(run, name, file), text)
  }
  const runs = await listRuns(root)
  expect(runs.map(({ taskId, status, error }) => ({ taskId, status, broken: error !== undefined }))).toEqual([
    { taskId: 'bad-journal', status: undefined, broken: true },
    { taskId: 'bad-json', status: undefined, broken: true },
    { taskId: 'bad-schema', status: undefined, broken: true },
    { taskId: 'buy-lamp', status: 'complete', broken: false },
  ])
})

test('a task_data.json that cannot be read does not hide what trajectory.json says', async () => {
  const root = await memoryDirectory()
  const directory = await recordWholeRun(root)
  for (const text of ['', '{"task":5}', 'null', '['.repeat(1000)]) {
    await writeFile(join(directory, 'task_data.json'), text)
    expect(await listRuns(root)).toMatchObject([{ taskId: 'buy-lamp', status: 'complete', steps: 3 }])
  }
})

test('a run that was cut off after its end, or whose trajectory.json is damaged, is not finished', async () => {
  const root = await memoryDirectory()
  const directory = await recordWholeRun(root)
  expect(await listRuns(root)).toMatchObject([{ finished: true, status: 'complete' }])
  const path = join(directory, 'trajectory.json')
  const whole = await readFile(path)
  for (const bytes of ['', 'garbage', '{"torn":', whole.subarray(0, -1), Buffer.alloc(whole.byteLength)]) {
    await writeFile(path, bytes)
    expect(await listRuns(root)).toMatchObject([{ finished: false, status: 'complete', steps: 3 }])
  }
  await rm(path)
  expect(await listRuns(root)).toMatchObject([{ finished: false, status: 'complete', steps: 3 }])
  expect(await summariseRecording(directory)).toEqual((await listRuns(root))[0])
  expect(await summariseRecording(root)).toBeUndefined()
})

test('a run folder that cannot be read, or goes while we look, hides no other', async () => {
  const root = await memoryDirectory()
  await recordWholeRun(root)
  await recordWholeRun(root, { runId: 'other' })
  const unreadable = failingIo(({ name, path }) => name === 'readdir' && path === join(root, 'other'), 'EACCES')
  expect(await listRunsOn(unreadable, root)).toMatchObject([
    { directory: join(root, 'other'), runId: 'other', taskId: '', error: expect.stringContaining('EACCES') },
    { runId: 'run', status: 'complete' },
  ])
  for (const path of [join(root, 'other'), join(root, 'other/buy-lamp')]) {
    const gone = interceptedIo((operation) => {
      if (operation.path === path && operation.name === 'lstat') throw systemError('ENOENT')
    })
    expect((await listRunsOn(gone, root)).map(({ runId }) => runId)).toEqual(['run'])
  }
})

test('files, links, hidden folders and folders without a recording are passed over', async () => {
  const root = await memoryDirectory()
  const directory = await recordWholeRun(root)
  await writeFile(join(root, 'notes.txt'), '')
  await writeFile(join(root, 'run/notes.txt'), '')
  await mkdir(join(root, 'run/empty'))
  await mkdir(join(root, 'run/.removed-x'))
  await mkdir(join(root, '.hidden'))
  await symlink(directory, join(root, 'run/linked'))
  await symlink(join(root, 'run'), join(root, 'linked'))
  expect((await listRuns(root)).map((run) => run.directory)).toEqual([directory])
})

test('a root that is not there is DIRECTORY_UNAVAILABLE, an empty one is an empty list', async () => {
  const root = await memoryDirectory()
  expect(await listRuns(root)).toEqual([])
  await expect(listRuns(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
})

test('what is listed at a glance is what a close look lists', async () => {
  const root = await memoryDirectory()
  const finished = await recordWholeRun(root)
  await recordUnfinished(root, wholeRun, { taskSpec: { id: 'cut off', instruction: 'die' } })
  const damaged: Record<string, [file: string, contents: string][]> = {
    empty: [['trajectory.json', '']],
    torn: [['trajectory.json', '{\n  "formatVersion": 1,\n  "run']],
    unlisted: [['task_data.json', '{"task":']],
    'other schema': [['task_data.json', '{"task":{"id":5}}']],
    'too long': [['task_data.json', ' '.repeat(1_000_001)]],
  }
  for (const [name, files] of Object.entries(damaged)) {
    await cp(finished, join(root, 'damaged', name), { recursive: true })
    for (const [file, contents] of files) await writeFile(join(root, 'damaged', name, file), contents)
  }
  await symlink(finished, join(root, 'damaged', 'link'))
  await symlink(join(root, 'run'), join(root, 'linked run'))
  await cp(finished, join(root, 'damaged', 'linked file'), { recursive: true })
  await rm(join(root, 'damaged', 'linked file', 'task_data.json'))
  await symlink(join(finished, 'task_data.json'), join(root, 'damaged', 'linked file', 'task_data.json'))

  const listed = await listRuns(root)
  expect(listed).toHaveLength(8)
  expect(listed).toEqual(
    await listRunsOn(
      interceptedIo(() => undefined),
      root,
    ),
  )
})
