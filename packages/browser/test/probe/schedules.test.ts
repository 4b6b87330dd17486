import type { ProbeOptions } from '@contrail/browser'
import type { Page } from 'playwright'
import { beforeAll, expect, test } from 'vitest'
import { bySize } from '../../../../scripts/test-size.ts'
import type { createProbeChain } from '../../src/probe/chain.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { fold, statesShown } from './schedules/fold.ts'
import { brokenChains } from './schedules/mutants.ts'
import { countingPage, createRandom, drawSchedule, runSchedule } from './schedules/schedule.ts'

const live = useLivePages()
/** For machines that have much else to do. */
const timeoutMs = 900_000
/**
 * The chain that tells what was given up is found three times within 61 of these schedules, the one that knows of no action within 12.
 * The one that marks nothing late shows where actions are slow and nothing waits for looks: three times within 9 of those, as do the
 * others, so that those find all three each time, and these are for what the kinds of captures and probes do beside each other.
 */
const scheduleCount = bySize({ fast: 18, faults: 1_000, long: 10_000 })

interface Tally {
  steps: number
  /** Looks at the state after their step, and those at another one. */
  bound: number
  misbound: string[]
  late: number
  absent: number
  misboundFrames: string[]
}

let pages: Page[] = []
beforeAll(async () => {
  const context = await live.browser().newContext({ viewport: { width: 24, height: 16 } })
  await context.route('http://counting/', (route) => route.fulfill({ contentType: 'text/html', body: countingPage }))
  pages = [await context.newPage(), await context.newPage()]
  for (const page of pages) await page.goto('http://counting/#1')
})

/** Run schedules one after the other on two pages, and compare every look with the state that its step left. */
async function runSchedules(
  count: number,
  {
    seed,
    probes,
    isSlow = false,
    createChain,
    isEnough = () => false,
  }: {
    seed: number
    probes: readonly ProbeOptions[]
    isSlow?: boolean
    createChain?: typeof createProbeChain
    isEnough?: (tally: Tally) => boolean
  },
): Promise<Tally> {
  const tally: Tally = { steps: 0, bound: 0, misbound: [], late: 0, absent: 0, misboundFrames: [] }
  const runSome = async (page: Page, from: number): Promise<void> => {
    for (let number = from; number < count && !isEnough(tally); number += 2) {
      const schedule = drawSchedule(createRandom(seed + number), probes, { isSlow })
      const { sink, events, settled, stop } = keepEvents()
      const expected = await runSchedule(page, sink, schedule, createChain)
      await settled()
      stop()
      const { trajectory, bytesOf } = fold(events)
      const { steps } = trajectory
      if (steps.length !== expected.length)
        tally.misbound.push(`schedule ${number}: ${steps.length} of ${expected.length} steps`)
      for (const [at, { probeEvidence, agentEvidence }] of steps.entries()) {
        tally.steps += 1
        const { start, end } = expected[at] ?? { start: -1, end: -1 }
        const seen = statesShown(probeEvidence, bytesOf).filter((state) => state !== undefined)
        const isStale = seen.some((state) => state < end)
        if (probeEvidence.late && !isStale) tally.late += 1
        else if (seen.length === 0) tally.absent += 1
        else if (seen.every((state) => state === end)) tally.bound += 1
        else
          tally.misbound.push(
            `schedule ${number} step ${at}: saw ${seen.join()}, expected ${end}: ${JSON.stringify(schedule)}`,
          )
        for (const modality of agentEvidence.modalities) {
          if (modality.type !== 'image') continue
          const [state] = statesShown({ screenshot: modality.image }, bytesOf)
          // A frame holds until a newer one: it is never of a state that came after the step began.
          if (state! > start)
            tally.misboundFrames.push(`schedule ${number} step ${at}: frame of ${state}, began at ${start}`)
        }
      }
    }
  }
  await Promise.all(pages.map(runSome))
  return tally
}

test(
  'of many random schedules no look and no frame belongs to another state than its step',
  { timeout: timeoutMs },
  async () => {
    const probes: ProbeOptions[] = [{}, {}, {}, { mode: 'await' }, { barrierMs: 3 }, { barrierMs: 0 }]
    const tally = await runSchedules(scheduleCount, { seed: 7, probes })
    expect(tally.misbound).toEqual([])
    expect(tally.misboundFrames).toEqual([])
    expect(tally.steps).toBeGreaterThan(scheduleCount * 1.4)
    expect(tally.bound).toBeGreaterThan(tally.steps * 0.6)
    expect(tally.late + tally.absent).toBeGreaterThan(0)
  },
)

/** None of the broken chains is late where all waits are as by default: it is the time that is tried, which is the same each time. */
const patient = bySize({ fast: 4, faults: 14, long: 500 })
const few = bySize({ fast: 10, faults: 14, long: 500 })

test(
  'with the default options every step is seen in time, also where actions take long',
  { timeout: timeoutMs },
  async () => {
    const tally = await runSchedules(patient, { seed: 11, probes: [{}], isSlow: true })
    expect(tally).toMatchObject({ misbound: [], misboundFrames: [], absent: 0, late: 0, bound: tally.steps })
  },
)

test(
  'where no action waits for looks, what came too late is marked or thrown away',
  { timeout: timeoutMs },
  async () => {
    const tally = await runSchedules(few, { seed: 11, probes: [{ barrierMs: 0 }, { barrierMs: 10 }], isSlow: true })
    expect(tally).toMatchObject({ misbound: [], misboundFrames: [] })
    expect(tally.late).toBeGreaterThan(0)
    expect(tally.absent).toBeGreaterThan(0)
  },
)

test.each(Object.entries(brokenChains))(
  'a chain that %s is caught',
  { timeout: timeoutMs },
  async (_what, createChain) => {
    const isEnough = ({ misbound, misboundFrames }: Tally): boolean => misbound.length + misboundFrames.length > 0
    const tally = await runSchedules(200, { seed: 11, probes: [{ barrierMs: 0 }], isSlow: true, createChain, isEnough })
    expect(isEnough(tally)).toBe(true)
  },
)
