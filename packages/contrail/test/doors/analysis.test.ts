import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  humanLabeler,
  ingestRuns,
  Label,
  LabelingProcessor,
  openRuntime,
  Trajectory,
  type IngestOptions,
  type Runtime,
} from 'contrail/analysis'
import { writeLabel, writeVerdict } from '@contrail/recorder'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeRoot, record, recordKilled, step } from '../recordings.ts'

const options: IngestOptions = { labels: [{ technique: 'done', description: 'Was it done?' }] }
let runtime: Runtime
beforeAll(async () => {
  runtime = await openRuntime()
})
afterAll(() => runtime.close())

test('each recording becomes a trajectory of turns, once, and again where it changed', async () => {
  const root = await makeRoot()
  const directory = await record(
    root,
    [
      {
        type: 'turn_finished',
        turnId: 't1',
        text: 'I shall buy it.',
        usage: { output_tokens: 7 },
        model: 'demo',
        durationMs: 500,
      },
      ...step('click').map((event) =>
        event.type === 'step_finished' ? { ...event, turnId: 't1', durationMs: 1_000 } : event,
      ),
      ...step('type', { ok: false, error: 'no such field' }),
    ],
    { instruction: 'Buy the lamp.', finalAnswer: 'Bought.' },
  )
  await record(root, step('goto'), { id: 'other' })
  await recordKilled(root)
  const world = await runtime.world('world', { storage: { uri: await makeRoot() } })
  const heard: [looked: number, of: number][] = []
  const report = await ingestRuns(world, root, { ...options, onProgress: (...progress) => heard.push(progress) })
  expect(heard).toEqual([0, 1, 2, 3].map((looked) => [looked, 3]))
  expect(report).toMatchObject({
    added: ['run-1/other', 'run-1/sample', 'run-killed/sample'],
    changed: [],
    skipped: [],
  })
  // What waits for the next tick is known, too.
  expect(await ingestRuns(world, root, options)).toMatchObject({ added: [], changed: [], unchanged: report.added })
  for (const [kind, place] of [['run', 'run-1'] as const, ['recording', 'run-1/sample'] as const])
    await expect(ingestRuns(world, path.join(root, place), options)).rejects.toThrow(`got a ${kind}; give ${root},`)
  await world.step()
  const rows = await world.query(Trajectory, Label).collect()
  expect(rows.map((row) => [row.trajectory__trajectory_id, row.trajectory__outcome])).toEqual([
    ['run-1/other', 'complete'],
    ['run-1/sample', 'complete'],
    ['run-killed/sample', 'killed'],
  ])
  const sample = rows[1]!
  const where = { metadata: { url: 'http://shop.test/cart' } }
  const plain = { content: '', tokens: 0, duration_ms: 0 }
  expect(Trajectory.turns(sample)).toEqual([
    { ...plain, role: 'user', content: 'Buy the lamp.' },
    { ...plain, role: 'assistant', content: 'I shall buy it.', tokens: 7, duration_ms: 500 },
    { ...plain, role: 'tool_call', tool_name: 'click', tool_input: { to: 'http://shop.test/cart' } },
    { ...plain, role: 'tool_result', tool_name: 'click', tool_output: 'done', duration_ms: 1_000, ...where },
    { ...plain, role: 'assistant', content: 'because' },
    { ...plain, role: 'tool_call', tool_name: 'type', tool_input: { to: 'http://shop.test/cart' } },
    { ...plain, role: 'tool_result', tool_name: 'type', error: 'no such field', ...where },
    { ...plain, role: 'assistant', content: 'Bought.' },
  ])
  expect(sample).toMatchObject({
    trajectory__total_turns: 8,
    trajectory__total_tokens: 7,
    trajectory__duration_seconds: 1.5,
  })
  expect(JSON.parse(sample.trajectory__metadata_json)).toMatchObject({
    model: 'demo',
    failed_steps: 1,
    gaps: 0,
    scores: {},
  })

  await writeVerdict(directory, { outcomeSuccess: true, processScore: 0.5 })
  const more = { labels: [...options.labels, { technique: 'speed', description: 'Was it fast?' }] }
  expect(await ingestRuns(world, root, options)).toMatchObject({ added: [], changed: ['run-1/sample'] })
  await world.step()
  expect(await ingestRuns(world, root, options)).toMatchObject({ added: [], changed: [] })
  await writeFile(path.join(root, 'run-1/other/trajectory.json'), '{')
  await rm(path.join(root, 'run-1/other/task_data.json'))
  const again = await ingestRuns(world, root, { ...more, where: ({ runId }) => runId === 'run-1' })
  expect(again).toMatchObject({
    added: [],
    changed: ['run-1/sample'],
    skipped: [{ reason: expect.stringContaining('trajectory.json') as unknown }],
  })
  await world.step()
  const changed = await world.query(Trajectory, Label).where({ trajectory__outcome: 'success' }).collect()
  expect(changed.map((row) => row.label__technique)).toEqual(['done', 'speed'])
  expect(JSON.parse(changed[0]!.trajectory__metadata_json)).toMatchObject({
    scores: { mmrubric_v1: { success: true, process: 0.5 } },
  })
})

test('what people said in the viewer is a label, and is seen when it changes', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('click'))
  await record(root, step('click'), { id: 'nobody' })
  const said = { formatVersion: 1 as const, blind: true, comment: '', steps: [], verdictsSeen: [] }
  await writeLabel(directory, {
    ...said,
    annotator: 'ada',
    outcome: 'failure',
    process: null,
    savedAt: '2026-01-01T00:00:00Z',
  })
  const world = await runtime.world('people', {
    storage: { uri: await makeRoot() },
    processors: [
      LabelingProcessor({
        labelers: [humanLabeler(root), humanLabeler(root, { technique: 'of ada', annotator: 'ada' })],
      }),
    ],
  })
  const labels = ['human', 'of ada'].map((technique) => ({ technique, description: '' }))
  await ingestRuns(world, root, { labels, where: () => true })
  await world.step()
  const read = async (): Promise<unknown[]> =>
    (await world.query(Label).collect()).map((row) => [row.label__value, row.label__score, row.label__error])
  expect(await read()).toEqual([
    ['', null, 'nobody has judged run-1/nobody'],
    ['', null, 'nobody named ada has judged run-1/nobody'],
    ['failure', 0, ''],
    ['failure', 0, ''],
  ])
  await writeLabel(directory, {
    ...said,
    annotator: 'bob',
    outcome: 'success',
    process: 0.75,
    savedAt: '2026-01-02T00:00:00Z',
  })
  await world.step()
  expect((await read()).slice(2)).toEqual([
    ['success', 0.75, ''],
    ['failure', 0, ''],
  ])
})

test('where the package is not installed, the door says in one line what to install', async () => {
  const door = fileURLToPath(new URL('../../src/doors/analysis.ts', import.meta.url))
  const program = `
    import { registerHooks } from 'node:module'
    registerHooks({ resolve(name, context, next) { return next(name === '@contrail/analysis' ? '@contrail/not-there' : name, context) } })
    await import(${JSON.stringify(door)}).catch(({ code, message }) => console.log(code, message))`
  const words = ['--conditions=@contrail/source', '--input-type=module', '-e', program]
  const { stdout } = await promisify(execFile)(process.execPath, words)
  expect(stdout).toBe('PACKAGE_MISSING contrail/analysis needs its own package: npm install @contrail/analysis\n')
})

test('options that there are not, and none at all, are TypeErrors', async () => {
  const world = await runtime.world('options', { storage: { uri: await makeRoot() } })
  await expect(ingestRuns(world, await makeRoot(), { label: [] } as never)).rejects.toThrow(/got "label"/)
  await expect(ingestRuns(world, await makeRoot(), {} as never)).rejects.toThrow(/labels: expected a list/)
})
