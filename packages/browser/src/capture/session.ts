// Long, since the order of a step (looks, the action, what is told) is a promise, and one function holds it.
import {
  assertKnownOptions,
  guardSink,
  withhold,
  type Dialog,
  type EvidenceEvent,
  type EvidenceSink,
  withTimeLimit,
} from '@contrail/core'
import type { BrowserContext, Page } from 'playwright'
import { ariaTreeBudget } from '../observe/aria-tree.ts'
import { captureOptionNames, type CaptureOptions } from './options.ts'
import { createEnvironment } from '../environment/environment.ts'
import { createDialogLog } from './dialog-log.ts'
import { createCaptureId, createTurnId, systemClock } from '../page/system.ts'
import { assertPositive } from '../page/positive.ts'
import { toAgentEvents, toFinalAnswerEvents, type FinalAnswer } from './evidence-events.ts'
import { startLook, type Look, type PageObservation } from '../observe/observe.ts'
import { openTurnRecord, type OpenTurn } from './turn.ts'
import { announceAction } from '../probe/page-chains.ts'
import { createProbeChain } from '../probe/chain.ts'
import { createProbeTellers } from './probe-tellers.ts'
import { createStepTeller } from './step-teller.ts'
import { toProbeOptions } from '../probe/options.ts'
import { seenSecretsOf, type SeenSecret, type SeenSecrets } from '../secrets/seen-secrets.ts'
import { giveBack, measure, startTimer, type SessionStep } from './session-step.ts'
import { createPopupLooks } from '../typed/popup-secrets.ts'
import { createSecretLooks } from '../typed/secret-looks.ts'
import { typeableIn } from '../typed/typed-texts.ts'
import { pageIdsOf, type SeenTabs } from '../environment/page-ids.ts'
import type { LookDemand } from '../picture/rest.ts'
import type { TakenByAgent } from '../observe/seen-by-model.ts'
import { urlOf, watchPage } from '../page/watch.ts'

/** The time that an action waits for the look at its target, in ms. */
const mostAimMs = 20

/**
 * The part that all captures share: steps timed and emitted, probes, turns, final answers. Nothing in it throws but
 * what the user's own functions threw, and none of its waits is longer than `timeoutMs`.
 */
export interface CaptureSession {
  readonly timeoutMs: number
  /** Values seen in fields for secrets. Nothing outside this process learns them; the recorder in it does, see `withhold`. */
  readonly seen: SeenSecrets
  readonly images: CaptureOptions['images']
  /** Begin to watch what a page does by itself, unless nobody listens. */
  watch(page: Page): void
  /** The same of all pages of a context, those to come too. */
  watchContext(context: BrowserContext): void
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
  beginModelSaw(page: Page): (taken: Pick<TakenByAgent, 'picture' | 'ariaTree'> | undefined) => Promise<void>
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
  assertKnownOptions('a capture', options, captureOptionNames)
  const { timeoutMs = 10_000, clock = systemClock, createId = createTurnId, budgetTokens, mask = true } = options
  const { treeLimitMs, images } = options
  ariaTreeBudget(budgetTokens, process.env)
  if (treeLimitMs !== undefined) assertPositive('treeLimitMs', treeLimitMs)
  const { mode, barrierMs } = toProbeOptions(options.probe)
  const deliver = guardSink(sink, { timeoutMs, onFailure: options.onFailure })
  const { recording } = deliver
  const seen = seenSecretsOf(recording)
  const secretLooks = createSecretLooks(seen, timeoutMs)
  const popupLooks = createPopupLooks(secretLooks, seen)
  const source = createCaptureId()
  const isListening = (): boolean => deliver.isListening()
  const ids = pageIdsOf(recording)
  const onUntold = (isLate: boolean): void => {
    askToSettle()
    if (isLate) void tellLateDialogs()
  }
  const dialogs = createDialogLog({ recording, ids, clock, seen, isListening, onUntold })
  const environment = createEnvironment({
    recording,
    level: options.environment,
    clock,
    isListening,
    watched: (page) => dialogs.watch(page),
    emit: (event, secrets) => {
      askToSettle()
      void emitWith(secrets, event)
    },
    withoutSecrets: (data, secrets) => (mask ? (seen.maskAll(data, secrets) as typeof data) : data),
  })
  let lastStarted = Promise.resolve()
  let lastTurn = Promise.resolve()
  let isAskedToSettle = false

  const withoutSecrets = (text: string): string => (mask ? seen.mask(text) : text)
  // Handing over is synchronous and in order, so the events of one call are never mixed with another's. The recorder's redactor
  // looks for what was seen; no listener gets it.
  const emitWith = async (more: readonly SeenSecret[], ...events: EvidenceEvent[]): Promise<void> => {
    const secrets = more.length === 0 ? seen.all() : [...seen.all(), ...more]
    for (const event of events) event.source = source
    await Promise.all(events.map((event) => deliver(withhold(event, secrets))))
  }
  const emit = (...events: EvidenceEvent[]): Promise<void> => emitWith([], ...events)
  const tellStep = createStepTeller({ seen, mask, emit })
  const look = (page: Page, taken?: TakenByAgent, demand?: LookDemand): Look => {
    const first = secretLooks.justNow(page)
    const how = { budgetTokens, treeLimitMs, timeoutMs, clock, mask, images }
    return startLook(page, { ...how, seen, taken, first, demand })
  }
  const toDialogs = (told: readonly Dialog[]): { dialogs?: Dialog[] } =>
    told.length === 0 ? {} : { dialogs: mask ? (seen.maskAll(told) as Dialog[]) : [...told] }
  const chain = createChain(mode, createProbeTellers({ look, emit, dialogs, environment, toDialogs, withoutSecrets }))
  /** Dialogs that open, or are answered, when the look of the steps before them is over. Where they are of no step, at the end. */
  const tellLateDialogs = (): Promise<void> =>
    chain.tell(async () => {
      const told = toDialogs(dialogs.takeLate())
      if (told.dialogs) await emit({ type: 'step_observed', url: '', ...told })
    })
  const settled = async (): Promise<void> => {
    await chain.settle(timeoutMs)
    if (dialogs.stepsOver().begun === 0) await tellLateDialogs()
    environment.flush()
  }

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
    dialogs.watch(page, { acts: true })
    const action = announceAction(page, chain)
    const isTold = Promise.withResolvers<void>()
    given.turn?.track(isTold.promise)
    const turnToStart = lastStarted
    const { promise, resolve: started } = Promise.withResolvers<void>()
    lastStarted = promise
    await turnToStart
    const hasWaited = await action.barrier(barrierMs)
    const over = new AbortController()
    const aim = given.aim?.(over.signal)
    const how = { hasWaited, isTyping: given.isTyping ?? false }
    const [stood, popups] = await Promise.all([
      given.isCompared ? secretLooks.before(page, how) : undefined,
      // A call of Playwright's own is one on the page that it is made on.
      given.isCompared && !given.aimAfter ? popupLooks.before(page, how) : undefined,
      aim && withTimeLimit(mostAimMs, () => aim).catch(() => {}), // what comes later is told all the same
    ])
    askToSettle()
    action.begin()
    const endStep = dialogs.beginStep()
    const { length: answersBefore } = dialogs.answers
    const typeable = typeableIn(given.details.actionArgs)
    const letGo = environment.beginStep(page, typeable, async () => {
      await stood?.meanwhile
      const looks = await Promise.all([secretLooks.during(page), popups?.during() ?? true])
      return looks.every(Boolean)
    })
    const running = measure(clock, execute)
    started()
    const outcome = await running
    over.abort()
    endStep()
    action.end()
    const says = (): boolean => typeable.length > 0 || outcome.threw || typeableIn(outcome.value).length > 0
    const after = stood && secretLooks.after(page, stood, says)
    const besides = popups?.after(says)
    const answers = (): readonly SeenSecret[] => dialogs.answers.slice(answersBefore)
    const told = chain.tell(() => tellStep(given, { aim, stood, after, besides, answers, outcome }, letGo))
    const probed = given.isProbed ? chain.probe(page) : undefined
    isTold.resolve(told)
    if (mode === 'await') await Promise.all([told, probed])
    return giveBack(outcome)
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

  const beginModelSaw: CaptureSession['beginModelSaw'] = (page) => {
    askToSettle()
    const startedAt = clock.now().toISOString()
    const give = chain.claim()
    return async (parts) => {
      const taken = parts && { ...parts, url: urlOf(page) ?? '', startedAt, navigations: watchPage(page).navigations }
      if (give?.(taken) || !taken) return
      const telling = chain.tell(() => emit(...toAgentEvents({ ...taken, url: withoutSecrets(taken.url) })))
      if (mode === 'await') await telling
    }
  }

  const lookAtLast = async (page: Page): Promise<PageObservation & SeenTabs> => {
    const observed = await look(page).done
    const told = toDialogs(dialogs.take(dialogs.stepsOver()))
    return { ...observed, ...environment.seenTabs(page, observed.title), ...told }
  }

  const finalAnswer: CaptureSession['finalAnswer'] = async (page, answer) => {
    if (!deliver.isListening()) return
    await settled()
    const { message, output } = answer
    const isLookedAt = mode !== 'off'
    await emit(
      ...(isLookedAt
        ? await lookAtLast(page).then((seenLast) => toFinalAnswerEvents(answer, seenLast))
        : [{ type: 'final_answer' as const, message, output }]),
    )
  }

  return {
    timeoutMs,
    seen,
    images,
    watch: (page) => {
      if (!deliver.isListening()) return
      dialogs.watch(page)
      environment.watch(page)
      if (mode !== 'off') secretLooks.begin(page)
    },
    watchContext: environment.watchContext,
    withoutSecrets,
    isListening,
    emit,
    barrier: async (page) => void (await announceAction(page, chain, { acts: false }).barrier(barrierMs)),
    step,
    tell: chain.tell,
    beginModelSaw,
    probe: (page) => chain.probe(page),
    turn,
    finalAnswer,
    settled,
  }
}
