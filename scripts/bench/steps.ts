import type { BenchPart, Figure } from './figure.ts'
import { gates } from './gates.ts'
import { openSite } from './open-site.ts'
import type { Variant } from './recorders/variants.ts'
import { runRounds, type BenchRun } from './rounds.ts'
import { quickLength, scriptLength } from './site/script.ts'
import { addedBy, ratio, summarise, summariseCount, type Summary } from './summary.ts'

/** Who is measured while the model thinks, and who when it does not; a quick run leaves out what takes long. */
const thinkingQuickly: readonly Variant[] = ['bare', 'ours', 'playwright-trace', 'stagehand']
const thinking: readonly Variant[] = [...thinkingQuickly, 'playwright-agent']
/** An agent that sees, and the same one tapped: measured with no thinking and with this much of it. */
const seeing: readonly Variant[] = ['vision', 'vision-tapped']
const seeingThinkMs = 100
const quickly: readonly Variant[] = ['bare', 'capture-only', 'ours', 'playwright-trace', 'stagehand']
const unthinking: readonly Variant[] = [...quickly, 'ours-await', 'playwright-agent', ...seeing]

/** The names of the variants in a table. */
const names = {
  'capture-only': 'the floor of any recorder',
  ours: 'ours',
  'ours-await': 'ours, awaited',
  'playwright-trace': 'Playwright tracing',
  'playwright-agent': "Playwright's agent mode",
  stagehand: 'Stagehand-style',
} satisfies Partial<Record<Variant, string>>
type Named = keyof typeof names

const floorNote = "Chromium's fastest lossless picture and Playwright's aria tree at once, awaited and thrown away"

/**
 * The cost that recording adds to a step of an agent, whose model takes 0, 100 and 300 ms, and what it leaves on the
 * disk.
 */
export const stepsPart: BenchPart = {
  name: 'steps',
  run: async (options) => {
    await using site = await openSite()
    const { isQuick } = options
    const { rounds = isQuick ? 1 : 3, steps = isQuick ? quickLength : scriptLength } = options
    const figures: Figure[] = []
    for (const thinkMs of isQuick ? [100] : [100, 300]) {
      const also = thinkMs === seeingThinkMs ? seeing : []
      const variants = isQuick ? thinkingQuickly : [...thinking, ...also]
      const runs = await runRounds({ origin: site.origin, variants, steps, thinkMs, rounds }, options)
      figures.push(...whileThinking(runs, thinkMs), ...tapping(runs, `thinking ${thinkMs} ms`))
    }
    const variants = isQuick ? quickly : unthinking
    const wanted = { origin: site.origin, variants, steps, thinkMs: 0, rounds, isCompacted: true }
    const runs = await runRounds(wanted, options)
    return [...figures, ...withoutThinking(runs), ...tapping(runs, 'no thinking'), ...onDisk(runs, steps)]
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
    ...present(runs, ['playwright-agent']).map((variant): Figure => {
      return { name: `${what}: ${names[variant]}`, unit: 'ms', ...addedBy(runs, variant, stepMs) }
    }),
    ...cpu(runs, `thinking ${thinkMs} ms`),
  ]
}

function withoutThinking(runs: readonly BenchRun[]): Figure[] {
  const added = (variant: Variant): Summary => addedBy(runs, variant, stepMs)
  const floor = added('capture-only')
  const ours = present(runs, ['ours', 'ours-await']).flatMap((variant): Figure[] => {
    const what = `added per step, no thinking, ${variant === 'ours' ? 'overlapped' : 'awaited'}`
    const mine = added(variant)
    const ofPeer = (peer: Named, whose: string, atMost: number): Figure[] =>
      present(runs, [peer]).map(() => {
        return { name: `${what}: of ${whose}`, unit: 'x', ...ratio(mine, added(peer)), target: { atMost } }
      })
    return [
      { name: what, unit: 'ms', ...mine },
      ...ofPeer('stagehand', "Stagehand-style's", 0.45),
      ...ofPeer('playwright-agent', "Playwright's agent mode", 0.2),
      { name: `${what}: of Playwright tracing's`, unit: 'x', ...ratio(mine, added('playwright-trace')) },
      {
        name: `${what}: of the floor`,
        unit: 'x',
        ...ratio(mine, floor),
        ...(variant === 'ours' ? { target: { atMost: 1.2 } } : {}),
      },
    ]
  })
  const theirs = present(runs, ['playwright-trace', 'playwright-agent', 'stagehand']).map((variant): Figure => {
    return { name: `added per step, no thinking: ${names[variant]}`, unit: 'ms', ...added(variant) }
  })
  const what = 'added per step, no thinking: the floor of any recorder'
  return [
    { name: 'a step without a recorder', unit: 'ms', ...summarise(runs, 'bare', stepMs) },
    { name: what, unit: 'ms', note: floorNote, ...floor },
    { name: `${what}, of Stagehand-style's`, unit: 'x', note: floorNote, ...ratio(floor, added('stagehand')) },
    ...ours,
    ...theirs,
    ...cpu(runs, 'no thinking'),
  ]
}

/** CPU time does not depend on who else is running as much as time does: the second opinion. */
function cpu(runs: readonly BenchRun[], regime: string): Figure[] {
  return present(runs, Object.keys(names) as Named[]).map((variant) => {
    const added = addedBy(runs, variant, (run) => run.cpuMsPerStep)
    return { name: `CPU added per step, ${regime}: ${names[variant]}`, unit: 'ms', ...added }
  })
}

/** Those of some variants that ran. */
function present<V extends Variant>(runs: readonly BenchRun[], variants: readonly V[]): V[] {
  return variants.filter((variant) => runs.some((run) => run.variant === variant))
}

function tapping(runs: readonly BenchRun[], regime: string): Figure[] {
  if (present(runs, ['vision-tapped']).length === 0) return []
  const tapped = ratio(summarise(runs, 'vision-tapped', stepMs), summarise(runs, 'vision', stepMs))
  return [
    {
      name: `handing over, ${regime}: a step of an agent that sees, with and without recorder`,
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
      gate: { atMost: gates.recordedBytes },
    },
    {
      name: `bytes, ${steps} steps, after compact: of Stagehand-style's`,
      unit: 'x',
      ...ratio(compacted, size('stagehand')),
      target: { atMost: 0.45 },
      gate: { atMost: gates.compactedBytes },
    },
    { name: `bytes, ${steps} steps, after compact`, unit: 'MB', ...compacted },
    {
      name: `contrail compact of ${steps} steps, afterwards`,
      unit: 'ms',
      ...summariseCount(shrunk, 'ours', (run) => run.compactMs ?? Number.NaN),
    },
    { name: `bytes, ${steps} steps, as recorded`, unit: 'MB', ...size('ours') },
    ...present(runs, ['stagehand', 'playwright-trace', 'playwright-agent']).map((variant) => {
      return { name: `bytes, ${steps} steps: ${names[variant]}`, unit: 'MB', ...size(variant) }
    }),
    {
      name: `files, ${steps} steps`,
      unit: '',
      ...summariseCount(runs, 'ours', files),
      gate: { atMost: gates.files * summariseCount(runs, 'stagehand', files).median },
      note: 'at most as many as Stagehand-style',
    },
    {
      name: `different pictures of probes, ${steps} steps`,
      unit: '',
      ...summariseCount(runs, 'ours', (run) => run.frames ?? Number.NaN),
      note: 'as many as when pages were held still for a picture, on the 50 steps: 37',
    },
    {
      name: `pictures of probes that are painted over, ${steps} steps`,
      unit: '',
      ...summariseCount(runs, 'ours', (run) => run.painted ?? Number.NaN),
    },
    {
      name: 'observations of another address than the step led to',
      unit: '',
      median: sum((run) => run.misbound),
      runs: ours.length,
      target: { atMost: 0 },
      gate: { atMost: 0 },
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
