import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Trajectory as StagehandTrajectory, TrajectoryStep } from '@browserbasehq/stagehand'
import { buildAgentEvidenceFromStepFinished } from '@browserbasehq/stagehand/lib/v3/verifier/evidenceNormalization.js'
import { writeTrajectoryDir } from '@browserbasehq/stagehand/lib/v3/verifier/trajectory.js'
import type { Modality, Observation, Trajectory } from '@contrail/core'
import { readTrajectory } from '@contrail/recorder'
import { expect, test } from 'vitest'
import { jpeg, png, temporaryDirectory } from './pictures.ts'

const task = { id: 'united_13', instruction: 'Find a flight', initUrl: 'http://air.test/' }
const usage = {
  input_tokens: 100,
  output_tokens: 20,
  reasoning_tokens: 5,
  cached_input_tokens: 50,
  inference_time_ms: 900,
}

/** A step as Stagehand's recorder makes it. */
function step(more: Partial<TrajectoryStep> & { frame?: Buffer } = {}): TrajectoryStep {
  const { frame, ...fields } = more
  const base = {
    actionName: 'act',
    actionArgs: {},
    reasoning: '',
    probeEvidence: {},
    toolOutput: { ok: true, result: undefined },
    ...fields,
  }
  const { modalities } = buildAgentEvidenceFromStepFinished({ type: 'step_finished', ...base })
  const frames = frame ? [{ type: 'image' as const, bytes: frame, mediaType: 'image/png' }] : []
  return { agentEvidence: { modalities: [...frames, ...modalities] }, ...base }
}

async function written(more: Partial<StagehandTrajectory>): Promise<string> {
  const directory = join(await temporaryDirectory(), 'run', 'united_13')
  await writeTrajectoryDir(directory, { task, steps: [], status: 'complete', usage, ...more })
  return directory
}

/** Images of a trajectory, with their bytes read: how Stagehand holds them in memory. */
async function inMemory({ steps, finalObservation }: Trajectory) {
  const look = async ({ screenshot, ...rest }: Observation) =>
    screenshot ? { ...rest, screenshot: Buffer.from(await screenshot.read()) } : rest
  const given = async (modality: Modality) =>
    modality.type === 'image' ? { type: 'image', bytes: Buffer.from(await modality.image.read()) } : modality
  return {
    steps: await Promise.all(
      steps.map(async ({ agentEvidence, probeEvidence }) => ({
        modalities: await Promise.all(agentEvidence.modalities.map(given)),
        probeEvidence: await look(probeEvidence),
      })),
    ),
    finalObservation: finalObservation && (await look(finalObservation)),
  }
}

function asTheyHadIt(steps: readonly TrajectoryStep[]) {
  return steps.map(({ agentEvidence, probeEvidence }) => ({
    probeEvidence,
    modalities: agentEvidence.modalities.map((modality) =>
      modality.type === 'image' ? { type: 'image', bytes: modality.bytes } : modality,
    ),
  }))
}

test('a dom run, where the steps of a turn share one probe, is read with equal content and bytes', async () => {
  const shared = { url: 'http://air.test/results', screenshot: png('after the turn'), ariaTree: '- list' }
  const steps = [
    step({
      actionName: 'goto',
      actionArgs: { url: 'http://air.test/', deep: { er: [1, null, 'x'] } },
      probeEvidence: shared,
    }),
    step({ reasoning: 'I search', toolOutput: { ok: true, result: 'clicked' }, probeEvidence: shared }),
    step({
      actionName: 'extract',
      toolOutput: { ok: true, result: { flights: [{ price: 99 }], more: null } },
      probeEvidence: { ...shared, screenshot: png('later'), onDemand: { price: { seen: true } } },
    }),
    step({
      actionName: 'fail',
      toolOutput: { ok: false, result: 3, error: 'timeout' },
      probeEvidence: { url: 'http://air.test/' },
    }),
  ]
  const finalObservation = { url: 'http://air.test/end', screenshot: png('end'), ariaTree: '- main' }
  const directory = await written({ steps, finalAnswer: 'LH 123', finalObservation })
  const trajectory = await readTrajectory(directory)

  expect(trajectory).toMatchObject({
    task,
    status: 'complete',
    usage,
    finalAnswer: 'LH 123',
    runId: 'run',
    gaps: [],
    turns: [],
  })
  expect(
    trajectory.steps.map(({ actionName, actionArgs, reasoning, toolOutput }) => ({
      actionName,
      actionArgs,
      reasoning,
      toolOutput,
    })),
  ).toEqual(
    steps.map(({ actionName, actionArgs, reasoning, toolOutput }) => ({
      actionName,
      actionArgs,
      reasoning,
      toolOutput,
    })),
  )
  expect(await inMemory(trajectory)).toStrictEqual({ steps: asTheyHadIt(steps), finalObservation })
  expect(trajectory.steps[0]?.probeEvidence.screenshot).toBe(trajectory.steps[1]?.probeEvidence.screenshot)
})

test('a cua run, where actions share the frame they were chosen from, is read with equal content and bytes', async () => {
  const frame = png('one frame')
  const probe = (name: string) => ({ url: `http://air.test/${name}`, screenshot: png(name) })
  const steps = [
    step({ frame, actionName: 'click', actionArgs: { type: 'click', x: 1, y: 2 }, probeEvidence: probe('1') }),
    step({
      frame,
      actionName: 'type',
      actionArgs: { type: 'type', text: 'Oslo' },
      reasoning: 'type',
      probeEvidence: probe('2'),
    }),
    step({ frame: png('next frame'), actionName: 'wait', probeEvidence: probe('3') }),
  ]
  const trajectory = await readTrajectory(await written({ steps, status: 'error' }))
  expect(await inMemory(trajectory)).toStrictEqual({ steps: asTheyHadIt(steps), finalObservation: undefined })
  const [first, second] = trajectory.steps.map(({ agentEvidence }) => agentEvidence.modalities[0])
  expect(first?.type === 'image' && first.image).toBe(second?.type === 'image' && second.image)
  expect(trajectory).toMatchObject({ status: 'error', steps: [{ id: 's0' }, { id: 's1' }, { id: 's2' }] })
  expect(trajectory).not.toHaveProperty('finalAnswer')
})

test('an inline image of a result is an image beside its redacted JSON', async () => {
  const result = { base64: png('inline').toString('base64'), page: 'results' }
  const steps = [
    step({ frame: png('frame'), actionName: 'screenshot', reasoning: 'look', toolOutput: { ok: true, result } }),
  ]
  const directory = await written({ steps })
  expect(await readdir(join(directory, 'screenshots/agent'))).toStrictEqual(['1_0.png', '1_1.png'])
  const trajectory = await readTrajectory(directory)
  const redacted = { base64: '[redacted inline image payload]', page: 'results' }
  expect((await inMemory(trajectory)).steps[0]?.modalities).toStrictEqual([
    { type: 'image', bytes: png('frame') },
    { type: 'text', content: 'look' },
    { type: 'image', bytes: png('inline') },
    { type: 'json', content: redacted },
  ])
  expect(trajectory.steps[0]?.toolOutput).toStrictEqual({ ok: true, result: redacted })
})

test('JPEG bytes under a .png name are read as what they are', async () => {
  const steps = [step({ frame: jpeg('model'), probeEvidence: { url: 'u', screenshot: jpeg('probe') } })]
  const { steps: read } = await readTrajectory(await written({ steps, finalObservation: { screenshot: jpeg('end') } }))
  expect(read[0]?.probeEvidence.screenshot).toMatchObject({ mediaType: 'image/jpeg', path: 'screenshots/probe/1.png' })
  expect(read[0]?.agentEvidence.modalities[0]).toMatchObject({ image: { mediaType: 'image/jpeg' } })
  expect(Buffer.from((await read[0]?.probeEvidence.screenshot?.read()) ?? [])).toStrictEqual(jpeg('probe'))
})

test('a picture that is gone is a gap, and the rest is read', async () => {
  const steps = [step({ probeEvidence: { url: 'u', screenshot: png('gone'), ariaTree: '- main' } })]
  const directory = await written({ steps })
  const path = join(directory, 'trajectory.json')
  await writeFile(path, (await readFile(path, 'utf8')).replace('probe/1.png', 'probe/7.png'))
  const trajectory = await readTrajectory(directory)
  expect(trajectory.steps[0]?.probeEvidence).toStrictEqual({ url: 'u', ariaTree: '- main' })
  expect(trajectory.gaps).toStrictEqual([
    { what: 'screenshot', reason: 'frame_missing', stepIndex: 0, detail: { path: 'screenshots/probe/7.png' } },
  ])
})

test('images of the first layout, inline as base64, are read', async () => {
  const directory = await written({ steps: [step({ reasoning: 'r' })] })
  const path = join(directory, 'trajectory.json')
  const file = JSON.parse(await readFile(path, 'utf8'))
  const inline = { type: 'image', bytesBase64: jpeg('inline').toString('base64'), mediaType: 'image/png' }
  file.steps[0].agentEvidence.modalities.unshift(inline)
  await writeFile(path, JSON.stringify(file))
  const { steps } = await readTrajectory(directory)
  expect(steps[0]?.agentEvidence.modalities).toMatchObject([
    { type: 'image', image: { mediaType: 'image/jpeg' } },
    { type: 'text' },
  ])
  expect((await inMemory(await readTrajectory(directory))).steps[0]?.modalities[0]).toStrictEqual({
    type: 'image',
    bytes: jpeg('inline'),
  })
})

test('a run without a step is read', async () => {
  expect(await readTrajectory(await written({ status: 'stalled' }))).toMatchObject({
    steps: [],
    status: 'stalled',
    usage,
  })
})
