import type { EvidenceSink } from '@contrail/core'
import type { Page } from 'playwright'
import type { CaptureOptions } from './options.ts'
import { createCaptureSession, type CaptureSession } from './session.ts'
import { copyArguments } from './copy-arguments.ts'
import type { FinalAnswer, StepDetails } from './evidence-events.ts'
import type { TurnWords } from './turn.ts'

/** One action of a turn. Everything but its name is optional. */
export interface DomStep extends Omit<StepDetails, 'turnId' | 'actionArgs'> {
  /** The page it acts on, which is looked at after it. Default: the page of the capture. */
  page?: Page | undefined
  /** Default: none. */
  actionArgs?: Record<string, unknown> | undefined
}

/** An open turn: one model call and the steps it chose. */
export interface DomTurn {
  readonly turnId: string
  /**
   * Do one action and record it.
   *
   * @returns what `execute` returned
   * @throws what `execute` threw, the same object
   */
  step<T>(step: DomStep, execute: () => T | PromiseLike<T>): Promise<T>
  /** Note what the model said and what it cost. Later words replace earlier ones of the same field. */
  said(words: TurnWords): void
}

/** Records an agent that acts through tools and reads the page as text. */
export interface DomCapture extends AsyncDisposable {
  /**
   * Run one turn. When it ends, also when `run` throws, one probe is taken for all its steps (none for a turn without
   * steps) and `turn_finished` is told, both in the background.
   *
   * @returns what `run` returned
   * @throws what `run` threw, the same object
   */
  turn<T>(run: (turn: DomTurn) => T | PromiseLike<T>, options?: { turnId?: string | undefined }): Promise<T>
  /** Wait for what is still to be told, take a last look and tell the final answer with it. Never throws. */
  finalAnswer(answer: FinalAnswer): Promise<void>
  /**
   * Wait until all that was done is told, its probe too, `timeoutMs` at most; `finalAnswer` and a recorder's `finish()` do so
   * by themselves. Call it before you close the page or the browser without either. Never throws.
   */
  settled(): Promise<void>
}

/**
 * Record the turns of an agent on a page. Without a sink, or while nobody listens to it, nothing is recorded and
 * nothing is spent: steps are just run.
 *
 * @throws {TypeError} for options that make no sense
 * @example
 * const capture = captureDom(page, recorder.onEvidence)
 * await capture.turn(async (turn) => {
 *   turn.said({ text: 'The cart is one click away.' })
 *   await turn.step({ actionName: 'click', actionArgs: { name: 'Buy' } }, () => page.getByRole('button').click())
 * })
 */
export function captureDom(page: Page, sink: EvidenceSink | undefined, options: CaptureOptions = {}): DomCapture {
  return createDomCapture(page, createCaptureSession(sink, options))
}

/** The turns of `captureDom` over a session that another capture may share. */
export function createDomCapture(page: Page, session: CaptureSession): DomCapture {
  session.watch(page)
  const turn: DomCapture['turn'] = (run, options = {}) => {
    let looked: Page | undefined
    const beforeEnd = async (): Promise<void> => {
      if (looked) await session.probe(looked)
    }
    return session.turn(
      (opened) => {
        const { turnId, said } = opened
        const step: DomTurn['step'] = async ({ page: acted = page, ...details }, execute) => {
          if (!session.isListening()) return execute()
          looked = acted
          const asked = { ...details, actionArgs: copyArguments(details.actionArgs ?? {}), turnId }
          return session.step(acted, { details: asked, isCompared: true, isProbed: false, turn: opened }, execute)
        }
        return run({ turnId, step, said })
      },
      { ...options, beforeEnd },
    )
  }
  const { settled } = session
  return { turn, finalAnswer: (answer) => session.finalAnswer(page, answer), settled, [Symbol.asyncDispose]: settled }
}
