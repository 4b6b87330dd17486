import type { BenchPart, Figure } from './figure.ts'
import { openSite } from './open-site.ts'
import type { Variant } from './recorders/variants.ts'
import { runRounds, type BenchRun } from './rounds.ts'
import { quickLength, scriptLength } from './site/script.ts'
import { addedBy, ratio, summarise, summariseCount, type Summary } from './summary.ts'

/** Who is measured while the model thinks, and who when it does not. */
const thinking: readonly Variant[] = ['bare', 'ours', 'playwright-trace', 'stagehand']
const unthinking: readonly Variant[] = [
  ...['bare', 'ours', 'ours-await', 'playwright-trace', 'playwright-agent', 'stagehand', 'vision', 'vision-tapped'],
] as Variant[]

/** How the variants are called in a table. */
const peers = {
  'playwright-trace': 'Playwright tracing',
  'playwright-agent': "Playwright's agent mode",
  stagehand: 'Stagehand-style',
} satisfies Partial<Record<Variant, string>>

/** What recording adds to a step of an agent, whose model takes 0, 100 and 300 ms, and what it leaves on the disk. */
export const stepsPart: BenchPart = {
  name: 'steps',
  run: async (options) => {
    await using site = await openSite()
    const { isQuick } = options
    const { rounds = isQuick ? 1 : 4, steps = isQuick ? quickLength : scriptLength } = options
    const figures: Figure[] = []
    for (const thinkMs of isQuick ? [100] : [100, 300]) {
      const runs = await runRounds({ origin: site.origin, variants: thinking, steps, thinkMs, rounds }, options)
      figures.push(...whileThinking(runs, thinkMs))
    }
    const runs = await runRounds(
      { origin: site.origin, variants: unthinking, steps, thinkMs: 0, rounds, isCompacted: true },
      options,
    )
    return [...figures, ...withoutThinking(runs), ...tapping(runs), ...onDisk(runs, steps)]
  },
}

function whileThinking(runs: readonly BenchRun[], thinkMs: number): Figure[] {
  const what = `added per step, thinking ${thinkMs} ms`
  const ours = addedBy(runs, 'ours', stepMs)
  const trace = addedBy(runs, 'playwright-trace', stepMs)
  const stagehand = addedBy(runs, 'stagehand', stepMs)
  return [
    { name: what, unit: 'ms', ...ours, target: { atMost: 1 } },
    { name: `${what}: of Playwright tracing's`, unit: 'x', ...ratio(ours, trace), target: { atMost: 0.1 } },
    { name: `${what}: of Stagehand-style's`, unit: 'x', ...ratio(ours, stagehand), target: { atMost: 0.02 } },
    { name: `${what}: Playwright tracing`, unit: 'ms', ...trace },
    { name: `${what}: Stagehand-style`, unit: 'ms', ...stagehand },
    ...cpu(runs, thinking, `thinking ${thinkMs} ms`),
  ]
}

function withoutThinking(runs: readonly BenchRun[]): Figure[] {
  const added = (variant: Variant): Summary => addedBy(runs, variant, stepMs)
  const ours = (['ours', 'ours-await'] as const).flatMap((variant): Figure[] => {
    const what = `added per step, no thinking, ${variant === 'ours' ? 'overlapped' : 'awaited'}`
    const mine = added(variant)
    return [
      { name: what, unit: 'ms', ...mine },
      {
        name: `${what}: of Stagehand-style's`,
        unit: 'x',
        ...ratio(mine, added('stagehand')),
        target: { atMost: 0.45 },
      },
      {
        name: `${what}: of Playwright's agent mode`,
        unit: 'x',
        ...ratio(mine, added('playwright-agent')),
        target: { atMost: 0.2 },
      },
      { name: `${what}: of Playwright tracing's`, unit: 'x', ...ratio(mine, added('playwright-trace')) },
    ]
  })
  const theirs = (['playwright-trace', 'playwright-agent', 'stagehand'] as const).map((variant): Figure => ({
    name: `added per step, no thinking: ${peers[variant]}`,
    unit: 'ms',
    ...added(variant),
  }))
  return [
    { name: 'a step without a recorder', unit: 'ms', ...summarise(runs, 'bare', stepMs) },
    ...ours,
    ...theirs,
    ...cpu(runs, unthinking, 'no thinking'),
  ]
}

/** CPU time does not depend on who else is running as much as time does: the second opinion. */
function cpu(runs: readonly BenchRun[], variants: readonly Variant[], regime: string): Figure[] {
  return variants
    .filter((variant) => variant === 'ours' || variant === 'ours-await' || variant in peers)
    .map((variant) => {
      const name = `CPU added per step, ${regime}: ${peers[variant as keyof typeof peers] ?? variant}`
      return { name, unit: 'ms', ...addedBy(runs, variant, (run) => run.cpuMsPerStep) }
    })
}

function tapping(runs: readonly BenchRun[]): Figure[] {
  const tapped = ratio(summarise(runs, 'vision-tapped', stepMs), summarise(runs, 'vision', stepMs))
  return [
    {
      name: 'tap: a step of an agent that sees, with and without recorder',
      unit: 'x',
      ...tapped,
      target: { atMost: 1.03 },
    },
  ]
}

function onDisk(runs: readonly BenchRun[], steps: number): Figure[] {
  const megabytes = (run: BenchRun): number => run.sizeBytes / 1e6
  const files = (run: BenchRun): number => run.files
  const size = (variant: Variant): Summary => summariseCount(runs, variant, megabytes)
  const shrunk = runs.filter(({ compactedBytes }) => compactedBytes !== undefined)
  const compacted = summariseCount(shrunk, 'ours', (run) => (run.compactedBytes ?? 0) / 1e6)
  const ours = runs.filter(({ misbound }) => misbound !== undefined)
  const sum = (count: (run: BenchRun) => number | undefined): number =>
    ours.reduce((total, run) => total + (count(run) ?? 0), 0)
  return [
    {
      name: `bytes, ${steps} steps, as recorded: of Stagehand-style's`,
      unit: 'x',
      ...ratio(size('ours'), size('stagehand')),
      target: { atMost: 0.9 },
      isGate: true,
    },
    {
      name: `bytes, ${steps} steps, after compact: of Stagehand-style's`,
      unit: 'x',
      ...ratio(compacted, size('stagehand')),
      target: { atMost: 0.45 },
      isGate: true,
    },
    { name: `bytes, ${steps} steps, after compact`, unit: 'MB', ...compacted },
    { name: `bytes, ${steps} steps, as recorded`, unit: 'MB', ...size('ours') },
    ...(['stagehand', 'playwright-trace', 'playwright-agent'] as const).map((variant) => {
      return { name: `bytes, ${steps} steps: ${peers[variant]}`, unit: 'MB', ...size(variant) }
    }),
    {
      name: `files, ${steps} steps`,
      unit: '',
      ...summariseCount(runs, 'ours', files),
      target: { atMost: summariseCount(runs, 'stagehand', files).median },
      isGate: true,
      note: 'at most as many as Stagehand-style',
    },
    {
      name: 'observations of another address than the step led to',
      unit: '',
      median: sum((run) => run.misbound),
      runs: ours.length,
      target: { atMost: 0 },
      isGate: true,
    },
    {
      name: 'steps without an observation in time',
      unit: '',
      median: sum((run) => run.unobserved),
      runs: ours.length,
      target: { atMost: 0 },
    },
  ]
}

function stepMs(run: BenchRun): number {
  return run.stepMs
}
