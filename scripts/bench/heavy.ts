import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readTrajectory } from 'contrail'
import type { BenchOptions, BenchPart, Figure } from './figure.ts'
import { inChild } from './in-child.ts'
import { openSite } from './open-site.ts'
import { recordingIn, type Variant } from './recorders/variants.ts'
import { rotate } from './rounds.ts'
import { heavyPages, type HeavyPage } from './site/heavy.ts'
import { medianOf } from './statistics.ts'

const thinkMs = 300

/** At most so many times a step without a recorder. */
const targets: Readonly<Record<HeavyPage, number>> = {
  'grid/200': 1.05,
  'grid/2000': 1.1,
  'grid/10000': 1.2,
  frames: 1.15,
  shadows: 1.15,
  animated: 1.15,
  paragraphs: 1.15,
}

/** The times of the clicks on a page, each without the time given to the model. */
export interface ClickedPage {
  readonly variant: Variant
  readonly stepMs: readonly number[]
  /** Why the agent's own click failed; there were no more then. */
  readonly failed?: string
}

/** A step on pages that are dear to look at, beside one without a recorder: what grows with a page must not be paid by the agent. */
export const heavyPart: BenchPart = {
  name: 'heavy',
  run: async (options) => {
    await using site = await openSite()
    const figures: Figure[] = []
    for (const page of Object.keys(heavyPages) as HeavyPage[]) figures.push(await measure(page, site.origin, options))
    return figures
  },
}

async function measure(page: HeavyPage, origin: string, options: BenchOptions): Promise<Figure> {
  const { isQuick, rounds = isQuick ? 1 : 3, steps: clicks = isQuick ? 4 : 10, progress, directory } = options
  const times: Partial<Record<Variant, number[]>> = {}
  const kept: string[] = []
  let failed: string | undefined
  for (let round = 0; round < rounds; round++) {
    progress(`${heavyPages[page]}: round ${round + 1} of ${rounds}`)
    const place = join(directory, page.replace('/', '-'))
    const who = rotate<Variant>(['bare', 'ours'], round)
    const args = { url: `${origin}/heavy/${page}`, directory: place, who, clicks, thinkMs }
    const { clicked } = await inChild<{ clicked: ClickedPage[] }>('click-page', args, options)
    for (const one of clicked) {
      times[one.variant] = [...(times[one.variant] ?? []), ...one.stepMs]
      failed ??= one.failed
    }
    options.keepRun?.({ page, clicked })
    kept.push(await describeLooks(recordingIn(join(place, 'ours'), 'ours')))
    await rm(place, { recursive: true, force: true })
  }
  const [ours, bare] = [medianOf(times.ours ?? []), medianOf(times.bare ?? [])]
  const least = Math.min(...(times.ours ?? [])) / Math.min(...(times.bare ?? []))
  return {
    name: `a step on ${heavyPages[page]}, thinking ${thinkMs} ms, beside bare`,
    unit: 'x',
    median: failed === undefined ? ours / bare : Number.NaN,
    min: least,
    runs: rounds,
    target: { atMost: targets[page] },
    note: failed?.split('\n', 1)[0] ?? `${heavyPages[page]}: bare ${bare.toFixed(1)} ms; ${kept.at(-1)}`,
  }
}

async function describeLooks(recording: string): Promise<string> {
  const { steps, gaps } = await readTrajectory(recording)
  const looks = steps.map(({ probeEvidence }) => probeEvidence)
  const count = (has: (look: (typeof looks)[number]) => unknown): number => looks.filter(has).length
  const trees = `${count(({ ariaTree }) => ariaTree)} trees, ${count(({ partial }) => partial)} of them partial`
  const reasons = [...new Set(gaps.map(({ reason }) => reason))].join(' ') || 'none'
  return `of ${looks.length} steps ${count(({ screenshot }) => screenshot)} pictures and ${trees}; gaps: ${reasons}`
}
