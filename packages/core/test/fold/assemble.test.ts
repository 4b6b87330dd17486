import { expect, test } from 'vitest'
import { assembleTrajectory } from '../../src/index.ts'
import { agentFrame, hole, imageOf, journal, observed, probeFrame, runStarted, step, type Event } from '../journal.ts'

const fold = (...items: Parameters<typeof journal>) => assembleTrajectory(journal(...items))
const framesOf = (items: Event[]) =>
  fold(...items).steps.map(({ agentEvidence }) =>
    agentEvidence.modalities.flatMap((modality) => (modality.type === 'image' ? [modality.url] : [])),
  )
const looksOf = (items: Event[]) => fold(...items).steps.map(({ probeEvidence }) => probeEvidence)
const gapsOf = (...items: Parameters<typeof journal>) =>
  fold(...items).gaps.map(({ what, reason, stepIndex, detail }) => ({ what, reason, stepIndex, detail }))

test('two steps after two agent frames both carry the newer, and the older is a gap', () => {
  const run = [agentFrame('old'), agentFrame('new'), step('a'), step('b')]
  expect(framesOf(run)).toStrictEqual([['http://site/new'], ['http://site/new']])
  expect(gapsOf(...run)).toStrictEqual([
    { what: 'screenshot', reason: 'superseded', stepIndex: undefined, detail: { sha256: imageOf('old').sha256 } },
  ])
})

test('an agent frame holds until a newer one replaces it, whatever is probed between', () => {
  const run = [agentFrame('1'), step('a'), probeFrame('p'), observed('p'), step('b'), agentFrame('2'), step('c')]
  expect(framesOf(run)).toStrictEqual([['http://site/1'], ['http://site/1'], ['http://site/2']])
  expect(gapsOf(...run)).toStrictEqual([])
})

test('a frame of the model keeps its url, viewport and scale', () => {
  const { steps } = fold(agentFrame('1', { viewport: { width: 800, height: 600 }, scale: 2 }), step('a'))
  expect(steps[0]?.agentEvidence.modalities).toStrictEqual([
    { type: 'image', image: imageOf('1'), url: 'http://site/1', viewport: { width: 800, height: 600 }, scale: 2 },
  ])
})

test('a probe is shared by all steps since the last one, and only by them', () => {
  const run = [
    step('a'),
    probeFrame('1'),
    observed('1'),
    step('b'),
    step('c'),
    probeFrame('2'),
    observed('2'),
    step('d'),
  ]
  const first = { url: 'http://site/1', screenshot: imageOf('1'), ariaTree: '- heading "1"' }
  const second = { url: 'http://site/2', screenshot: imageOf('2'), ariaTree: '- heading "2"' }
  expect(looksOf(run)).toStrictEqual([first, second, second, {}])
})

test('an observation without a frame is evidence as well', () => {
  expect(looksOf([step('a'), observed('1', { title: 'One' })])).toStrictEqual([
    { url: 'http://site/1', title: 'One', ariaTree: '- heading "1"' },
  ])
})

test.each([
  ['the next step', [step('b')]],
  ['the next probe frame', [probeFrame('other'), observed('other')]],
  ['the end', []],
  ['the final answer', [{ type: 'final_answer' as const, message: 'done' }]],
])('a probe screenshot with no observation is not lost: %s makes it one', (_, rest) => {
  const run = [step('a'), probeFrame('lone', { scale: 2 }), ...rest]
  expect(looksOf(run)[0]).toStrictEqual({ url: 'http://site/lone', screenshot: imageOf('lone'), scale: 2 })
})

test('a step and an observation that come later do not take the waiting frame of the steps before', () => {
  const run = [step('a'), probeFrame('lone'), step('b'), observed('later')]
  expect(looksOf(run)).toStrictEqual([
    { url: 'http://site/lone', screenshot: imageOf('lone') },
    { url: 'http://site/later', ariaTree: '- heading "later"' },
  ])
})

test('the page before the first step is the initial observation, and belongs to no step', () => {
  const trajectory = fold(probeFrame('start'), observed('start'), step('a'))
  expect(trajectory.initialObservation).toStrictEqual({
    url: 'http://site/start',
    screenshot: imageOf('start'),
    ariaTree: '- heading "start"',
  })
  expect(trajectory.steps[0]?.probeEvidence).toStrictEqual({})
  expect(fold(probeFrame('start'), step('a')).initialObservation).toStrictEqual({
    url: 'http://site/start',
    screenshot: imageOf('start'),
  })
})

test('of two looks before the first step the later is the initial one, and the earlier is a gap', () => {
  const run = [probeFrame('1'), observed('1'), probeFrame('2'), observed('2'), step('a')]
  expect(fold(...run).initialObservation?.url).toBe('http://site/2')
  expect(gapsOf(...run)).toStrictEqual([
    {
      what: 'probe',
      reason: 'superseded',
      stepIndex: undefined,
      detail: { url: 'http://site/1', sha256: imageOf('1').sha256 },
    },
  ])
})

test('a look at a page on which no step was finished since the last look is a gap', () => {
  const run = [step('a'), observed('1'), probeFrame('2'), observed('2')]
  expect(looksOf(run)[0]?.url).toBe('http://site/1')
  expect(gapsOf(...run)).toMatchObject([{ what: 'probe', reason: 'no_step', detail: { url: 'http://site/2' } }])
})

test('a frame of both roles is what the next steps were chosen from, and the look after the steps before', () => {
  const run = [step('a'), agentFrame('both', { evidenceRole: 'agent_and_probe' }), observed('both'), step('b')]
  expect(looksOf(run)[0]?.screenshot).toStrictEqual(imageOf('both'))
  expect(framesOf(run)).toStrictEqual([[], ['http://site/both']])
})

test('a frame of both roles that names its step fills both channels of it, though it comes after the step', () => {
  const run = [step('a', { stepIndex: 0 }), agentFrame('both', { evidenceRole: 'agent_and_probe', stepIndex: 0 })]
  expect(framesOf(run)).toStrictEqual([['http://site/both']])
  expect(looksOf(run)).toStrictEqual([{ url: 'http://site/both', screenshot: imageOf('both') }])
})

test('a screenshot without a role is a probe', () => {
  const { evidenceRole: _, ...roleless } = probeFrame('p') as Extract<Event, { type: 'screenshot' }>
  expect(looksOf([step('a'), roleless])[0]?.screenshot).toStrictEqual(imageOf('p'))
  expect(framesOf([step('a'), roleless])).toStrictEqual([[]])
})

test('a frame that the model was given after the last step is evidence of the final answer', () => {
  const trajectory = fold(agentFrame('1'), step('a'), agentFrame('last'))
  expect(trajectory.finalAgentEvidence).toStrictEqual({
    modalities: [{ type: 'image', image: imageOf('last'), url: 'http://site/last' }],
  })
  expect(fold(agentFrame('1'), step('a'))).not.toHaveProperty('finalAgentEvidence')
})

test('evidence that names its step is never carried to another', () => {
  const run = [
    agentFrame('1', { stepIndex: 0 }),
    step('a'),
    probeFrame('1', { stepIndex: 0 }),
    observed('1', { stepIndex: 0 }),
    step('b'),
  ]
  expect(framesOf(run)).toStrictEqual([['http://site/1'], []])
  expect(looksOf(run)[1]).toStrictEqual({})
})

test('evidence that names its step beats what is carried, and what no step shows then is a gap', () => {
  const run = [agentFrame('held'), step('a'), agentFrame('own', { stepIndex: 0 }), probeFrame('p')]
  const named = probeFrame('named', { stepIndex: 0 })
  expect(framesOf(run)).toStrictEqual([['http://site/own']])
  expect(looksOf([...run, named])[0]?.url).toBe('http://site/named')
  expect(gapsOf(...run, named)).toMatchObject([
    { reason: 'superseded', stepIndex: 0, detail: { sha256: imageOf('held').sha256 } },
    { reason: 'superseded', stepIndex: 0, detail: { sha256: imageOf('p').sha256 } },
  ])
  // Another step still shows the carried frame: nothing is lost.
  expect(gapsOf(...run, step('b'))).toStrictEqual([])
})

test('a frame and an observation are joined when only one of them names the step', () => {
  const whole = { url: 'http://site/1', screenshot: imageOf('1'), ariaTree: '- heading "1"' }
  expect(looksOf([step('a'), probeFrame('1', { stepIndex: 0 }), observed('1')])).toStrictEqual([whole])
  expect(looksOf([step('a'), probeFrame('1'), observed('1', { stepIndex: 0 })])).toStrictEqual([whole])
})

test('parts of two moments are not joined to one observation', () => {
  const run = [step('a'), observed('own', { stepIndex: 0 }), step('b'), probeFrame('later'), observed('later')]
  expect(looksOf(run)[0]).toStrictEqual({ url: 'http://site/own', ariaTree: '- heading "own"' })
  expect(looksOf(run)[1]?.screenshot).toStrictEqual(imageOf('later'))
  const other = [step('a'), probeFrame('own', { stepIndex: 0 }), probeFrame('later'), observed('later')]
  expect(looksOf(other)).toStrictEqual([{ url: 'http://site/own', screenshot: imageOf('own') }])
})

test('several agent frames that name one step are all evidence of it, in the order they came', () => {
  const run = [agentFrame('1', { stepIndex: 0 }), step('a'), agentFrame('2', { stepIndex: 0 })]
  expect(framesOf(run)).toStrictEqual([['http://site/1', 'http://site/2']])
})

test('of two probes that name one step the later counts, and the earlier is a gap', () => {
  const named = { stepIndex: 0 }
  const run = [step('a'), probeFrame('1', named), observed('1', named), probeFrame('2', named), observed('2', named)]
  expect(looksOf(run)).toStrictEqual([{ url: 'http://site/2', screenshot: imageOf('2'), ariaTree: '- heading "2"' }])
  expect(gapsOf(...run)).toStrictEqual([
    { what: 'screenshot', reason: 'superseded', stepIndex: 0, detail: { sha256: imageOf('1').sha256 } },
    { what: 'probe', reason: 'superseded', stepIndex: 0, detail: { url: 'http://site/1' } },
  ])
})

test('evidence for a step that never finishes is a gap for each piece', () => {
  const run = [
    step('a'),
    agentFrame('x', { stepIndex: 4 }),
    probeFrame('y', { stepIndex: 4 }),
    observed('z', { stepIndex: 3 }),
  ]
  expect(gapsOf(...run)).toStrictEqual([
    { what: 'probe', reason: 'unknown_step', stepIndex: 3, detail: { url: 'http://site/z' } },
    { what: 'screenshot', reason: 'unknown_step', stepIndex: 4, detail: { sha256: imageOf('x').sha256 } },
    { what: 'screenshot', reason: 'unknown_step', stepIndex: 4, detail: { sha256: imageOf('y').sha256 } },
  ])
  expect(looksOf(run)).toStrictEqual([{}])
})

test('of two steps with one index the first counts, and the second is a gap', () => {
  const run = [step('first', { stepIndex: 0 }), step('second', { stepIndex: 0 }), observed('1')]
  const trajectory = fold(...run)
  expect(trajectory.steps.map(({ actionName }) => actionName)).toStrictEqual(['first'])
  expect(trajectory.steps[0]?.probeEvidence.url).toBe('http://site/1')
  expect(gapsOf(...run)).toStrictEqual([
    { what: 'event', reason: 'duplicate_step', stepIndex: 0, detail: { actionName: 'second' } },
  ])
})

test('steps stand in the order of their numbers, in whatever order they come', () => {
  const names = Array.from({ length: 12 }, (_, stepIndex) => `step ${stepIndex}`)
  const run = names.map((actionName, stepIndex) => step(actionName, { stepIndex })).toReversed()
  expect(fold(...run).steps.map(({ actionName }) => actionName)).toStrictEqual(names)
  expect(gapsOf(...run)).toStrictEqual([])
})

test('steps move up over indices that never finished, and a gap says from where', () => {
  const run = [step('c', { stepIndex: 5 }), step('a', { stepIndex: 1 }), observed('x', { stepIndex: 5 })]
  const trajectory = fold(...run)
  expect(trajectory.steps.map(({ id, actionName }) => [id, actionName])).toStrictEqual([
    ['s0', 'a'],
    ['s1', 'c'],
  ])
  expect(trajectory.steps[1]?.probeEvidence.url).toBe('http://site/x')
  expect(gapsOf(...run)).toStrictEqual([
    { what: 'event', reason: 'missing_step', stepIndex: 0, detail: { steps: 1, movedUp: true } },
    { what: 'event', reason: 'missing_step', stepIndex: 2, detail: { steps: 3, movedUp: true } },
  ])
})

test('a hole is a gap, and so is a picture that was pending at it', () => {
  const run = [step('a'), agentFrame('held'), probeFrame('waiting'), hole, observed('x'), step('b', { stepIndex: 2 })]
  const trajectory = fold(...run)
  expect(trajectory.steps.map(({ agentEvidence, probeEvidence }) => [agentEvidence.modalities, probeEvidence])).toEqual(
    [
      [[], {}],
      [[], {}],
    ],
  )
  expect(gapsOf(...run)).toStrictEqual([
    {
      what: 'event',
      reason: 'journal_hole',
      stepIndex: undefined,
      detail: { offset: 100, sizeBytes: 7, reason: 'checksum' },
    },
    { what: 'screenshot', reason: 'journal_hole', stepIndex: undefined, detail: { sha256: imageOf('held').sha256 } },
    { what: 'screenshot', reason: 'journal_hole', stepIndex: undefined, detail: { sha256: imageOf('waiting').sha256 } },
    { what: 'probe', reason: 'no_step', stepIndex: undefined, detail: { url: 'http://site/x' } },
    { what: 'event', reason: 'missing_step', stepIndex: 1, detail: { steps: 1, movedUp: true } },
  ])
})

test('what is seen first after a hole is not the page before the first step', () => {
  const trajectory = fold(runStarted, hole, observed('after'), step('b', { stepIndex: 1 }))
  expect(trajectory).not.toHaveProperty('initialObservation')
  expect(trajectory.gaps.map(({ reason }) => reason)).toContain('no_step')
})

test('evidence that names its step belongs to it across a hole too: nothing has to be guessed', () => {
  const run = [probeFrame('1', { stepIndex: 0 }), hole, step('a', { stepIndex: 0 })]
  expect(fold(...run).steps[0]?.probeEvidence.screenshot).toStrictEqual(imageOf('1'))
})

test('recorded gaps are kept as they are, with the time at which they were recorded', () => {
  const at = '2026-02-03T04:05:06.000Z'
  const { gaps } = fold({ type: 'gap', what: 'probe', reason: 'timeout', stepIndex: 2, detail: { ms: 10_000 }, at })
  expect(gaps).toStrictEqual([{ what: 'probe', reason: 'timeout', stepIndex: 2, detail: { ms: 10_000 }, at }])
})

test('what a probe did not see is missing from the last of the steps that the probe is for', () => {
  const { gaps } = assembleTrajectory(
    journal(
      { type: 'gap', what: 'screenshot', reason: 'before any step' },
      step('a'),
      step('b'),
      observed('b'),
      { type: 'gap', what: 'screenshot', reason: 'beside an observation' },
      step('c'),
      { type: 'gap', what: 'probe', reason: 'in place of one' },
      { type: 'gap', what: 'screenshot', reason: 'of the model', detail: { evidenceRole: 'agent' } },
      { type: 'gap', what: 'event', reason: 'an event' },
      { type: 'gap', what: 'probe', reason: 'its own', stepIndex: 0 },
      hole,
      { type: 'gap', what: 'probe', reason: 'after a hole' },
    ),
  )
  const stepOf = Object.fromEntries(gaps.map(({ reason, stepIndex }) => [reason, stepIndex]))
  expect(stepOf).toStrictEqual({
    'before any step': undefined,
    'beside an observation': 1,
    'in place of one': 2,
    'of the model': undefined,
    'an event': undefined,
    'its own': 0,
    journal_hole: undefined,
    'after a hole': undefined,
  })
})

test('a picture in which fields for secrets are covered says so', () => {
  const { steps, finalObservation } = assembleTrajectory(
    journal(agentFrame('a', { masked: true }), step('a'), probeFrame('b', { masked: true }), observed('b'), {
      type: 'final_answer',
      message: 'm',
      observation: { url: 'u', masked: true },
    }),
  )
  expect(steps[0]?.agentEvidence.modalities[0]).toMatchObject({ type: 'image', masked: true })
  expect(steps[0]?.probeEvidence.masked).toBe(true)
  expect(finalObservation?.masked).toBe(true)
})
