import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Trajectory as StagehandTrajectory } from '@browserbasehq/stagehand'
import { loadTrajectoryFromDisk, writeTrajectoryDir } from '@browserbasehq/stagehand/lib/v3/verifier/trajectory.js'
import type { EvidenceEvent } from '@contrail/core'
import { readTrajectory, TrajectoryRecorder } from '@contrail/recorder'
import { expect, test } from 'vitest'
import { jpeg, png, temporaryDirectory } from './pictures.ts'

const taskSpec = {
  id: 'buy-lamp',
  instruction: 'Buy the cheapest lamp',
  initUrl: 'http://shop.test/',
  expectedAnswer: '12 EUR',
  precomputedRubric: { items: [{ criterion: 'c', description: 'd', maxPoints: 3, condition: 'if there is one' }] },
}

async function record(events: readonly EvidenceEvent[], finish = {}): Promise<string> {
  const outputRoot = await temporaryDirectory()
  const recorder = new TrajectoryRecorder({ taskSpec, outputRoot, runId: 'run', persist: true })
  for (const event of events) await recorder.onEvidence(event)
  await recorder.finish(finish)
  expect(recorder.directory).toBe(join(outputRoot, 'run', 'buy-lamp'))
  return recorder.directory as string
}

const step = (actionName: string, more: object = {}): EvidenceEvent => ({
  type: 'step_finished',
  actionName,
  actionArgs: {},
  reasoning: '',
  toolOutput: { ok: true, result: undefined },
  ...more,
})
const frame = (screenshot: Buffer, evidenceRole: 'agent' | 'probe' | 'agent_and_probe'): EvidenceEvent => ({
  type: 'screenshot',
  screenshot,
  url: 'http://shop.test/',
  evidenceRole,
})
const observed = (url: string): EvidenceEvent => ({ type: 'step_observed', url, ariaTree: `- link "${url}"` })

/** Modes, roles and media types of every kind in one run. */
const run: readonly EvidenceEvent[] = [
  frame(png('before the first step'), 'probe'),
  observed('http://shop.test/start'),
  frame(png('what the model saw'), 'agent'),
  step('goto', { actionArgs: { url: 'http://shop.test/' }, reasoning: 'I open the shop', toolCallId: 'call_1' }),
  step('click', { actionArgs: { at: [1, 2] }, toolOutput: { ok: false, result: undefined, error: 'no such button' } }),
  frame(png('after two steps'), 'probe'),
  observed('http://shop.test/lamps'),
  step('screenshot', {
    reasoning: 'I look',
    toolOutput: { ok: true, result: { base64: png('a tool gave it').toString('base64'), note: 'whole page' } },
  }),
  frame(jpeg('both at once'), 'agent_and_probe'),
  step('extract', { toolOutput: { ok: true, result: { price: 12, currency: 'EUR' } } }),
  frame(png('after two steps'), 'probe'),
  observed('http://shop.test/lamps'),
  step('think', { toolOutput: { ok: true, result: 'it is cheap' } }),
  {
    type: 'final_answer',
    message: '12 EUR',
    output: { price: 12 },
    observation: { url: 'http://shop.test/lamps/1', screenshot: jpeg('the end'), ariaTree: '- main' },
  },
]

const redacted = '[redacted inline image payload]'
const shopAfterTwo = {
  url: 'http://shop.test/lamps',
  screenshot: png('after two steps'),
  ariaTree: '- link "http://shop.test/lamps"',
}
const seen = { type: 'image', bytes: png('what the model saw'), mediaType: 'image/png' }
const both = { type: 'image', bytes: jpeg('both at once'), mediaType: 'image/jpeg' }
const lookBase64 = { base64: redacted, note: 'whole page' }

/** The same run as Stagehand's types say it. */
const expected = {
  task: taskSpec,
  status: 'complete',
  finalAnswer: '12 EUR',
  usage: { input_tokens: 7, output_tokens: 3, cached_input_tokens: 2 },
  finalObservation: { url: 'http://shop.test/lamps/1', screenshot: jpeg('the end'), ariaTree: '- main' },
  steps: [
    {
      actionName: 'goto',
      actionArgs: { url: 'http://shop.test/' },
      reasoning: 'I open the shop',
      agentEvidence: { modalities: [seen, { type: 'text', content: 'I open the shop' }] },
      probeEvidence: shopAfterTwo,
      toolOutput: { ok: true },
    },
    {
      actionName: 'click',
      actionArgs: { at: [1, 2] },
      reasoning: '',
      agentEvidence: { modalities: [seen] },
      probeEvidence: shopAfterTwo,
      toolOutput: { ok: false, error: 'no such button' },
    },
    {
      actionName: 'screenshot',
      actionArgs: {},
      reasoning: 'I look',
      agentEvidence: {
        modalities: [
          seen,
          { type: 'text', content: 'I look' },
          { type: 'image', bytes: png('a tool gave it'), mediaType: 'image/png' },
          { type: 'json', content: lookBase64 },
        ],
      },
      probeEvidence: { url: 'http://shop.test/', screenshot: jpeg('both at once') },
      toolOutput: { ok: true },
    },
    {
      actionName: 'extract',
      actionArgs: {},
      reasoning: '',
      agentEvidence: { modalities: [both, { type: 'json', content: { price: 12, currency: 'EUR' } }] },
      probeEvidence: shopAfterTwo,
      toolOutput: { ok: true, result: { price: 12, currency: 'EUR' } },
    },
    {
      actionName: 'think',
      actionArgs: {},
      reasoning: '',
      agentEvidence: { modalities: [both, { type: 'text', content: 'it is cheap' }] },
      probeEvidence: {},
      toolOutput: { ok: true, result: 'it is cheap' },
    },
  ],
}

const usage = { input_tokens: 7, output_tokens: 3, cached_input_tokens: 2 }

test("Stagehand's loader reads our finished recording with every buffer byte for byte", async () => {
  const directory = await record(run, { status: 'complete', usage })
  const loaded = await loadTrajectoryFromDisk(directory)
  expect(loaded).toMatchObject(expected)
  expect(loaded.steps).toHaveLength(5)
  for (const [index, { agentEvidence }] of loaded.steps.entries()) {
    expect(agentEvidence).toStrictEqual(expected.steps[index]?.agentEvidence)
  }
})

test('what the finished recording says of a path is where the file is, and the file has its real media type', async () => {
  const directory = await record(run)
  const { steps, finalObservation } = await loadTrajectoryFromDisk(directory)
  const paths = [...steps.map((one) => one.probeEvidence.screenshotPath), finalObservation?.screenshotPath]
  expect(paths).toStrictEqual([
    'screenshots/probe/1.png',
    'screenshots/probe/1.png',
    'screenshots/probe/3.jpg',
    'screenshots/probe/1.png',
    undefined,
    'screenshots/probe/final.jpg',
  ])
  expect(await readFile(join(directory, 'screenshots/probe/3.jpg'))).toStrictEqual(jpeg('both at once'))
})

test.each(['complete', 'aborted', 'stalled', 'error'] as const)(
  'a run that ended as %s has that status',
  async (status) => {
    const directory = await record([step('goto')], { status, finalAnswer: `ended as ${status}` })
    expect(await loadTrajectoryFromDisk(directory)).toMatchObject({ status, finalAnswer: `ended as ${status}` })
  },
)

test('a run without a step is one for Stagehand too', async () => {
  expect(await loadTrajectoryFromDisk(await record([]))).toMatchObject({
    task: taskSpec,
    steps: [],
    status: 'complete',
    usage: { input_tokens: 0, output_tokens: 0 },
  })
})

test('our recording, loaded and written again by Stagehand, is still the same run for us', async () => {
  const ours = await readTrajectory(await record(run, { status: 'complete', usage }))
  const again = join(await temporaryDirectory(), 'again')
  await mkdir(again)
  await writeTrajectoryDir(again, await loadTrajectoryFromDisk(await record(run, { status: 'complete', usage })))
  const theirs = await readTrajectory(again)
  const told = ({ steps, task, status, finalAnswer, usage: used, finalObservation }: typeof ours) => ({
    task,
    status,
    finalAnswer,
    used,
    finalHash: finalObservation?.screenshot?.sha256,
    steps: steps.map(({ actionName, actionArgs, reasoning, toolOutput, agentEvidence, probeEvidence }) => ({
      actionName,
      actionArgs,
      reasoning,
      ok: toolOutput.ok,
      url: probeEvidence.url,
      ariaTree: probeEvidence.ariaTree,
      probeHash: probeEvidence.screenshot?.sha256,
      modalities: agentEvidence.modalities.map((modality) =>
        modality.type === 'image' ? [modality.image.sha256, modality.image.mediaType] : modality.content,
      ),
    })),
  })
  expect(told(theirs)).toStrictEqual(told(ours))
  expect(theirs.gaps).toStrictEqual([])
})

test('a recording of ours is a Stagehand trajectory by type as well', async () => {
  const loaded: StagehandTrajectory = await loadTrajectoryFromDisk(await record([step('goto')]))
  expect(loaded.steps[0]?.actionName).toBe('goto')
})
