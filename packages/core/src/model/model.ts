import type { Usage } from '../events/usage.ts'

/**
 * Somebody's language model, as labelling and judging ask it. Implementations stand in `@contrail/models`; a user's own
 * needs these two fields.
 *
 * @example
 * ```ts
 * const echo: Model = {
 *   id: 'echo',
 *   generate: async ({ parts }) => ({
 *     text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
 *     usage: { input_tokens: 0, output_tokens: 0 },
 *     finish: 'stop',
 *   }),
 * }
 * ```
 */
export interface Model {
  /** a name that is kept beside every answer, e.g. `openai:gpt-5-mini`; never a key or an address with one */
  readonly id: string
  /**
   * One call, one answer.
   *
   * @throws {ContrailError} MODEL_UNAVAILABLE, MODEL_REFUSED, MODEL_LIMIT or MODEL_UNRECORDED; when `signal` is aborted, its reason
   */
  generate(request: ModelRequest): Promise<ModelReply>
}

/** One question. Texts of pages, tools and agents stand in it only inside a {@link fence}. */
export interface ModelRequest {
  /** what the model is told to be and to do, before all parts */
  readonly system?: string
  /** the question itself, in this order */
  readonly parts: readonly ModelPart[]
  /** the answer shall be JSON of this shape; it still comes as text, and who asked parses it */
  readonly schema?: ModelSchema
  /** default: what the model has */
  readonly maxOutputTokens?: number
  /** default: what the model has */
  readonly temperature?: number
  /** for models that can repeat themselves */
  readonly seed?: number
  /** stops the call */
  readonly signal?: AbortSignal
}

/** A text or a picture of a question. */
export type ModelPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly bytes: Uint8Array; readonly mediaType: string }

/** A JSON schema, and a name for it as providers want one: letters, digits, `_` and `-`. */
export interface ModelSchema {
  readonly name: string
  readonly schema: Readonly<Record<string, unknown>>
}

/** One answer. */
export interface ModelReply {
  readonly text: string
  /** as the provider counted; 0 where it did not say */
  readonly usage: Usage
  /** why it ended: said all, out of tokens, stopped by a filter, anything else */
  readonly finish: 'stop' | 'length' | 'filtered' | 'other'
  /** US dollars, where they are known: no price is guessed */
  readonly costUsd?: number
  /** the exact model that answered, where the provider says it */
  readonly modelId?: string
}

/** The words of a question, system first, parts apart by an empty line. Pictures have none. */
export function promptText({ system, parts }: ModelRequest): string {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  return (system === undefined ? texts : [system, ...texts]).join('\n\n')
}
