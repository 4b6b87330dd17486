import {
  guardSink,
  type EvidenceEvent,
  type EvidenceSink,
  type ListenerErrorHandler,
  type TurnFinishedEvent,
} from '@contrail/core'
import type { Page } from 'playwright'
import { ariaTreeBudget } from './aria-tree.ts'
import { createTurnId, systemClock, type Clock } from './environment.ts'
import {
  toFinalAnswerEvents,
  toProbeEvents,
  toStepEvent,
  type FinalAnswer,
  type Outcome,
  type WatchedStep,
} from './evidence-events.ts'
import { observeWith } from './observe.ts'
import { createSeenSecrets, type SeenSecret, type SeenSecrets } from './seen-secrets.ts'
import { lookForSecrets, typesSecret } from './step-secrets.ts'
import { withTimeLimit } from './time-limit.ts'

/** What every capture takes. All of it is optional. */
export interface CaptureOptions {
  /** Budget of an aria tree in tokens of 4 characters. Default: `VERIFIER_ARIATREE_TOKEN_BUDGET`, else 8,000. */
  budgetTokens?: number | undefined
  /** Hard limit of one probe, and of one delivery to the sink, in ms. Default 10,000. */
  timeoutMs?: number | undefined
  /**
   * Cover fields for passwords, one-time codes and cards in probe frames, and leave their values out of aria trees, titles,
   * addresses and tool results. Default true. Steps that type into such a field are marked `sensitive` either way.
   */
  mask?: boolean | undefined
  clock?: Clock | undefined
  /** Gives the id of a turn that was given none. Default: `turn-<uuid>`. */
  createId?: (() => string) | undefined
  /** Hears when the sink throws, rejects or hangs. Default `console.warn`. */
  onFailure?: ListenerErrorHandler | undefined
}

/** What is said of a model call: its text, token usage and model. */
export type TurnWords = Pick<TurnFinishedEvent, 'text' | 'usage' | 'model'>

/** An open turn, as the captures see it. */
export interface OpenTurn {
  readonly turnId: string
  said(words: TurnWords): void
  /** Hold the turn's end until this work is over, for `timeoutMs` at most. */
  track<T>(work: Promise<T>): Promise<T>
}

/**
 * What all captures share: steps timed and told, probes, turns, final answers.
 * Nothing in it throws but what the user's own functions threw, and none of its waits is longer than `timeoutMs`.
 */
export interface CaptureSession {
  readonly timeoutMs: number
  /** Values seen in fields for secrets. Nothing outside this process learns them. */
  readonly seen: SeenSecrets
  /** A text read of a page without those values, unless masking is off. */
  withoutSecrets(text: string): string
  isListening(): boolean
  emit(...events: EvidenceEvent[]): Promise<void>
  /** Run an action and note how it went. */
  measure<T>(execute: () => T | PromiseLike<T>): Promise<Outcome<T>>
  /**
   * {@link measure}, and tell whether the action typed what stands in a field for a secret, and what stood in them. Actions start in the order of the
   * calls, although each is looked at first.
   *
   * @param isAimed looks whether the action will type into such a field
   */
  measureTyping<T>(
    page: Page,
    action: { actionArgs: Record<string, unknown>; isAimed?: (() => Promise<boolean>) | undefined },
    execute: () => T | PromiseLike<T>,
  ): Promise<{ outcome: Outcome<T>; sensitive: boolean; stood: readonly SeenSecret[] }>
  /** Tell that an action is over. */
  tellStep(details: WatchedStep, outcome: Outcome<unknown>): Promise<void>
  /** Look at the page and tell what was seen: frame, observation, gaps. */
  tellProbe(page: Page): Promise<void>
  /** Tell that an action is over, then probe. Steps that end together wait here, so each has its own probe. */
  tellProbedStep(page: Page, details: WatchedStep, outcome: Outcome<unknown>): Promise<void>
  turn<T>(
    run: (turn: OpenTurn) => T | PromiseLike<T>,
    options: { turnId?: string | undefined; beforeEnd?: () => Promise<void> },
  ): Promise<T>
  finalAnswer(page: Page, answer: FinalAnswer): Promise<void>
}

/**
 * Open a session over a user's sink.
 *
 * @throws {TypeError} for a budget or a time limit that is not a positive number
 */
export function createCaptureSession(sink: EvidenceSink | undefined, options: CaptureOptions): CaptureSession {
  const { timeoutMs = 10_000, clock = systemClock, createId = createTurnId, budgetTokens, mask = true } = options
  ariaTreeBudget(budgetTokens, process.env)
  const deliver = guardSink(sink, { timeoutMs, onFailure: options.onFailure })
  const seen = createSeenSecrets()
  let tail = Promise.resolve()
  let lastStarted = Promise.resolve()
  let looking: Promise<readonly SeenSecret[]> | undefined
  let lastLook: Promise<readonly SeenSecret[]> = Promise.resolve([])

  // Handing over is synchronous and in order, so the events of one call are never mixed with another's.
  const emit = async (...events: EvidenceEvent[]): Promise<void> => {
    await Promise.all(events.map((event) => deliver(event)))
  }

  const startTimer = () => {
    const startedAt = clock.now().toISOString()
    const startedMs = clock.monotonicMs()
    return { startedAt, elapsedMs: () => Math.max(0, clock.monotonicMs() - startedMs) }
  }

  const measure = async <T>(execute: () => T | PromiseLike<T>): Promise<Outcome<T>> => {
    const { startedAt, elapsedMs } = startTimer()
    const times = () => ({ startedAt, finishedAt: clock.now().toISOString(), durationMs: elapsedMs() })
    try {
      const value = await execute()
      return { threw: false, value, ...times() }
    } catch (error) {
      return { threw: true, error, ...times() }
    }
  }

  const measureTyping: CaptureSession['measureTyping'] = async (page, { actionArgs, isAimed }, execute) => {
    const turnToStart = lastStarted
    const { promise, resolve: started } = Promise.withResolvers<void>()
    lastStarted = promise
    // Actions that are called at once share a look, and start at once.
    looking ??= lookForSecrets(page, seen, timeoutMs).finally(() => {
      looking = undefined
    })
    const [before] = await Promise.all([looking, turnToStart])
    const aimed = isAimed ? await isAimed() : false
    const running = measure(execute)
    started()
    const outcome = await running
    // One after the other, so that steps are told in the order they ended.
    lastLook = lastLook.then(() => lookForSecrets(page, seen, timeoutMs))
    const after = await lastLook
    return { outcome, sensitive: aimed || typesSecret(actionArgs, before, after), stood: [...before, ...after] }
  }

  const look = (page: Page) => observeWith(seen, page, { budgetTokens, timeoutMs, clock, mask })
  const tellStep: CaptureSession['tellStep'] = (details, outcome) =>
    emit(toStepEvent(details, outcome, mask ? seen : undefined))
  const tellProbe: CaptureSession['tellProbe'] = async (page) => emit(...toProbeEvents(await look(page)))

  const tellProbedStep: CaptureSession['tellProbedStep'] = (page, details, outcome) => {
    tail = tail.then(async () => {
      await tellStep(details, outcome)
      await tellProbe(page)
    })
    return tail
  }

  const turn: CaptureSession['turn'] = async (run, { turnId = createId(), beforeEnd }) => {
    const { startedAt, elapsedMs } = startTimer()
    const going = new Set<Promise<void>>()
    let words: TurnWords = {}
    const said = (more: TurnWords): void => {
      words = { ...words, ...more }
    }
    const track = <T>(work: Promise<T>): Promise<T> => {
      const over: Promise<void> = work.then(
        () => void going.delete(over),
        () => void going.delete(over),
      )
      going.add(over)
      return work
    }
    try {
      return await run({ turnId, said, track })
    } finally {
      const durationMs = elapsedMs()
      if (deliver.isListening()) {
        await waitFor(going, timeoutMs)
        await beforeEnd?.()
        await emit({ type: 'turn_finished', turnId, ...words, startedAt, durationMs })
      }
    }
  }

  const finalAnswer: CaptureSession['finalAnswer'] = async (page, answer) => {
    if (deliver.isListening()) await emit(...toFinalAnswerEvents(answer, await look(page)))
  }

  const isListening = (): boolean => deliver.isListening()
  const withoutSecrets = (text: string): string => (mask ? seen.mask(text) : text)
  return {
    timeoutMs,
    seen,
    withoutSecrets,
    isListening,
    emit,
    measure,
    measureTyping,
    tellStep,
    tellProbe,
    tellProbedStep,
    turn,
    finalAnswer,
  }
}

/** Give back what an action gave: its value, or the very error it threw. */
export function settle<T>(outcome: Outcome<T>): T {
  // oxlint-disable-next-line typescript/only-throw-error -- it is the user's own, whatever it is
  if (outcome.threw) throw outcome.error
  return outcome.value
}

/** A turn may end while some of its steps go on: `Promise.all` gives up at the first failure. */
async function waitFor(going: ReadonlySet<Promise<void>>, timeoutMs: number): Promise<void> {
  if (going.size === 0) return
  try {
    await withTimeLimit(timeoutMs, () => Promise.all(going))
  } catch {
    // A step that hangs is told when it ends; the turn does not wait for it any longer.
  }
}
