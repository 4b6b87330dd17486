import type { ImageReference, Trajectory, Verdict } from '@contrail/core'
import { numberOf } from '../run/texts.ts'

/** Who may say how good a run was. */
export interface ScoreSources {
  readonly score?: number | undefined
  readonly verdict?: Verdict | undefined
  /** The least score of a success. Default 0.5. */
  readonly successScore?: number | undefined
}

/**
 * Tell how good a run was: by the option, else by its `finalScore`, else by the verdict's process score, else 1 or 0 by the verdict's outcome.
 *
 * @returns `score` null where nobody said it; `succeeded` by the verdict's outcome where there is one, else by the score, and false without one
 */
export function scoreOf(
  trajectory: Pick<Trajectory<ImageReference>, 'finalScore'>,
  { score: given, verdict: judged, successScore = 0.5 }: ScoreSources,
): { score: number | null; succeeded: boolean } {
  // A file of somebody else's may hold anything.
  const verdict: { readonly outcomeSuccess?: unknown; readonly processScore?: unknown } | null | undefined = judged
  const outcome = typeof verdict?.outcomeSuccess === 'boolean' ? verdict.outcomeSuccess : undefined
  const byOutcome = outcome === undefined ? null : outcome ? 1 : 0
  const score = numberOf(given) ?? numberOf(trajectory.finalScore) ?? numberOf(verdict?.processScore) ?? byOutcome
  return { score, succeeded: outcome ?? (score !== null && score >= successScore) }
}

/**
 * Choose the verdict that counts among those of a recording. Of one judge it is the newest; of several one that says no, else that of
 * the default name, else the last.
 */
export function newestVerdict(
  verdicts: readonly { readonly name: string; readonly verdict?: Verdict | undefined }[],
): Verdict | undefined {
  const byNumber = new Intl.Collator('en', { numeric: true })
  const whole = verdicts.filter(({ verdict }) => verdict !== undefined)
  const ordered = whole.toSorted((one, other) => byNumber.compare(one.name, other.name))
  const names = new Set(ordered.map(({ name }) => name))
  // A name that was taken got a number.
  const judgeOf = (name: string): string => (names.has(name.replace(/-\d+$/, '')) ? name.replace(/-\d+$/, '') : name)
  const newest = [...new Map(ordered.map((one) => [judgeOf(one.name), one])).values()]
  const chosen =
    newest.find(({ verdict }) => verdict?.outcomeSuccess === false) ??
    newest.find(({ name }) => /^mmrubric_v1(?:-\d+)?$/.test(name)) ??
    newest.at(-1)
  return chosen?.verdict
}
