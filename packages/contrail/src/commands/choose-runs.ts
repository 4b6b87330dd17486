import { readVerdicts, readWhole, type RunSummary } from '@contrail/recorder'
import { matchesGlob } from '@contrail/core'

/** Words for the end of a run in a list: its status, `unfinished` where its files do not say it yet, `unreadable`. */
export const runEnds = [
  ...['complete', 'aborted', 'stalled', 'error', 'killed', 'recording'],
  ...['unfinished', 'unreadable', 'unknown'],
] as const

/** The words for what verdicts say of a run: `no` where one says no, `none` where there is none that is whole. */
export const verdictWords = ['yes', 'no', 'none'] as const
export type VerdictWord = (typeof verdictWords)[number]

/** Orders of a list. The newest, the longest, the one with the most steps comes first. */
export const runOrders = ['started', 'duration', 'steps'] as const

/** A choice among recordings; all that is said has to fit. */
export interface RunChoice {
  readonly status?: readonly string[] | undefined
  readonly verdict?: VerdictWord | undefined
  /** Only those that started within so many ms. */
  readonly sinceMs?: number | undefined
  /** A glob of task ids. */
  readonly task?: string | undefined
  /** Only those with a failed step. */
  readonly failed?: boolean | undefined
  readonly limit?: number | undefined
  /** Default by run and task; with a limit `started`. */
  readonly sort?: (typeof runOrders)[number] | undefined
}

/** A recording in a list, with what its verdicts say. */
export type ListedRun = RunSummary & { readonly verdict: VerdictWord }

/**
 * Choose recordings and put them in order. Verdicts are read of those alone that fit in all else.
 *
 * @param nowMs the time, in ms since 1970
 */
export async function chooseRuns(runs: readonly RunSummary[], choice: RunChoice, nowMs: number): Promise<ListedRun[]> {
  const { verdict, limit, sort = limit === undefined ? undefined : 'started' } = choice
  const fitting = (await Promise.all(runs.map(withProblem))).filter((run) => fits(run, choice, nowMs))
  const ordered = sort === undefined ? fitting : fitting.toSorted((a, b) => compareBy(sort, a, b))
  // Without a wish for verdicts only those that are shown have to be asked for theirs.
  const asked = verdict === undefined ? ordered.slice(0, limit) : ordered
  const listed = await Promise.all(asked.map(withVerdict))
  return listed.filter((run) => verdict === undefined || run.verdict === verdict).slice(0, limit)
}

/** A list reads no file whole. One that is damaged at first sight is read as whoever opens it would, to say the same of it. */
async function withProblem(run: RunSummary): Promise<RunSummary> {
  return endOf(run) === 'unfinished' ? readWhole(run) : run
}

/**
 * The end of a run; `unfinished` where it says that it ended and its files do not. One that is killed or still going on
 * is neither.
 */
export function endOf({ status, finished, error }: RunSummary): string {
  if (error !== undefined) return 'unreadable'
  return finished || status === 'killed' || status === 'recording' ? (status ?? 'unknown') : 'unfinished'
}

function fits(run: RunSummary, { status, sinceMs, task, failed }: RunChoice, nowMs: number): boolean {
  if (status && !status.includes(endOf(run))) return false
  if (task !== undefined && !matchesGlob(task, run.taskId)) return false
  if (failed && !((run.failedSteps ?? 0) > 0)) return false
  return sinceMs === undefined || Date.parse(run.startedAt ?? '') >= nowMs - sinceMs
}

/** Compare two runs; what is unknown comes last. */
function compareBy(sort: NonNullable<RunChoice['sort']>, a: RunSummary, b: RunSummary): number {
  const of = ({ startedAt, durationMs, steps }: RunSummary): number =>
    (sort === 'started' ? Date.parse(startedAt ?? '') : sort === 'duration' ? durationMs : steps) ?? Number.NaN
  const [one, other] = [of(a), of(b)]
  if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other))
  return other - one
}

/** A score that is broken is no verdict. */
async function withVerdict(run: RunSummary): Promise<ListedRun> {
  if (!run.verdicts || run.verdicts.length === 0) return { ...run, verdict: 'none' }
  // Where scores cannot be read there is no verdict to be had; `check` says why.
  const found = await readVerdicts(run.directory).catch(() => [])
  const whole = found.flatMap(({ name, verdict }) => (verdict ? [{ name, verdict }] : []))
  const isYes = whole.every(({ verdict }) => verdict.outcomeSuccess)
  return {
    ...run,
    verdicts: whole.map(({ name }) => name),
    verdict: whole.length === 0 ? 'none' : isYes ? 'yes' : 'no',
  }
}
