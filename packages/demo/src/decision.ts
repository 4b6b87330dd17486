import type { AriaNode } from '@contrail/core'

/** A page as the agent sees it. */
export interface View {
  readonly url: string
  readonly nodes: readonly AriaNode[]
}

/**
 * An action that the agent wants done, without saying how: a locator does it in one mode, a point on the screen in
 * another.
 */
export type Intent =
  | { readonly do: 'click'; readonly role: string; readonly name: string; readonly why: string }
  | { readonly do: 'fill'; readonly role: string; readonly name: string; readonly value: string; readonly why: string }
  | {
      readonly do: 'open_slow'
      readonly role: string
      readonly name: string
      readonly patienceMs: number
      readonly why: string
    }
  | { readonly do: 'read_frame'; readonly why: string }
  | { readonly do: 'read_popup'; readonly role: string; readonly name: string; readonly why: string }
  | { readonly do: 'look_for'; readonly words: string; readonly why: string }

/** The outcome of an intent. */
export interface Outcome {
  readonly intent: Intent
  readonly ok: boolean
  /** The answer of the tool, or its error. */
  readonly said: string
}

/** All that the agent remembers: an answer for each want that is done, and the outcomes of its last turn. */
export interface Memory {
  readonly answers: readonly string[]
  readonly outcomes: readonly Outcome[]
  readonly planned: boolean
}

/** The next thing that the agent does. A turn without intents only says something. */
export type Decision =
  | {
      readonly kind: 'turn'
      readonly text: string
      readonly intents: readonly Intent[]
      readonly answers: readonly string[]
    }
  | { readonly kind: 'answer'; readonly text: string; readonly reached: boolean; readonly answers: readonly string[] }

/** An agent that has begun nothing. */
export const emptyMemory: Memory = { answers: [], outcomes: [], planned: false }
