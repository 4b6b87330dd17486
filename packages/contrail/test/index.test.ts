import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import * as recordings from '../src/doors/recordings.ts'
import * as schema from '../src/doors/schema.ts'
import * as door from '../src/index.ts'
import { makeRoot, step } from './recordings.ts'

const lamp = { id: 'buy-lamp', instruction: 'Buy the lamp.' }

test('the door has what a user needs to record, read and judge', async () => {
  expect(Object.keys(door).toSorted()).toEqual([
    'ContrailError',
    'EpisodeLogger',
    'TrajectoryRecorder',
    'busSink',
    'captureCua',
    'captureDom',
    'captureHybrid',
    'createEvidenceBus',
    'isContrailError',
    'launchBrowser',
    'observePage',
    'readTrajectory',
    'recordContext',
    'recordPage',
    'writeVerdict',
  ])

  const bus = door.createEvidenceBus()
  const outputRoot = await makeRoot()
  await using recorder = new door.TrajectoryRecorder({ taskSpec: lamp, bus, outputRoot, runId: 'run', persist: true })
  for (const event of step('goto')) await door.busSink(bus)(event)
  const trajectory = await recorder.finish({ status: 'complete', finalAnswer: 'Bought.' })
  const { directory = '' } = recorder
  expect(await recorder.persistVerdict({ outcomeSuccess: true })).toBe(`${directory}/scores/mmrubric_v1.json`)
  await door.writeVerdict(directory, { outcomeSuccess: false, explanation: 'No lamp.' }, { name: 'second' })
  expect(await recordings.checkRecording(directory)).toMatchObject({ status: 'clean' })
  const [listed] = await recordings.listRuns(outputRoot)
  expect(listed).toMatchObject({ finished: true, verdicts: ['mmrubric_v1', 'second'] })
  const read = await door.readTrajectory(directory)
  expect(read).toMatchObject({ status: 'complete', finalAnswer: 'Bought.', steps: [{ actionName: 'goto' }] })
  expect(dataOf(schema.assembleTrajectory(schema.toEvents(read)).steps)).toEqual(dataOf(trajectory.steps))
})

test('keys of the agent that look like marks of ours are told from them, and come back', async () => {
  const outputRoot = await makeRoot()
  await using recorder = new door.TrajectoryRecorder({ taskSpec: lamp, outputRoot, persist: true })
  const actionArgs = { $type: 'bigint', $$frame: 1, $truncated: true, $other: 2, plain: 10n }
  await recorder.record({
    type: 'step_finished',
    actionName: 'call',
    actionArgs,
    reasoning: '',
    toolOutput: { ok: true, result: null },
  })
  await recorder.finish()
  const [read] = (await door.readTrajectory(recorder.directory ?? '')).steps
  const { plain, ...marks } = read?.actionArgs ?? {}
  expect(plain).toEqual({ $type: 'bigint', value: '10' })
  expect(Object.keys(marks)).toEqual(['$$type', '$$$frame', '$$truncated', '$other'])
  expect(Object.keys(marks).map(schema.unescapeKey)).toEqual(['$type', '$$frame', '$truncated', '$other'])
})

test('importing the library loads no browser, no argument parser, no prompts and no images, the door to models no recorder either, and neither makes code of a text', async () => {
  const [models, library] = ['doors/models.ts', 'index.ts'].map((name) =>
    JSON.stringify(fileURLToPath(new URL(`../src/${name}`, import.meta.url))),
  )
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context) } })
    const { scriptedModel, fence } = await import(${models})
    const reply = await scriptedModel(() => fence('yes', { id: '1' })).generate({ parts: [] })
    console.log(loaded.filter((url) => /packages.(?!core|models|contrail.src.doors)|node_modules.(playwright|commander|ai.dist)/.test(url)).join() || reply.text)
    await import(${library})
    console.log(loaded.filter((url) => /node_modules.(playwright|commander|@clack|@sparticuz|sharp|pixelmatch)|images.src/.test(url)).join() || loaded.length > 10)`
  const flags = ['--disallow-code-generation-from-strings', '--conditions=@contrail/source', '--input-type=module']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '-e', program])
  expect(stdout.trim().split('\n')).toEqual(['<untrusted id="1">yes</untrusted>', 'true'])
})

/** Copy the data of a value: an image's `read` is a function. */
function dataOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}
