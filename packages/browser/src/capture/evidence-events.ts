import {
  handOver,
  inferToolOutput,
  normalizeError,
  present,
  type Dialog,
  type EvidenceEvent,
  type Target,
  type ToolOutput,
} from '@contrail/core'
import type { SeenTabs } from '../environment/page-ids.ts'
import type { PageObservation } from '../observe/observe.ts'
import { toPlainResult } from './playwright-values.ts'
import { isStrong, type SeenSecret, type SeenSecrets } from '../secrets/seen-secrets.ts'
import { textsOf } from '../typed/typed-texts.ts'
import type { TakenByAgent } from '../observe/seen-by-model.ts'

/** The facts of a step, apart from how it went. */
export interface StepDetails {
  actionName: string
  actionArgs: Record<string, unknown>
  /** The reason that the agent gave. Default `''`. */
  reasoning?: string | undefined
  toolCallId?: string | undefined
  target?: Target | undefined
  /** The arguments hold a secret. A capture finds that out itself where it can; say it where you know better. */
  sensitive?: boolean | undefined
  turnId?: string | undefined
}

/** A step, and what stood in fields for secrets before and after it. */
export interface WatchedStep extends StepDetails {
  stood?: readonly SeenSecret[] | undefined
}

/** The answer of an agent at the end. */
export interface FinalAnswer {
  message: string
  /** The structured form of the answer, where the agent gave one. */
  output?: unknown
}

/** The outcome of an action: what it returned or threw, and when. Times are ISO, UTC. */
export type Outcome<T> = ({ threw: false; value: T } | { threw: true; error: unknown }) & {
  startedAt: string
  finishedAt: string
  durationMs: number
}

/**
 * The event of an action that is over.
 *
 * @param seen what to leave out of the reasoning, the result and the error, beside what a sensitive step typed, and of arguments
 * that say more than it; what is typed stays, so that the recorder's placeholder of it is the same as elsewhere
 */
export function toStepEvent(details: WatchedStep, outcome: Outcome<unknown>, seen?: SeenSecrets): EvidenceEvent {
  const { startedAt, finishedAt, durationMs } = outcome
  const { reasoning: said = '', stood = [], actionArgs: asked, ...rest } = details
  const whole = outcome.threw
    ? { ok: false, error: normalizeError(outcome.error) ?? `threw ${String(outcome.error)}` }
    : inferToolOutput(toPlainResult(outcome.value))
  const secrets = [...stood, ...typedBy(details)]
  const toolOutput = seen ? (seen.maskAll(whole, secrets) as ToolOutput) : whole
  const reasoning = seen ? seen.mask(said, secrets) : said
  const actionArgs = seen ? (seen.maskWithin(asked, stood) as typeof asked) : asked
  const times = { startedAt, finishedAt, durationMs }
  return present({ type: 'step_finished' as const, ...rest, actionArgs, reasoning, toolOutput, ...times })
}

/** The texts that a sensitive step typed: Playwright says them in an error. */
function typedBy({ sensitive, actionArgs }: Pick<StepDetails, 'sensitive' | 'actionArgs'>): SeenSecret[] {
  if (!sensitive) return []
  try {
    const typed = Object.entries(actionArgs).filter(([name]) => typedNames.has(name))
    return textsOf(typed.map(([, value]) => value)).map((value) => ({ value, kind: 'password' }))
  } catch {
    return [] // a getter that throws: the recorder marks it
  }
}

/** Those of them that a page which sends them may be known by: not `2026` or `test`, which stand in much that it does. */
export function sentBy(details: Pick<StepDetails, 'sensitive' | 'actionArgs'>): SeenSecret[] {
  return typedBy(details).filter(({ value }) => isStrong({ value, kind: 'one_time_code' }))
}

const typedNames = new Set(['value', 'values', 'text', 'input', 'content'])

/**
 * The events of a probe, in the order the fold wants them: frame, observation, then what was missing. Where the page navigated
 * meanwhile the frame has the address that it was taken at, and says so only when that is in doubt.
 *
 * @param late an action ran meanwhile
 * @param taken what the agent took of the same state: where its picture does for the probe too, it is told as both
 */
export function toProbeEvents(
  seen: PageObservation & Partial<SeenTabs>,
  late: boolean,
  taken?: TakenByAgent,
): EvidenceEvent[] {
  const { url, title, screenshot, mediaType, masked, viewport, scale, ariaTree, navigated } = seen
  const { startedAt, finishedAt, durationMs, partial, dialogs, pageId, tabs } = seen
  const isShared = screenshot !== undefined && screenshot === taken?.picture?.screenshot
  const when = { startedAt, finishedAt, durationMs, late: late || undefined }
  const frame: EvidenceEvent[] = screenshot
    ? [
        present({
          type: 'screenshot' as const,
          evidenceRole: isShared ? ('agent_and_probe' as const) : ('probe' as const),
          screenshot,
          url: seen.screenshotOf?.url ?? url,
          mediaType,
          masked,
          viewport,
          scale,
          ...when,
          navigated: seen.screenshotOf?.navigated,
        }),
      ]
    : []
  // Nobody else has the picture of a probe; the agent's own stays the agent's.
  if (!isShared) frame.forEach(handOver)
  const observed = present({
    type: 'step_observed' as const,
    url,
    title,
    ariaTree,
    partial,
    dialogs,
    pageId,
    tabs,
    ...when,
    navigated,
  })
  return [...(isShared ? [] : toAgentEvents(taken)), ...frame, observed, ...toGapEvents(seen)]
}

/** The picture that the agent took for its model. */
export function toAgentEvents({ picture, url }: Partial<TakenByAgent> = {}): EvidenceEvent[] {
  return picture ? [{ type: 'screenshot', evidenceRole: 'agent', url: url ?? '', ...picture }] : []
}

/** Make the events in place of a probe that was not there in time: the address and the tabs are all that is known, and it is over. */
export function toLateEvents(
  { url, dialogs, pageId, tabs }: SeenTabs & { readonly url: string; readonly dialogs?: Dialog[] },
  taken?: TakenByAgent,
): EvidenceEvent[] {
  const observed = present({ type: 'step_observed' as const, url, dialogs, pageId, tabs })
  return [...toAgentEvents(taken), observed, { type: 'gap', what: 'probe', reason: 'late' }]
}

/** The final answer with the last look at the page beside it, then what was missing. */
export function toFinalAnswerEvents(
  { message, output }: FinalAnswer,
  seen: PageObservation & Partial<SeenTabs>,
): EvidenceEvent[] {
  const { url, title, screenshot, masked, ariaTree, partial, dialogs, pageId, tabs } = seen
  const { viewport, scale, startedAt, finishedAt, navigated } = seen
  const page = { url, title, screenshot, masked, ariaTree, partial, dialogs, pageId, tabs }
  const observation = present({ ...page, viewport, scale, startedAt, finishedAt, navigated })
  return [present({ type: 'final_answer' as const, message, output, observation }), ...toGapEvents(seen)]
}

function toGapEvents(seen: PageObservation): EvidenceEvent[] {
  return seen.gaps.map((gap) => ({ type: 'gap', ...gap }))
}
