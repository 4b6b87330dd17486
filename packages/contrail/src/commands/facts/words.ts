import { formatCount, formatInteger } from '../../terminal/format.ts'
import { formatDuration, type Gap, type Usage } from '@contrail/core'
import { describeCost } from './cost.ts'
import type { PageEventView } from '@contrail/viewer'
import type { RunFacts, VerdictFacts } from './run-facts.ts'
import type { StepChanges, StepFacts } from './step-facts.ts'

/** `10 steps, 1 failed, 9 turns, 4.2 s, 2,916 tokens in, 597 out, cost unknown`, as parts. */
export function describeCounts({ counts, durationMs, usage, cost }: RunFacts): string[] {
  const { steps, failed, turns, gaps } = counts
  return [
    formatCount(steps, 'step'),
    failed > 0 ? `${failed} failed` : '',
    formatCount(turns, 'turn'),
    gaps > 0 ? formatCount(gaps, 'gap') : '',
    durationMs === null ? '' : formatDuration(durationMs),
    ...describeTokens(usage),
    describeCost(cost),
  ].filter(Boolean)
}

/** `2,916 tokens in`, `597 out`, or that they are unknown. */
export function describeTokens(usage: Pick<Usage, 'input_tokens' | 'output_tokens'> | null): string[] {
  if (usage === null) return ['tokens unknown']
  return [`${formatInteger(usage.input_tokens)} tokens in`, `${formatInteger(usage.output_tokens)} out`]
}

/** `yes`, `no, process 0.25`, `broken`: the words that `--verdict` of `ls` and `gate` takes. */
export function describeOutcome({ outcomeSuccess, processScore }: VerdictFacts): string {
  if (outcomeSuccess === null) return 'broken'
  return `${outcomeSuccess ? 'yes' : 'no'}${processScore === null ? '' : `, process ${Number(processScore.toFixed(3))}`}`
}

/** `judge: no, process 0.25, the cart is empty`. */
export function describeVerdict(verdict: VerdictFacts): string {
  const { name, problem, reason } = verdict
  return [`${name}: ${describeOutcome(verdict)}`, problem ?? reason ?? ''].filter(Boolean).join(', ')
}

/** Put those first that decide: one that says no is heard before all that say yes, and what is broken before these. */
export function decidingFirst(verdicts: readonly VerdictFacts[]): VerdictFacts[] {
  const rankOf = ({ outcomeSuccess }: VerdictFacts): number =>
    outcomeSuccess === false ? 0 : outcomeSuccess === null ? 1 : 2
  return verdicts.toSorted((one, other) => rankOf(one) - rankOf(other))
}

/** `probe timeout at step 3`. */
export function describeGap({ what, reason, stepIndex }: Pick<Gap, 'what' | 'reason' | 'stepIndex'>): string {
  return `${what} ${reason}${stepIndex === undefined ? '' : ` at step ${stepIndex + 1}`}`
}

/** `click button "Pay"`, `click at 212, 311`. */
export function describeAction({ action, target }: Pick<StepFacts, 'action' | 'target'>): string {
  if (target === '') return action
  return `${action} ${/^-?\d{1,6}, -?\d{1,6}$/.test(target) ? 'at ' : ''}${target}`
}

/** `+ alert: The ribbon machine is stuck.`, `- button "Pay"`, or that it is unknown; nothing where the page said nothing new. */
export function describeChanges({ added, removed, unknown }: StepChanges): string[] {
  if (unknown !== undefined) return [`unknown: ${unknown}`]
  return [...added.map((one) => `+ ${one}`), ...removed.map((one) => `- ${one}`)]
}

/** The path alone of a web address: the host is the same all along, as a rule. */
export function shortUrl(url: string): string {
  return /^https?:\/\/[^/]*(\/.*)$/s.exec(url.slice(0, 500))?.[1] ?? url
}

/** The words of a browser's console for an answer that failed, which the answer itself says better. */
const failedToLoad = 'error: Failed to load resource: '

/** Describe what the page did by itself, without the address of its host; `POST /cart 503 in 12 ms`. */
export function describeEnvironment({ environment, url }: Pick<StepFacts, 'environment' | 'url'>): string[] {
  const host = /^https?:\/\/[^/]+/.exec(url?.slice(0, 500) ?? '')?.[0]
  const failuresFirst = environment.toSorted((a, b) => Number(b.failed) - Number(a.failed))
  const repeats = ({ kind, text }: PageEventView): boolean => kind === 'console' && text.startsWith(failedToLoad)
  const own = failuresFirst.some((event) => event.kind === 'response' && event.failed)
    ? failuresFirst.filter((event) => !repeats(event))
    : failuresFirst
  return own.map(({ kind, text, count }) => {
    const words = host === undefined ? text : text.replaceAll(`${host}/`, '/')
    const told = kind === 'response' || kind === 'request_failed' ? words : `${kind.replaceAll('_', ' ')}: ${words}`
    return count === undefined ? told : `${told} (${count} times)`
  })
}
