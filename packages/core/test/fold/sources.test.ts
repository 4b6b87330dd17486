import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assembleTrajectory, toEvents, type JournalEntry } from '../../src/index.ts'
import { agentFrame, hole, imageOf, journal, observed, probeFrame, snapshot, step, type Event } from '../journal.ts'
import { bySize } from '../../../../scripts/test-size.ts'

const fold = (...items: Parameters<typeof journal>) => assembleTrajectory(journal(...items))
const of = (source: string, event: Event): Event => ({ ...event, source })

test('two tabs acted on in turn: each step has the look at its own page, though the other finished last', () => {
  const { steps, gaps } = fold(
    of('one', step('a')),
    of('two', step('b')),
    of('one', probeFrame('1')),
    of('one', observed('1')),
    of('two', probeFrame('2')),
    of('one', step('c')),
    of('two', observed('2')),
    of('one', observed('3')),
  )
  expect(steps.map(({ source, probeEvidence }) => [source, probeEvidence.url, probeEvidence.screenshot])).toEqual([
    ['one', 'http://site/1', imageOf('1')],
    ['two', 'http://site/2', imageOf('2')],
    ['one', 'http://site/3', undefined],
  ])
  expect(gaps).toEqual([])
})

test('a look of a source none of whose steps waits for one is a gap, however many others wait', () => {
  const { steps, gaps } = fold(of('one', step('a')), step('b'), of('two', observed('2')))
  expect(steps.map(({ probeEvidence }) => probeEvidence)).toEqual([{}, {}])
  expect(gaps).toMatchObject([{ what: 'probe', reason: 'no_step', detail: { url: 'http://site/2' } }])
})

test('a picture for the model holds for the steps of its source, and one without a source for all', () => {
  const framesOf = (...events: Event[]) =>
    fold(...events).steps.map(({ agentEvidence }) =>
      agentEvidence.modalities.map((modality) => (modality.type === 'image' ? modality.url : '')),
    )
  const [one, two, any] = [of('one', step('a')), of('two', step('b')), step('c')]
  expect(framesOf(of('one', agentFrame('1')), of('two', agentFrame('2')), one, two, any)).toEqual([
    ['http://site/1'],
    ['http://site/2'],
    ['http://site/2'],
  ])
  expect(framesOf(of('one', agentFrame('1')), two)).toEqual([[]])
  expect(framesOf(of('one', agentFrame('1')), agentFrame('any'), one, two)).toEqual([
    ['http://site/any'],
    ['http://site/any'],
  ])
})

test('what a probe of one source did not see is a gap of the last step of that source', () => {
  const { gaps } = fold(of('one', step('a')), of('two', step('b')), {
    type: 'gap',
    what: 'probe',
    reason: 'timeout',
    source: 'one',
  })
  expect(gaps).toMatchObject([{ reason: 'timeout', stepIndex: 0 }])
})

test('an event that cannot be kept leaves a gap of its source', () => {
  const large = snapshot('screenshot', of('one', probeFrame('1')), { maxFrameBytes: 5 })
  const invalid = snapshot('step_observed', { source: 'one' })
  const unnamed = snapshot('step_observed', { source: 1 })
  expect([large, invalid, unnamed].map(({ type, event }) => [type, event['source']])).toEqual([
    ['gap', 'one'],
    ['gap', 'one'],
    ['gap', undefined],
  ])
})

const kinds = ['step', 'agent', 'probe', 'agent_and_probe', 'observed', 'dialog', 'gap', 'hole'] as const
const names = [undefined, 'one', 'two'] as const
const arrivals = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.constantFrom(...names)), { maxLength: 30 })

function toItem([kind, source]: readonly [(typeof kinds)[number], string | undefined], number: number) {
  const name = `${source ?? 'none'}-${number}`
  const events: Record<Exclude<typeof kind, 'hole'>, () => Event> = {
    step: () => step(name, { toolCallId: name }),
    agent: () => agentFrame(name),
    probe: () => probeFrame(name),
    agent_and_probe: () => agentFrame(name, { evidenceRole: 'agent_and_probe' }),
    observed: () => observed(name),
    dialog: () => ({ type: 'step_observed', url: '', dialogs: [{ type: 'alert', message: `//site/${name}` }] }),
    gap: () => ({ type: 'gap', what: 'probe', reason: name }),
  }
  if (kind === 'hole') return hole
  return source === undefined ? events[kind]() : of(source, events[kind]())
}

/** All that a text names, as `site/<source>-<number>`. */
const sourcesIn = (value: unknown): string[] => [
  ...new Set([...JSON.stringify(value).matchAll(/site\/(\w+)-\d/g)].map(([, source]) => source ?? '')),
]

test('however sources arrive among each other, no step shows what another source told, and no picture vanishes', () => {
  fc.assert(
    fc.property(arrivals, (run) => {
      const entries = journal(...run.map(toItem))
      const trajectory = assembleTrajectory(entries)
      for (const { source = 'none', agentEvidence, probeEvidence } of trajectory.steps) {
        const given = source === 'none' ? [] : sourcesIn(agentEvidence).filter((name) => name !== 'none')
        expect([...sourcesIn(probeEvidence), ...given].filter((name) => name !== source)).toEqual([])
      }
      const whole = JSON.stringify(trajectory)
      const pictures = entries.flatMap((entry) =>
        entry.type === 'screenshot' && '$frame' in entry.event.screenshot ? [entry.event.screenshot.$frame] : [],
      )
      expect(pictures.filter((hash) => !whole.includes(hash))).toEqual([])
      expect(assembleTrajectory(toEvents(trajectory))).toStrictEqual(trajectory)
    }),
    { numRuns: bySize({ fast: 300, faults: 1_000, long: 10_000 }) },
  )
})

test('a source is folded as if it had been alone: what others tell between changes none of its looks', () => {
  fc.assert(
    fc.property(arrivals, (run) => {
      // The page before the first step of all is of the run, not of a source.
      const items: ReturnType<typeof toItem>[] = [of('one', step('first')), of('two', step('first')), step('first')]
      items.push(...run.filter(([kind]) => kind !== 'hole').map(toItem))
      const looksOf = (entries: ReturnType<typeof journal>, source: string | undefined) =>
        assembleTrajectory(entries).steps.flatMap((one) => (one.source === source ? [one.probeEvidence] : []))
      for (const source of names) {
        const alone = items
          .filter((item) => 'url' in item || item.type !== 'hole')
          .filter((item) => sourceOf(item) === source)
        expect(looksOf(journal(...items), source)).toStrictEqual(looksOf(journal(...alone), source))
      }
    }),
    { numRuns: bySize({ fast: 150, faults: 500, long: 5_000 }) },
  )
})

function sourceOf(item: Event | JournalEntry | typeof hole): string | undefined {
  return 'source' in item ? item.source : undefined
}
