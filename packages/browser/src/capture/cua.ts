import { AsyncLocalStorage } from 'node:async_hooks'
import type { EvidenceSink } from '@contrail/core'
import type { Page } from 'playwright'
import { createModelSaw, takeAgentScreenshot, type AgentFrameOptions } from './agent-screenshot.ts'
import { createCaptureSession } from './session.ts'
import { isLive } from './playwright-values.ts'
import { copyArguments } from './copy-arguments.ts'
import type { HybridCapture } from './hybrid.ts'
import type { OpenTurn, TurnWords } from './turn.ts'
import { namesTyped } from '../typed/typed-texts.ts'

/**
 * An action that a computer-use model asked for. `type` names the action; all else but `screenshot` and `timestamp` is
 * an argument.
 */
export interface CuaAction {
  type: string
  reasoning?: string | undefined
  /** The arguments hold a secret. Found out by itself where the focus is in a field for one. */
  sensitive?: boolean | undefined
  /** A page of Playwright's: the one it acts on, which is looked at after it. Default: the page of the capture. */
  page?: unknown
  [argument: string]: unknown
}

/** An open turn of a computer-use model. */
export interface CuaTurn {
  readonly turnId: string
  /** Note what the model said and what it cost. Later words replace earlier ones of the same field. */
  said(words: TurnWords): void
}

/** Records an agent that sees pictures and acts by coordinates. */
export interface CuaCapture extends AsyncDisposable {
  /** The frame for the model, as in {@link HybridCapture}. */
  screenshot: HybridCapture['screenshot']
  /** Note what the agent took by its own means, as in {@link HybridCapture}. */
  modelSaw: HybridCapture['modelSaw']
  /**
   * Do one action, record it, and probe the page after it in the background, whether it succeeded or threw.
   *
   * @returns what `execute` returned
   * @throws what `execute` threw, the same object
   */
  act<A extends CuaAction, T>(action: A, execute: (action: A) => T | PromiseLike<T>): Promise<T>
  /** Run one turn: every `act` called inside it carries its id, and `turn_finished` is told at the end. */
  turn<T>(run: (turn: CuaTurn) => T | PromiseLike<T>, options?: { turnId?: string | undefined }): Promise<T>
  /** As in {@link HybridCapture}. */
  finalAnswer: HybridCapture['finalAnswer']
  /** As in {@link HybridCapture}. */
  settled: HybridCapture['settled']
}

/**
 * Record a computer-use agent on a page. Without a sink, or while nobody listens to it, actions are just run and
 * `screenshot` only takes the frame.
 *
 * @throws {TypeError} for options that make no sense
 * @example
 * const capture = captureCua(page, recorder.onEvidence)
 * await capture.turn(async () => {
 *   await capture.screenshot() // what the model is given
 *   await capture.act({ type: 'click', x: 212, y: 311 }, () => page.mouse.click(212, 311))
 * })
 */
export function captureCua(page: Page, sink: EvidenceSink | undefined, options: AgentFrameOptions = {}): CuaCapture {
  const session = createCaptureSession(sink, options)
  session.watch(page)
  const openTurn = new AsyncLocalStorage<OpenTurn>()

  const act: CuaCapture['act'] = async (action, execute) => {
    if (!session.isListening()) return execute(action)
    const turn = openTurn.getStore()
    const { screenshot: _screenshot, timestamp: _timestamp, sensitive: isSaid, ...asked } = action
    const { page: _page, ...withoutPage } = asked
    const acted = pageOf(action)
    const given = acted ? withoutPage : asked
    const actionArgs = copyArguments(given)
    const details = {
      actionName: action.type,
      actionArgs,
      reasoning: action.reasoning ?? '',
      turnId: turn?.turnId,
      sensitive: isSaid,
    }
    const isTyping = namesTyped(actionArgs)
    const step = { details, isTyping, isCompared: true, isProbed: true, turn }
    return session.step(acted ?? page, step, () => execute(action))
  }

  return {
    act,
    screenshot: () => takeAgentScreenshot(page, session, options),
    modelSaw: createModelSaw(page, session, options),
    turn: (run, turnOptions = {}) =>
      session.turn((turn) => openTurn.run(turn, () => run({ turnId: turn.turnId, said: turn.said })), turnOptions),
    finalAnswer: (answer) => session.finalAnswer(page, answer),
    settled: session.settled,
    [Symbol.asyncDispose]: session.settled,
  }
}

/** A model may have an argument of that name, which is no page of Playwright's. */
function pageOf({ page }: CuaAction): Page | undefined {
  return isLive(page) ? (page as unknown as Page) : undefined
}
