import {
  bootstrapInterval,
  mean,
  pairedBootstrap,
  type ImageReference,
  type Interval,
  type Trajectory,
} from '@contrail/core'
import { scoreOf } from '../failures/score.ts'
import { normalizeUrl } from '../run/page.ts'
import { fieldOf, textOf } from '../run/texts.ts'

/** A figure of one agent: its mean over all pairs, with an interval of 95 %. Null where a run lacks the figure; one pair has no interval. */
export interface AgentFigure {
  readonly mean: number | null
  readonly interval: Interval | null
}

/** A comparison by one figure. */
export interface MetricComparison {
  readonly better: 'higher' | 'lower'
  readonly agents: Readonly<Record<string, AgentFigure>>
  /**
   * The one agent that is better than each other beyond chance: the interval of the paired differences leaves 0 out. Else null, and always of one
   * pair, which says nothing of chance.
   */
  readonly winner: string | null
  /** Agents of which none is better than another of them beyond chance, the best mean first; empty where there is a winner. */
  readonly ties: readonly string[]
}

/** Names of the figures by which agents are compared. */
export type AgentMetric = 'score' | 'success' | 'steps' | 'failed_steps' | 'duration_ms' | 'tokens'

/** Agents beside each other. */
export interface AgentComparison {
  /** The number of tasks that each agent worked on, from the same seed and start. */
  readonly pairs: number
  readonly metrics: Readonly<Record<AgentMetric, MetricComparison>>
}

type Run = Trajectory<ImageReference>

const metrics: Readonly<Record<AgentMetric, { better: 'higher' | 'lower'; of: (run: Run) => number | null }>> = {
  score: { better: 'higher', of: (run) => scoreOf(run, {}).score },
  success: {
    better: 'higher',
    of(run) {
      const { score, succeeded } = scoreOf(run, {})
      return score === null ? null : succeeded ? 1 : 0
    },
  },
  steps: { better: 'lower', of: ({ steps }) => steps.length },
  failed_steps: { better: 'lower', of: ({ steps }) => steps.filter(({ toolOutput }) => !toolOutput.ok).length },
  duration_ms: { better: 'lower', of: ({ timing }) => timing.durationMs ?? null },
  tokens: { better: 'lower', of: ({ usage }) => usage.input_tokens + usage.output_tokens || null },
}

/**
 * Compare agents by runs of the same tasks. Runs are paired by task, `task.seed` and start: the tree of an episode's workspace, else `initUrl`, else the
 * page before the first step. Several runs of one such start are paired in their order.
 *
 * @param groups the runs of each agent, by its name; two agents at least
 * @throws {TypeError} where a run has no partner: runs of different tasks say nothing about agents
 */
export function compareAgents(groups: Readonly<Record<string, readonly Run[]>>): AgentComparison {
  const names = Object.keys(groups)
  if (names.length < 2) throw new TypeError(`compareAgents: expected two agents at least, got ${names.length}`)
  const byStart = new Map(names.map((name) => [name, inOrderOfStarts(groups[name]!)]))
  const [first = '', ...others] = names
  const starts = [...byStart.get(first)!.keys()]
  for (const other of others) {
    const theirs = byStart.get(other)!
    const missing =
      starts.find((start) => !theirs.has(start)) ?? [...theirs.keys()].find((start) => !byStart.get(first)!.has(start))
    if (missing !== undefined)
      throw new TypeError(
        `compareAgents: expected the same tasks, seeds and starts of ${first} and ${other}, got ${missing} of one alone`,
      )
  }
  const runs = new Map(names.map((name) => [name, starts.map((start) => byStart.get(name)!.get(start)!)]))
  const compared = Object.entries(metrics).map(([metric, { better, of }]) => [metric, compare(runs, better, of)])
  return { pairs: starts.length, metrics: Object.fromEntries(compared) as AgentComparison['metrics'] }
}

function inOrderOfStarts(runs: readonly Run[]): Map<string, Run> {
  const counts = new Map<string, number>()
  return new Map(
    runs.map((run) => {
      const start = startOf(run)
      const count = (counts.get(start) ?? 0) + 1
      counts.set(start, count)
      return [count === 1 ? start : `${start} for the ${count}. time`, run]
    }),
  )
}

function startOf({ task, initialObservation }: Run): string {
  const seed: unknown = task['seed']
  const tree = textOf(fieldOf(task['episode'], 'initialTree'))
  const url = task.initUrl ?? initialObservation?.url
  const state = tree ?? (url === undefined ? 'no known start' : normalizeUrl(url))
  return `${JSON.stringify(task.id)} with seed ${JSON.stringify(seed ?? null)} from ${state}`
}

/** One value has no spread, so that its interval would be as sure as it is narrow. */
const fewestPairs = 2
/** Equal seeds give equal intervals. */
const options = { seed: 1 }

function compare(
  runs: ReadonlyMap<string, readonly Run[]>,
  better: 'higher' | 'lower',
  of: (run: Run) => number | null,
): MetricComparison {
  const values = new Map([...runs].map(([name, own]) => [name, own.map(of)]))
  const isKnown = [...values.values()].every((own) => own.every((value) => value !== null))
  const known = (name: string): number[] => (isKnown ? (values.get(name) as number[]) : [])
  const figures = [...values.keys()].map((name) => {
    const own = known(name)
    const interval = own.length < fewestPairs ? null : bootstrapInterval(own, mean, options)
    return [name, { mean: mean(own), interval }] as const
  })
  const sign = better === 'higher' ? 1 : -1
  const ranked = figures
    .toSorted(([, one], [, other]) => sign * ((other.mean ?? 0) - (one.mean ?? 0)))
    .map(([name]) => name)
  const beats = (one: string, other: string): boolean => {
    const pairs = known(one).map((value, at) => [known(other)[at]! * sign, value * sign] as const)
    return pairs.length >= fewestPairs && (pairedBootstrap(pairs, mean, options)?.[0] ?? 0) > 0
  }
  const [best = ''] = ranked
  const rest = ranked.slice(1).filter((other) => !beats(best, other))
  const agents = Object.fromEntries(figures)
  if (!isKnown || known(best).length === 0) return { better, agents, winner: null, ties: [] }
  return rest.length === 0
    ? { better, agents, winner: best, ties: [] }
    : { better, agents, winner: null, ties: [best, ...rest] }
}
