import { assembleTrajectory, type JournalEntry, type JournalHole } from '../../src/index.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agentFrame, hole, journal, observed, probeFrame, step, type Event } from '../journal.ts'
import { bySize } from '../../../../scripts/test-size.ts'

type Kind = 'step' | 'agent' | 'probe' | 'agent_and_probe' | 'observed' | 'observed_bare'

/** A run as it arrives, without any index. Every event is told from every other by its number. */
const arrivals = fc
  .array(fc.constantFrom<Kind>('step', 'step', 'agent', 'probe', 'agent_and_probe', 'observed', 'observed_bare'), {
    maxLength: 24,
  })
  .map((kinds) => kinds.map(toEvent))

function toEvent(kind: Kind, number: number): Event {
  const name = `${number}`
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, number)).toISOString()
  switch (kind) {
    case 'step':
      return step(`step ${name}`, { reasoning: `why ${name}`, toolCallId: `call ${name}`, at })
    case 'observed':
      return observed(name, { title: `title ${name}` })
    case 'observed_bare':
      return { type: 'step_observed', url: `http://site/${name}` }
    case 'probe':
      return probeFrame(name, { viewport: { width: 800, height: 600 + number } })
    case 'agent':
      return agentFrame(name, { scale: 1 + number })
    case 'agent_and_probe':
      return agentFrame(name, { evidenceRole: 'agent_and_probe' })
  }
}

const roleOf = (event: Event): string => (event.type === 'screenshot' ? (event.evidenceRole ?? 'probe') : '')
const isAgentFrame = (event: Event): boolean => roleOf(event).startsWith('agent')
const isProbeFrame = (event: Event): boolean => roleOf(event).endsWith('probe')

/** The frame that holds at a position: the last one the model was given before it. */
function frameHeldAt(run: readonly Event[], position: number): Event | undefined {
  return run.slice(0, position).findLast(isAgentFrame)
}

/** The first look at the page after a position: its events, one frame, one observation or both. */
function lookAfter(run: readonly Event[], position: number): Event[] {
  let frame: Event | undefined
  for (const event of run.slice(position + 1)) {
    if (event.type === 'step_observed') return frame ? [frame, event] : [event]
    if (frame && (event.type === 'step_finished' || isProbeFrame(event))) return [frame]
    if (isProbeFrame(event)) frame = event
  }
  return frame ? [frame] : []
}

/** The same run with every piece of evidence given the index of every step it belongs to. */
function named(run: readonly Event[]): { before: Event[]; indexed: Event[]; after: Event[] } {
  const positions = run.flatMap((event, position) => (event.type === 'step_finished' ? [position] : []))
  const indexed = positions.flatMap((position, stepIndex) => {
    const held = frameHeldAt(run, position)
    const frame = held ? [{ ...held, evidenceRole: 'agent' } as Event] : []
    const look = lookAfter(run, position).map((event) =>
      event.type === 'screenshot' ? { ...event, evidenceRole: 'probe' as const } : event,
    )
    return [run[position] as Event, ...frame, ...look].map((event) => ({ ...event, stepIndex }) as Event)
  })
  const before = run
    .slice(0, positions[0] ?? run.length)
    .filter((event) => event.type === 'step_observed' || isProbeFrame(event))
    .map((event) => (event.type === 'screenshot' ? { ...event, evidenceRole: 'probe' as const } : event))
  const lastFrame = frameHeldAt(run, run.length)
  const isUnused = lastFrame && run.indexOf(lastFrame) > (positions.at(-1) ?? -1)
  return { before, indexed, after: isUnused ? [{ ...lastFrame, evidenceRole: 'agent' } as Event] : [] }
}

test('arrival order and explicit step indices give the same steps, in whatever order the indexed evidence comes', () => {
  const runs = arrivals.chain((run) => {
    const { before, indexed, after } = named(run)
    const shuffled = fc.shuffledSubarray(indexed, { minLength: indexed.length, maxLength: indexed.length })
    return shuffled.map((middle) => ({ run, explicit: [...before, ...middle, ...after] }))
  })
  fc.assert(
    fc.property(runs, ({ run, explicit }) => {
      const arrived = assembleTrajectory(journal(...run))
      const indexed = assembleTrajectory(journal(...explicit))
      expect(indexed.steps).toStrictEqual(arrived.steps)
      expect(indexed.initialObservation).toStrictEqual(arrived.initialObservation)
      expect(indexed.finalAgentEvidence).toStrictEqual(arrived.finalAgentEvidence)
    }),
    { numRuns: bySize({ fast: 300, faults: 1_000, long: 10_000 }) },
  )
})

function picturesIn(entries: readonly (JournalEntry | JournalHole)[]): string[] {
  return entries.flatMap((entry) =>
    entry.type === 'screenshot' && '$frame' in entry.event.screenshot ? [entry.event.screenshot.$frame] : [],
  )
}

test('no picture vanishes: each is evidence of a step, of the beginning, of the end, or a gap', () => {
  fc.assert(
    fc.property(arrivals, (run) => {
      const entries = journal(...run)
      const text = JSON.stringify(assembleTrajectory(entries))
      expect(picturesIn(entries).filter((hash) => !text.includes(hash))).toStrictEqual([])
    }),
    { numRuns: bySize({ fast: 150, faults: 500, long: 5_000 }) },
  )
})

test('also with indices on some of the evidence, and around holes, no picture vanishes', () => {
  const mixed = fc
    .tuple(arrivals, fc.infiniteStream(fc.option(fc.nat({ max: 5 }))), fc.infiniteStream(fc.nat({ max: 9 })))
    .map(([run, indices, holes]): (Event | JournalHole)[] =>
      run.flatMap((event) => {
        const stepIndex = indices.next().value ?? undefined
        const indexed = stepIndex === undefined ? event : ({ ...event, stepIndex } as Event)
        return holes.next().value === 0 ? [hole, indexed] : [indexed]
      }),
    )
  fc.assert(
    fc.property(mixed, (run) => {
      const entries = journal(...run)
      const text = JSON.stringify(assembleTrajectory(entries))
      expect(picturesIn(entries).filter((hash) => !text.includes(hash))).toStrictEqual([])
    }),
    { numRuns: bySize({ fast: 500, faults: 2_000, long: 20_000 }) },
  )
})

test('nothing binds across a hole: what follows it is folded as if nothing had come before, and the other way round', () => {
  fc.assert(
    fc.property(arrivals, fc.nat(), (run, cut) => {
      const entries = journal(...run) as JournalEntry[]
      const at = entries.length === 0 ? 0 : cut % (entries.length + 1)
      const whole = assembleTrajectory([...entries.slice(0, at), hole, ...entries.slice(at)])
      const before = assembleTrajectory([...entries.slice(0, at), hole])
      const after = assembleTrajectory([hole, ...entries.slice(at)])
      expect(whole.steps).toStrictEqual([...before.steps, ...after.steps])
      expect(whole.initialObservation).toStrictEqual(before.initialObservation)
      expect(after.initialObservation).toBeUndefined()
      expect(whole.finalAgentEvidence).toStrictEqual(after.finalAgentEvidence)
    }),
    { numRuns: bySize({ fast: 150, faults: 500, long: 5_000 }) },
  )
})

test('folding the same entries twice gives the same trajectory, and does not depend on how they are given', () => {
  fc.assert(
    fc.property(arrivals, (run) => {
      const entries = journal(...run)
      expect(assembleTrajectory(new Set(entries))).toStrictEqual(assembleTrajectory(entries))
    }),
  )
})
