import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EvidenceEvent } from '@contrail/core'
import { createEvidenceBus } from '@contrail/core'
import { expect, test } from 'vitest'
import { checkRecording } from '../../src/check/check.ts'
import {
  agentFrame,
  finalAnswer,
  jpeg,
  png,
  screenshot,
  stepFinished,
  stepObserved,
  webp,
  wholeRun,
} from '../support/evidence.ts'
import { listTree, readJson, readModes } from '../support/file-tree.ts'
import { createRecorder, directoryOf, lamp, recordAll, recordWholeRun } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const finishedFiles = ['core.log', 'scores', 'screenshots', 'task_data.json', 'times.json', 'trajectory.json']

async function recorded(events: readonly EvidenceEvent[]): Promise<string> {
  const recorder = createRecorder(await memoryDirectory())
  await recordAll(recorder, events)
  await recorder.finish()
  return directoryOf(recorder)
}

const probed = (bytes: Uint8Array): EvidenceEvent[] => [stepFinished(), screenshot(bytes), stepObserved()]

test('a finished recording holds exactly six names', async () => {
  const root = await memoryDirectory()
  const directory = await recordWholeRun(root, {})
  expect(directory).toBe(join(root, 'run', 'buy-lamp'))
  expect((await readdir(directory)).toSorted()).toEqual(finishedFiles)
  expect((await readdir(join(directory, 'screenshots'))).toSorted()).toEqual(['agent', 'probe'])
  expect(await readdir(join(root, 'run'))).toEqual(['buy-lamp'])
  expect((await readdir(root)).toSorted()).toEqual(['.gitignore', 'run'])
})

test('a run without any event is a finished recording of the same names', async () => {
  const directory = await recorded([])
  expect((await readdir(directory)).toSorted()).toEqual(finishedFiles)
  expect(await listTree(join(directory, 'screenshots'))).toEqual(['agent/', 'probe/'])
})

test('probe files carry the number of their step, from 1', async () => {
  const directory = await recorded(['one', 'two', 'three'].flatMap((text) => probed(png(text))))
  expect(await listTree(join(directory, 'screenshots/probe'))).toEqual(['1.png', '2.png', '3.png'])
  expect(await readFile(join(directory, 'screenshots/probe/2.png'))).toEqual(png('two'))
})

test('a probe frame that equals an earlier one is no second file: 1 and 3', async () => {
  const directory = await recorded(['one', 'one', 'three'].flatMap((text) => probed(png(text))))
  expect(await listTree(join(directory, 'screenshots/probe'))).toEqual(['1.png', '3.png'])
  const { steps } = await readJson<{ steps: { probeEvidence: { screenshotPath: string } }[] }>(
    directory,
    'trajectory.json',
  )
  expect(steps.map((step) => step.probeEvidence.screenshotPath)).toEqual([
    'screenshots/probe/1.png',
    'screenshots/probe/1.png',
    'screenshots/probe/3.png',
  ])
})

test('a frame that is agent evidence and probe at once has both names, and is one file on the disk', async () => {
  const directory = await recorded([
    stepFinished(),
    screenshot(png('both'), { evidenceRole: 'agent_and_probe', stepIndex: 0 }),
  ])
  const agent = join(directory, 'screenshots/agent/1.png')
  const probe = join(directory, 'screenshots/probe/1.png')
  expect(await readFile(agent)).toEqual(png('both'))
  expect((await stat(agent)).ino).toBe((await stat(probe)).ino)
})

test('the last look has a file of its own name, also when its bytes were seen before', async () => {
  const directory = await recorded([
    ...probed(png('same')),
    finalAnswer({ observation: { url: 'http://shop.test/', screenshot: png('same') } }),
  ])
  expect(await listTree(join(directory, 'screenshots/probe'))).toEqual(['1.png', 'final.png'])
  expect(await readFile(join(directory, 'screenshots/probe/final.png'))).toEqual(png('same'))
})

test('the page before the first step is initial.png', async () => {
  const directory = await recorded([screenshot(png('before')), stepObserved(), ...probed(png('after'))])
  expect(await listTree(join(directory, 'screenshots/probe'))).toEqual(['1.png', 'initial.png'])
})

test('several images of one step are <N>_<k>, k from 0', async () => {
  const directory = await recorded([
    stepFinished(),
    agentFrame(png('page')),
    stepFinished({
      toolOutput: {
        ok: true,
        result: [png('first').toString('base64'), png('second').toString('base64')].map((base64) => ({
          screenshotBase64: base64,
        })),
      },
    }),
  ])
  expect(await listTree(join(directory, 'screenshots/agent'))).toEqual(['2_0.png', '2_1.png', '2_2.png'])
  expect(await readFile(join(directory, 'screenshots/agent/2_1.png'))).toEqual(png('first'))
})

test('an image in arguments, or inside a text, is a file, and a gap for `check` where it is gone', async () => {
  const base64 = png(`\0\0\0\rIHDR${'x'.repeat(300)}`).toString('base64')
  const directory = await recorded([
    stepFinished({ actionArgs: { files: [{ url: `data:image/png;base64,${png('uploaded').toString('base64')}` }] } }),
    stepFinished({ toolOutput: { ok: true, result: `<img src="data:image/png;base64,${base64}">` } }),
  ])
  expect(await listTree(join(directory, 'screenshots'))).toEqual(['agent/', 'agent/1.png', 'agent/2.png', 'probe/'])
  expect(await readFile(join(directory, 'screenshots/agent/1.png'))).toEqual(png('uploaded'))
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean' })
  await rm(join(directory, 'screenshots/agent/1.png'))
  expect(await checkRecording(directory)).toMatchObject({ status: 'corrupt' })
})

test('the extension follows the media type: declared, else by the first bytes, else png', async () => {
  const directory = await recorded([
    ...probed(jpeg('lamp')),
    ...probed(webp('lamp')),
    ...probed(Buffer.from('no picture at all')),
    stepFinished(),
    screenshot(Buffer.from('drawn'), { mediaType: 'image/svg+xml' }),
    stepObserved(),
  ])
  expect(await listTree(join(directory, 'screenshots/probe'))).toEqual(['1.jpg', '2.webp', '3.png', '4.svg'])
  expect(await readFile(join(directory, 'screenshots/probe/3.png'), 'utf8')).toBe('no picture at all')
})

test('equal bytes in different buffers are one file per role', async () => {
  const directory = await recorded([
    agentFrame(png('same')),
    ...probed(Buffer.from(png('same'))),
    agentFrame(Buffer.from(png('same'))),
    ...probed(new Uint8Array(png('same'))),
  ])
  expect(await listTree(join(directory, 'screenshots'))).toEqual(['agent/', 'agent/1.png', 'probe/', 'probe/1.png'])
})

test('files are readable by their owner alone', async () => {
  const root = await memoryDirectory()
  const recorder = createRecorder(join(root, 'recordings'))
  await recordAll(recorder, wholeRun)
  await recorder.persistVerdict({ outcomeSuccess: true })
  await recorder.finish()
  const modes = await readModes(root)
  expect(Object.entries(modes).filter(([path, mode]) => mode !== (path.endsWith('/') ? '700' : '600'))).toEqual([])
  expect(Object.keys(modes).length).toBeGreaterThan(15)
})

test('recordings are ignored by git, and a .gitignore that is there already is left as it is', async () => {
  const root = await memoryDirectory()
  await recordWholeRun(root, {})
  expect(await readFile(join(root, '.gitignore'), 'utf8')).toBe('*\n')
  const mine = await memoryDirectory()
  await writeFile(join(mine, '.gitignore'), '!kept/\n')
  await recordWholeRun(mine, {})
  expect(await readFile(join(mine, '.gitignore'), 'utf8')).toBe('!kept/\n')
  const other = await memoryDirectory()
  await mkdir(join(other, '.gitignore'))
  await recordWholeRun(other, {})
  expect((await stat(join(other, '.gitignore'))).isDirectory()).toBe(true)
})

test('core.log tells the whole story: a first line, every event, a last line', async () => {
  const directory = await recorded([...probed(png('one')), finalAnswer()])
  const lines = (await readFile(join(directory, 'core.log'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines.map(({ seq, type }) => `${String(seq)} ${String(type)}`)).toEqual([
    '0 run_started',
    '1 step_finished',
    '2 screenshot',
    '3 step_observed',
    '4 final_answer',
    '5 run_finished',
  ])
  expect(lines[0]).toMatchObject({
    event: { formatVersion: 1, runId: 'run', taskSpec: lamp, durability: 'step', tool: { name: 'contrail' } },
  })
  expect(lines[1]).toMatchObject({ step: 0, action: 'click', ok: true })
  expect(lines[2]).toMatchObject({
    event: { screenshot: { $frame: expect.stringMatching(/^[0-9a-f]{64}$/), mediaType: 'image/png' } },
  })
  for (const line of lines) expect(line['crc']).toMatch(/^[0-9a-f]{8}$/)
})

test('times.json and task_data.json say what there is to know without opening the trajectory', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const trajectory = await readJson(directory, 'trajectory.json')
  expect(await readJson(directory, 'times.json')).toEqual({
    timing: trajectory['timing'],
    usage: { input_tokens: 10, output_tokens: 2 },
    stepCount: 3,
  })
  expect(await readJson(directory, 'task_data.json')).toMatchObject({
    task: lamp,
    status: 'complete',
    finalAnswer: 'the lamp costs 12',
    stepCount: 3,
    failedStepCount: 1,
    gapCount: 1,
    scores: [],
  })
})

test('events that come over a bus are recorded in the order of their emission', async () => {
  const bus = createEvidenceBus()
  const recorder = createRecorder(await memoryDirectory(), { bus })
  bus.emit('agent_step_finished_event', stepFinished({ actionName: 'first' }))
  bus.emit('agent_screenshot_taken_event', screenshot(png('one')))
  bus.emit('agent_step_observed_event', stepObserved())
  bus.emit('agent_step_finished_event', stepFinished({ actionName: 'second' }))
  const { steps } = await recorder.finish()
  expect(steps.map((step) => step.actionName)).toEqual(['first', 'second'])
  bus.emit('agent_step_finished_event', stepFinished({ actionName: 'too late' }))
  expect(recorder.health()).toMatchObject({ state: 'finished', directory: recorder.directory })
  expect((await readFile(join(directoryOf(recorder), 'core.log'), 'utf8')).includes('too late')).toBe(false)
})
