import { withTimeLimit } from '@contrail/core'
import type { EvidenceEvent, TurnFinishedEvent } from '@contrail/core'

/** The words about a model call: its text, token usage and model. */
export type TurnWords = Pick<TurnFinishedEvent, 'text' | 'usage' | 'model'>

/** An open turn, as the captures see it. */
export interface OpenTurn {
  readonly turnId: string
  said(words: TurnWords): void
  /** A step of the turn: its end is told after the step is, or after `timeoutMs`. */
  track(told: Promise<void>): void
}

/** A turn from its first to its last word. */
export interface TurnRecord {
  readonly turn: OpenTurn
  /** The event of its end, which is now. Resolves when all its steps are told, at the latest after the limit. Never rejects. */
  end(): Promise<EvidenceEvent>
}

/**
 * Begin a turn.
 *
 * @param options.timeoutMs how long a step that hangs may keep back the word that the turn is over
 */
export function openTurnRecord(options: {
  turnId: string
  timeoutMs: number
  startedAt: string
  elapsedMs: () => number
}): TurnRecord {
  const { turnId, timeoutMs, startedAt, elapsedMs } = options
  const going = new Set<Promise<void>>()
  let words: TurnWords = {}

  const track: OpenTurn['track'] = (told) => {
    const over: Promise<void> = told.then(
      () => void going.delete(over),
      () => void going.delete(over),
    )
    going.add(over)
  }
  const said: OpenTurn['said'] = (more) => {
    words = { ...words, ...more }
  }
  const end = async (): Promise<EvidenceEvent> => {
    const durationMs = elapsedMs()
    await waitFor(going, timeoutMs)
    return { type: 'turn_finished', turnId, ...words, startedAt, durationMs }
  }
  return { turn: { turnId, said, track }, end }
}

/** A turn may end while some of its steps go on: `Promise.all` gives up at the first failure. */
async function waitFor(going: ReadonlySet<Promise<void>>, timeoutMs: number): Promise<void> {
  if (going.size === 0) return
  try {
    await withTimeLimit(timeoutMs, () => Promise.all(going))
  } catch {
    // A step that hangs is told when it ends; the end of the turn does not wait for it any longer.
  }
}
