import { guardSink, withhold, type EvidenceEvent, type EvidenceSink } from '@contrail/core'
import type { Page } from 'playwright'
import { ariaTreeBudget } from '../observe/aria-tree.ts'
import type { CaptureOptions } from './options.ts'
import { createTurnId, systemClock } from '../page/system.ts'
import {
  toAgentEvents,
  toFinalAnswerEvents,
  toLateEvents,
  toProbeEvents,
  toStepEvent,
  type FinalAnswer,
  type StepDetails,
} from './evidence-events.ts'
import { failureMessage } from '../page/failure.ts'
import { observeWith } from '../observe/observe.ts'
import { giveBack, measure, startTimer } from './measure.ts'
import { openTurnRecord, type OpenTurn } from './turn.ts'
import { announceAction } from '../probe/page-chains.ts'
import { createProbeChain } from '../probe/chain.ts'
import { toProbeOptions } from '../probe/options.ts'
import { createSeenSecrets, type SeenSecrets } from '../secrets/seen-secrets.ts'
import type { SessionStep, StepSeen } from './session-step.ts'
import { createSecretLooks, typesSecret } from '../secrets/step-secrets.ts'
import type { TakenByAgent } from '../observe/tap.ts'
import { urlOf, watchPage } from '../page/watch.ts'

/**
 * What all captures share: steps timed and told, probes, turns, final answers.
 * Nothing in it throws but what the user's own functions threw, and none of its waits is longer than `timeoutMs`.
 */
export interface CaptureSession {
  readonly timeoutMs: number
  /** Values seen in fields for secrets. Nothing outside this process learns them; the recorder in it does, see `withhold`. */
  readonly seen: SeenSecrets
  /** A text read of a page without those values, unless masking is off. */
  withoutSecrets(text: string): string
  isListening(): boolean
  emit(...events: EvidenceEvent[]): Promise<void>
  /** Wait until a page was seen as it is now, where that is still to be done, `barrierMs` at most. */
  barrier(page: Page): Promise<void>
  /**
   * Do an action after the probe before it, and tell it in the background. Actions start in the order of the calls.
   *
   * @returns what `execute` returned
   * @throws what `execute` threw, the same object
   */
  step<T>(page: Page, step: SessionStep, execute: () => T | PromiseLike<T>): Promise<T>
  /** Tell after all that is still to be told. */
  tell(work: () => Promise<void>): Promise<void>
  /**
   * The agent begins to take something of the page. Tell what it took, or that it took nothing: where the page is still to be
   * probed as it is now, the probe takes only what is missing.
   */
  beginTap(page: Page): (taken: Pick<TakenByAgent, 'picture' | 'ariaTree'> | undefined) => Promise<void>
  /** Ask for a look at the page, for the steps told so far. */
  probe(page: Page): Promise<void>
  /** Run a turn; `beforeEnd` is what is still to be asked for when it ended. */
  turn<T>(
    run: (turn: OpenTurn) => T | PromiseLike<T>,
    options: { turnId?: string | undefined; beforeEnd?: () => Promise<void> },
  ): Promise<T>
  finalAnswer(page: Page, answer: FinalAnswer): Promise<void>
  /** Have everything told, `timeoutMs` at most. */
  settled(): Promise<void>
}

/**
 * Open a session over a user's sink.
 *
 * @throws {TypeError} for options that make no sense
 */
export function createCaptureSession(
  sink: EvidenceSink | undefined,
  options: CaptureOptions,
  createChain: typeof createProbeChain = createProbeChain,
): CaptureSession {
  const { timeoutMs = 10_000, clock = systemClock, createId = createTurnId, budgetTokens, mask = true } = options
  ariaTreeBudget(budgetTokens, process.env)
  const { mode, barrierMs } = toProbeOptions(options.probe)
  const deliver = guardSink(sink, { timeoutMs, onFailure: options.onFailure })
  const seen = createSeenSecrets()
  const secretLooks = createSecretLooks(seen, timeoutMs)
  let lastStarted = Promise.resolve()
  let lastTurn = Promise.resolve()
  let isAskedToSettle = false

  const withoutSecrets = (text: string): string => (mask ? seen.mask(text) : text)
  const withoutSecretUrl = (taken: TakenByAgent) => ({ ...taken, url: withoutSecrets(taken.url) })
  // Handing over is synchronous and in order, so the events of one call are never mixed with another's. The recorder's redactor
  // looks for what was seen; no listener gets it.
  const emit = async (...events: EvidenceEvent[]): Promise<void> => {
    const secrets = seen.all()
    await Promise.all(events.map((event) => deliver(withhold(event, secrets))))
  }
  const look = (page: Page, taken?: TakenByAgent) =>
    observeWith(seen, page, { budgetTokens, timeoutMs, clock, mask, taken, first: secretLooks.justNow(page) })
  const chain = createChain(mode, {
    look: async (page, taken) => {
      const seenPage = await look(page, taken)
      return (late) => emit(...toProbeEvents(seenPage, late, taken && withoutSecretUrl(taken)))
    },
    giveUp: (url, taken) => emit(...toLateEvents(withoutSecrets(url), taken && withoutSecretUrl(taken))),
  })
  const settled = (): Promise<void> => chain.settle(timeoutMs)

  /** Whoever ends the recording must wait for what is told in the background. */
  const askToSettle = (): void => {
    if (isAskedToSettle) return
    isAskedToSettle = true
    deliver.beforeFinish(() => {
      isAskedToSettle = false
      return settled()
    })
  }

  const step: CaptureSession['step'] = async (page, given, execute) => {
    const action = announceAction(page, chain)
    const isTold = Promise.withResolvers<void>()
    given.turn?.track(isTold.promise)
    const turnToStart = lastStarted
    const { promise, resolve: started } = Promise.withResolvers<void>()
    lastStarted = promise
    await turnToStart
    const calledMs = systemClock.monotonicMs()
    const hasWaited = await action.barrier(barrierMs)
    const limitMs = barrierMs - (systemClock.monotonicMs() - calledMs)
    const stood = given.isCompared ? await secretLooks.before(page, { hasWaited, limitMs }) : undefined
    const aim = (await given.aim?.()) ?? {}
    askToSettle()
    action.begin()
    const running = measure(clock, execute)
    started()
    const outcome = await running
    action.end()
    const after = stood && secretLooks.after(page)
    const told = chain.tell(() =>
      tellStep(given, { aim, stood, after, outcome }).catch((error: unknown) => tellUntold(given.details, error)),
    )
    const probed = given.isProbed ? chain.probe(page) : undefined
    isTold.resolve(told)
    if (mode === 'await') await Promise.all([told, probed])
    return giveBack(outcome)
  }

  const tellStep = async (
    { details, aimAfter }: SessionStep,
    { aim, stood, outcome, ...looks }: StepSeen,
  ): Promise<void> => {
    const meanwhile = (await stood?.meanwhile) ?? []
    const after = (await looks.after) ?? []
    const before = stood?.values ?? []
    const aimed = aimAfter ? await aimAfter(aim, outcome) : aim.sensitive
    const sensitive =
      details.sensitive || aimed || typesSecret(details.actionArgs, { before, meanwhile, after }) || undefined
    const target = details.target ?? aim.target
    const all = [...before, ...meanwhile, ...after]
    await emit(toStepEvent({ ...details, target, sensitive, stood: all }, outcome, mask ? seen : undefined))
  }

  /** A result that cannot be read must not take the rest of the recording with it. */
  const tellUntold = ({ actionName }: StepDetails, error: unknown): Promise<void> => {
    const detail = { actionName, message: withoutSecrets(failureMessage(error)) }
    return emit({ type: 'gap', what: 'event', reason: 'step_unreadable', detail })
  }

  const turn: CaptureSession['turn'] = async (run, { turnId = createId(), beforeEnd }) => {
    const record = openTurnRecord({ turnId, timeoutMs, ...startTimer(clock) })
    try {
      return await run(record.turn)
    } finally {
      if (deliver.isListening()) {
        askToSettle()
        const ended = record.end()
        if (mode === 'await') {
          const event = await ended
          await beforeEnd?.()
          await emit(event)
        } else {
          void beforeEnd?.()
          // In the order the turns ended, although one may wait for a step of its own.
          lastTurn = lastTurn.then(async () => emit(await ended))
          chain.hold(lastTurn)
        }
      }
    }
  }

  const beginTap: CaptureSession['beginTap'] = (page) => {
    askToSettle()
    const startedAt = clock.now().toISOString()
    const give = chain.claim()
    return async (parts) => {
      const taken = parts && { ...parts, url: urlOf(page) ?? '', startedAt, navigations: watchPage(page).navigations }
      if (give?.(taken) || !taken) return
      const telling = chain.tell(() => emit(...toAgentEvents(withoutSecretUrl(taken))))
      if (mode === 'await') await telling
    }
  }

  const finalAnswer: CaptureSession['finalAnswer'] = async (page, answer) => {
    if (!deliver.isListening()) return
    await settled()
    const { message, output } = answer
    const isLookedAt = mode !== 'off'
    await emit(
      ...(isLookedAt
        ? toFinalAnswerEvents(answer, await look(page))
        : [{ type: 'final_answer' as const, message, output }]),
    )
  }

  return {
    timeoutMs,
    seen,
    withoutSecrets,
    isListening: () => deliver.isListening(),
    emit,
    barrier: async (page) => void (await announceAction(page, chain).barrier(barrierMs)),
    step,
    tell: chain.tell,
    beginTap,
    probe: (page) => chain.probe(page),
    turn,
    finalAnswer,
    settled,
  }
}
