import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { processKinds } from './cpu.ts'
import type { BenchPart, Table } from './figure.ts'
import type { RunMeasurement } from './measure-run.ts'
import { openSite } from './open-site.ts'
import { timeOfFunctions, timeOfOrigins, type SelfTime } from './profile/cpu-profile.ts'
import { otherCalls, pieces, piecesByPage } from './profile/probe-pieces.ts'
import { runOnce } from './profile/run-once.ts'
import type { Watched } from './recorders/ours-watched.ts'
import type { Variant } from './recorders/variants.ts'
import { toNumber } from './report.ts'
import { scriptLength } from './site/script.ts'

/** Long enough for every probe to be over before the next step: what is measured is the probe, not who waits for it. */
const longThinkMs = 300
const unwatched: readonly Variant[] = ['bare', 'capture-only', 'ours', 'stagehand', 'playwright-trace']
const mostFunctions = 25

/** Where the time of a probe and the CPU of a step go: what a missed target is explained by. */
export const profilePart: BenchPart = {
  name: 'profile',
  isOnlyAsked: true,
  run: async (options) => {
    await using site = await openSite()
    const { steps = scriptLength } = options
    const runs: RunMeasurement[] = []
    const run = (variant: Variant, thinkMs: number): Promise<RunMeasurement> => {
      const directory = join(options.directory, variant)
      return runOnce({ variant, origin: site.origin, steps, thinkMs, directory }, options)
    }
    const watch = async (variant: Variant, thinkMs: number): Promise<Watched> => {
      await run(variant, thinkMs)
      return JSON.parse(await readFile(join(options.directory, variant, 'watched.json'), 'utf8')) as Watched
    }
    for (const variant of unwatched) runs.push(await run(variant, longThinkMs))
    const watched = await watch('ours-watched', longThinkMs)
    // Its model does not think: what it waits for is what is asked.
    const tapped = await watch('tapped-watched', 0)
    return {
      tables: [probeTable(watched), tapTable(tapped), processTable(runs), ...functionTables(watched)],
    }
  },
}

function tapTable(watched: Watched): Table {
  const shown = ['fields', 'before', 'after'] as const
  return {
    title: 'What a tapped agent that sees waits for by page, no thinking: medians in ms',
    head: ['page', 'steps', ...shown],
    rows: piecesByPage(watched).map(({ page, probes, medians }) => {
      return [page, String(probes), ...shown.map((piece) => toNumber(medians[piece]))]
    }),
    note: 'before: from when the next step is asked for until its action begins; the first look at the fields is in it.',
  }
}

function probeTable(watched: Watched): Table {
  const others = otherCalls(watched.calls)
  return {
    title: `What a probe takes by page, thinking ${longThinkMs} ms: medians in ms`,
    head: ['page', 'probes', ...pieces],
    rows: piecesByPage(watched).map(({ page, probes, medians }) => {
      return [page, String(probes), ...pieces.map((piece) => toNumber(medians[piece]))]
    }),
    note: [
      'The pieces overlap. fields: the looks for fields for secrets; probe: the look as a whole; told: from the end of the action',
      'until its evidence is durable; before, after: what the step itself waits for before and after its action.',
      `other: ${others.length > 0 ? others.join(', ') : 'nothing'}.`,
    ].join('\n'),
  }
}

function processTable(runs: readonly RunMeasurement[]): Table {
  return {
    title: `CPU of a step by process, thinking ${longThinkMs} ms: ms`,
    head: ['variant', 'all', ...processKinds, 'others used'],
    rows: runs.map(({ variant, cpuMsPerStep, cpuMsPerStepOf, foreignShare }) => {
      const kinds = processKinds.map((kind) => toNumber(cpuMsPerStepOf[kind]))
      return [variant, toNumber(cpuMsPerStep), ...kinds, `${Math.round(foreignShare * 100)} %`]
    }),
  }
}

function functionTables({ cpuProfile, steps }: Watched): Table[] {
  const rows = (times: readonly SelfTime[]): string[][] =>
    times.map(({ name, ms }) => [name, toNumber(ms / steps.length)])
  return [
    {
      title: "Main thread of the agent's process by package: own ms per step, in which the agent's own calls are, too",
      head: ['package', 'ms'],
      rows: rows(timeOfOrigins(cpuProfile).filter(({ ms }) => ms / steps.length >= 0.05)),
    },
    {
      title: 'The same by function',
      head: ['function', 'ms'],
      rows: rows(timeOfFunctions(cpuProfile).slice(0, mostFunctions)),
    },
  ]
}
