import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  assembleTrajectory,
  mapImages,
  toEvents,
  type Image,
  type ImageReference,
  type Trajectory,
} from '../../src/index.ts'
import { bySize } from '../../../../scripts/test-size.ts'
import {
  agentFrame,
  hole,
  imageOf,
  journal,
  observed,
  picture,
  probeFrame,
  runFinished,
  runStarted,
  step,
  type Event,
} from '../journal.ts'
import { webAddress } from '../../../../scripts/arbitraries.ts'

const stepIndex = fc.option(fc.nat({ max: 6 }), { nil: undefined })
const name = fc.constantFrom('a', 'b', 'c', 'd')
const result = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true, withNullPrototype: true }),
  name.map(picture),
  name.map((image) => ({ shots: [{ screenshotBase64: Buffer.from(picture(image)).toString('base64') }] })),
  fc.constant({ $frame: 'f'.repeat(64), mediaType: 'image/png', sizeBytes: 1 }),
)

const events: fc.Arbitrary<Event> = fc.oneof(
  fc
    .record({
      actionName: name,
      reasoning: fc.string(),
      result,
      stepIndex,
      turnId: fc.option(name, { nil: undefined }),
    })
    .map(({ actionName, reasoning, result: value, ...more }) =>
      withoutAbsent(step(actionName, { reasoning, toolOutput: { ok: true, result: value }, ...more })),
    ),
  fc
    .record({ image: name, evidenceRole: fc.constantFrom('agent', 'probe', 'agent_and_probe'), stepIndex })
    .map(({ image, ...more }) => withoutAbsent(agentFrame(image, more as object))),
  fc.record({ page: name, stepIndex }).map(({ page, ...more }) => withoutAbsent(observed(page, more as object))),
  fc
    .record({ turnId: name, text: fc.string(), cost: fc.nat() })
    .map((turn) => ({ type: 'turn_finished' as const, ...turn, usage: { input_tokens: 1 } })),
  fc
    .record({
      message: fc.string(),
      output: fc.jsonValue(),
      observation: fc.constant({ url: 'u', screenshot: picture('z') }),
    })
    .map((answer) => ({ type: 'final_answer' as const, ...answer })),
  fc.constant({ type: 'gap' as const, what: 'probe' as const, reason: 'timeout' }),
)

function withoutAbsent(event: Event): Event {
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)) as Event
}

const endings = fc.constantFrom(
  [],
  [runFinished({ status: 'complete', finalAnswer: 'told' })],
  [runFinished({ status: 'error', usage: { input_tokens: 7, output_tokens: 8 } })],
)

test('a recorded trajectory is the same after it was written as events, whatever was recorded', () => {
  const runs = fc.tuple(
    fc.array(fc.oneof({ weight: 9, arbitrary: events }, fc.constant(hole)), { maxLength: 15 }),
    endings,
  )
  fc.assert(
    fc.property(runs, ([run, ending]) => {
      const trajectory = assembleTrajectory(journal(runStarted, ...run, ...ending))
      expect(assembleTrajectory(toEvents(trajectory))).toStrictEqual(trajectory)
    }),
    { numRuns: bySize({ fast: 150, faults: 400, long: 4_000 }) },
  )
})

const image = name.map((one) => imageOf(one)).map(readable)
const whole = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record<T>(fields, { noNullPrototype: true })
const view = { viewport: fc.constant({ width: 10, height: 20 }), scale: fc.constant(2) }
const time = fc.constantFrom('2025-05-05T00:00:00Z', '2025-05-05T00:00:01Z', 'yesterday')
const looked = { startedAt: time, finishedAt: time, late: fc.boolean(), navigated: fc.boolean() }
const observation = fc.record(
  {
    url: webAddress,
    title: fc.string(),
    screenshot: image,
    ariaTree: fc.string(),
    partial: fc.boolean(),
    dialogs: fc.array(whole({ type: name, message: fc.string() }), { maxLength: 2 }),
    ...view,
    ...looked,
    onDemand: fc.jsonValue(),
  },
  { noNullPrototype: true, requiredKeys: [] },
)
const extra = fc.dictionary(
  fc.oneof(fc.string(), fc.constantFrom('type', 'stepIndex', 'agentEvidence', 'steps', 'at', '__proto__', 'extra')),
  fc.jsonValue(),
  { minKeys: 1, noNullPrototype: true },
)
const modality = fc.oneof(
  whole({ type: fc.constant('text' as const), content: fc.string() }),
  whole({ type: fc.constant('json' as const), content: fc.jsonValue() }),
  fc.record(
    { type: fc.constant('image' as const), image, url: webAddress, ...view },
    { noNullPrototype: true, requiredKeys: ['type', 'image'] },
  ),
)
const evidence = whole({ modalities: fc.array(modality, { maxLength: 4 }) })
const usage = whole({ input_tokens: fc.nat(), output_tokens: fc.nat() })

/** Trajectories that an importer may come with: modalities, ids, times and turns that owe nothing to our fold. */
const imported: fc.Arbitrary<Trajectory> = fc.record(
  {
    formatVersion: fc.constant(1),
    runId: fc.string(),
    task: fc.constant({ id: 't', instruction: 'i' }),
    status: fc.constantFrom('complete', 'aborted', 'stalled', 'error', 'killed'),
    steps: fc.array(
      fc.record(
        {
          id: fc.string(),
          actionName: fc.string(),
          actionArgs: fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }),
          reasoning: fc.string(),
          agentEvidence: evidence,
          probeEvidence: observation,
          toolOutput: whole({ ok: fc.boolean(), result: fc.jsonValue() }),
          startedAt: time,
          finishedAt: time,
          durationMs: fc.nat(),
          turnId: name,
          toolCallId: fc.string(),
          sensitive: fc.boolean(),
          extra,
        },
        {
          noNullPrototype: true,
          requiredKeys: ['id', 'actionName', 'actionArgs', 'reasoning', 'agentEvidence', 'probeEvidence', 'toolOutput'],
        },
      ),
      { maxLength: 4 },
    ),
    turns: fc.array(
      fc.record(
        { turnId: name, steps: fc.array(fc.nat({ max: 5 })), text: fc.string(), usage, finishedAt: time, extra },
        { noNullPrototype: true, requiredKeys: ['turnId', 'steps'] },
      ),
      { maxLength: 3 },
    ),
    gaps: fc.array(
      fc.record(
        {
          what: fc.constantFrom('probe', 'event'),
          reason: fc.string(),
          stepIndex: fc.nat(),
          detail: fc.jsonValue(),
          at: time,
        },
        { noNullPrototype: true, requiredKeys: ['what', 'reason'] },
      ),
      { maxLength: 3 },
    ),
    timing: fc.record(
      { startedAt: time, endedAt: time, durationMs: fc.nat() },
      { noNullPrototype: true, requiredKeys: [] },
    ),
    usage,
    initialObservation: observation,
    finalAnswer: fc.string(),
    finalOutput: fc.jsonValue(),
    finalObservation: observation,
    finalAgentEvidence: evidence,
    tool: fc.constant({ name: 'other', version: '2' }),
  },
  {
    noNullPrototype: true,
    requiredKeys: ['formatVersion', 'runId', 'task', 'status', 'steps', 'turns', 'gaps', 'timing', 'usage'],
  },
) as fc.Arbitrary<Trajectory>

test('an imported trajectory is the same after it was written as events, though no journal of ours would lead to it', () => {
  fc.assert(
    fc.property(imported, (trajectory) => {
      expect(assembleTrajectory(toEvents(trajectory))).toStrictEqual(trajectory)
    }),
    { numRuns: bySize({ fast: 100, faults: 500, long: 5_000 }) },
  )
})

test('images are the same objects after the round trip, with their way to be read', () => {
  const run = [
    probeFrame('start'),
    agentFrame('1'),
    step('shoot', { reasoning: 'why', toolOutput: { ok: true, result: { shot: picture('shot') } } }),
    step('click'),
    agentFrame('2', { evidenceRole: 'agent_and_probe' }),
    { type: 'final_answer', message: 'm', observation: { url: 'u', screenshot: picture('end') } } as Event,
  ]
  const trajectory = mapImages(assembleTrajectory(journal(runStarted, ...run)), readable)
  const images = imagesIn(trajectory)
  expect(images.map(({ sha256: hash }) => hash).toSorted()).toStrictEqual(
    ['start', '1', '1', 'shot', '2', '2', '2', 'end'].map((one) => imageOf(one).sha256).toSorted(),
  )
  const back = assembleTrajectory(toEvents(trajectory)) as Trajectory
  expect(imagesIn(back)).toHaveLength(images.length)
  for (const [index, same] of imagesIn(back).entries()) expect(same).toBe(images[index])
})

test('all evidence names its step, so that the events can be read in any order', () => {
  const trajectory = assembleTrajectory(journal(agentFrame('1'), step('a'), probeFrame('2'), observed('2'), step('b')))
  const named = toEvents(trajectory).filter(({ type }) =>
    ['screenshot', 'step_observed', 'step_finished'].includes(type),
  )
  const back = assembleTrajectory(named.toReversed())
  expect(back.steps).toStrictEqual(trajectory.steps)
})

test('an observation of which nothing could be had is still one', () => {
  const trajectory = { ...assembleTrajectory(journal(step('a'))), initialObservation: {}, finalObservation: {} }
  expect(assembleTrajectory(toEvents(trajectory))).toStrictEqual(trajectory)
})

test('what is being recorded comes back as killed, since nobody is writing it', () => {
  const trajectory = { ...assembleTrajectory(journal(step('a'))), status: 'recording' as const }
  expect(assembleTrajectory(toEvents(trajectory)).status).toBe('killed')
})

test('entries are numbered from 0, and what our own fold gives needs no more than events', () => {
  const entries = toEvents(assembleTrajectory(journal(runStarted, agentFrame('1'), step('a'), observed('1'))))
  expect(entries.map(({ seq }) => seq)).toStrictEqual(entries.map((_, index) => index))
  expect(entries.filter((entry) => 'imported' in entry).map(({ type }) => type)).toStrictEqual(['run_started'])
})

function readable(reference: ImageReference): Image {
  return { ...reference, read: async () => new TextEncoder().encode(reference.sha256) }
}

function imagesIn(trajectory: Trajectory): Image[] {
  const found: Image[] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('read' in value) found.push(value as Image)
    else Object.values(value).forEach(visit)
  }
  visit(trajectory)
  return found
}
