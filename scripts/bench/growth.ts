import type { BenchOptions, BenchPart, Figure } from './figure.ts'
import { growthFigure, linear } from './growth-figure.ts'
import { openSite } from './open-site.ts'
import type { Variant } from './recorders/variants.ts'
import { runRounds, type BenchRun } from './rounds.ts'
import { slopeOf } from './statistics.ts'
import { less, ratio, summarise, type Summary } from './summary.ts'

/** Memory must not grow any more after this step. */
const warmSteps = 200

/** The cost of longer runs: memory, the end of a run, and how each figure grows from 10 steps to 5,000. */
export const growthPart: BenchPart = {
  name: 'growth',
  run: async (options) => {
    await using site = await openSite()
    const runs: BenchRun[] = []
    for (const { steps, variants } of plan(options)) {
      // A long run is its own repetition: it goes through the script a hundred times.
      const rounds = steps <= 100 ? (options.rounds ?? (options.isQuick ? 1 : 2)) : 1
      runs.push(...(await runRounds({ origin: site.origin, variants, steps, thinkMs: 0, rounds }, options)))
    }
    return [...atThousand(runs), ...growth(runs)]
  },
}

function plan({ isQuick, isFull, steps: most = Infinity }: BenchOptions): { steps: number; variants: Variant[] }[] {
  if (isQuick) return [10, 40].map((steps) => ({ steps, variants: ['ours'] }))
  const peers: Variant[] = ['ours', 'playwright-trace', 'stagehand']
  const all: Variant[] = ['bare', ...peers]
  const plans: { steps: number; variants: Variant[] }[] = [
    { steps: 10, variants: all },
    { steps: 100, variants: all },
    { steps: 1_000, variants: all },
    { steps: 5_000, variants: isFull === true ? peers : ['ours'] },
  ]
  return plans.filter(({ steps }) => steps <= most)
}

function atThousand(all: readonly BenchRun[]): Figure[] {
  const runs = all.filter(({ steps }) => steps === 1_000)
  if (runs.length === 0) return []
  const grown = (variant: Variant): Summary => summarise(runs, variant, (run) => run.peakRssMb - run.startRssMb)
  const moreGrown = (variant: Variant): Summary => less(grown(variant), grown('bare'))
  const finish = (variant: Variant): Summary => summarise(runs, variant, ({ finishMs }) => finishMs)
  const later = (variant: Variant): Summary => summarise(runs, variant, slopeAfterWarmUp)
  const memory = 'RSS growth over 1,000 steps, less bare'
  const end = 'finish() after 1,000 steps'
  return [
    {
      name: `${memory}: of Stagehand-style's`,
      unit: 'x',
      ...ratio(moreGrown('ours'), moreGrown('stagehand')),
      target: { atMost: 0.25 },
    },
    { name: memory, unit: 'MB', ...moreGrown('ours') },
    { name: `${memory}: Stagehand-style`, unit: 'MB', ...moreGrown('stagehand') },
    { name: `${memory}: Playwright tracing`, unit: 'MB', ...moreGrown('playwright-trace') },
    {
      name: `RSS per 1,000 steps after step ${warmSteps}, less bare`,
      unit: 'MB',
      note: 'flat: Stagehand-style keeps every frame',
      ...less(later('ours'), later('bare')),
      target: { atMost: 10 },
    },
    { name: `RSS per 1,000 steps after step ${warmSteps}: Stagehand-style`, unit: 'MB', ...later('stagehand') },
    {
      name: `${end}: of Stagehand-style's`,
      unit: 'x',
      ...ratio(finish('ours'), finish('stagehand')),
      target: { atMost: 0.5 },
    },
    {
      name: `${end}: of Playwright's stop()`,
      unit: 'x',
      ...ratio(finish('ours'), finish('playwright-trace')),
      target: { atMost: 0.1 },
    },
    { name: end, unit: 'ms', ...finish('ours') },
    { name: `${end}: Stagehand-style`, unit: 'ms', ...finish('stagehand') },
    { name: `${end}: Playwright's stop()`, unit: 'ms', ...finish('playwright-trace') },
  ]
}

function slopeAfterWarmUp({ rssMb }: BenchRun): number {
  return slopeOf(rssMb.filter(([step]) => step >= warmSteps)) * 1_000
}

/** The measures that are followed from 10 steps to 5,000, and what is promised of ours. */
const followed: readonly {
  name: string
  unit: string
  measure: (run: BenchRun) => number
  /** One without a recorder has it, too. */
  isOfEveryAgent?: boolean
  target?: Figure['target']
}[] = [
  { name: 'time per step', unit: 'ms', measure: (run) => run.stepMs, isOfEveryAgent: true },
  { name: 'CPU per step', unit: 'ms', measure: (run) => run.cpuMsPerStep, isOfEveryAgent: true },
  { name: 'bytes', unit: 'MB', measure: (run) => run.sizeBytes / 1e6 },
  { name: 'finish()', unit: 'ms', measure: (run) => run.finishMs, target: linear },
  { name: 'peak RSS', unit: 'MB', measure: (run) => run.peakRssMb, isOfEveryAgent: true },
]

function growth(runs: readonly BenchRun[]): Figure[] {
  return followed.flatMap(({ name, unit, measure, target, isOfEveryAgent = false }) =>
    (['bare', 'ours', 'playwright-trace', 'stagehand'] as const).flatMap((variant): Figure[] => {
      if (variant === 'bare' && !isOfEveryAgent) return []
      const mine = runs.filter((run) => run.variant === variant)
      if (mine.length === 0) return []
      const points = [...Map.groupBy(mine, ({ steps }) => steps)].map(([size, group]) => {
        return { size, cost: summarise(group, variant, measure).median }
      })
      const held = variant === 'ours' && target ? { target } : {}
      return [growthFigure(`an agent's ${name}: ${variant}`, unit, points, { runs: mine.length, ...held })]
    }),
  )
}
