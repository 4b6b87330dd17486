import {
  assertKnownOptions,
  ContrailError,
  promptText,
  type Model,
  type ModelReply,
  type ModelRequest,
} from '@contrail/core'
import { guardModel } from './call/guard-model.ts'
import { keepSecrets } from './call/secrets.ts'

/** One answer of a script: to every question in whose words `when` stands. An empty `when` fits all. */
export interface ScriptedAnswer {
  readonly when: string
  readonly reply: string
}

/** Answers by a list, of which the first that fits is given, or by a function; `undefined` from it means that none fits. */
export type Script =
  | readonly ScriptedAnswer[]
  | ((request: ModelRequest) => Answer | undefined | Promise<Answer | undefined>)

/** A text, or as much of a reply as a test wants to say. */
type Answer = string | (Partial<ModelReply> & Pick<ModelReply, 'text'>)

/** A model that says what it was told to say. */
export interface ScriptedModel extends Model {
  /** what it was asked, the oldest first */
  readonly requests: readonly ModelRequest[]
}

/**
 * Make a model for tests and demos, which needs no network and is asked nothing twice differently.
 * A reply without `usage` used no tokens and ended with `stop`.
 *
 * @param options.id default `script`
 *
 * @example
 * ```ts
 * const judge = scriptedModel([{ when: 'lamp', reply: '{"success": true}' }])
 * const { text } = await judge.generate({ parts: [{ type: 'text', text: 'Was the lamp bought?' }] })
 * ```
 */
export function scriptedModel(script: Script, options: { id?: string } = {}): ScriptedModel {
  assertKnownOptions('scriptedModel', options, ['id'])
  assertScript(script)
  const requests: ModelRequest[] = []
  const model = guardModel(options.id ?? 'script', async (request) => {
    requests.push(request)
    const answer = typeof script === 'function' ? await script(request) : find(script, request)
    if (answer === undefined) throw new ContrailError('MODEL_UNRECORDED', nothingFits(script, request))
    return { finish: 'stop', ...(typeof answer === 'string' ? { text: answer } : answer) }
  })
  return keepSecrets({ ...model, requests }, [])
}

function find(script: readonly ScriptedAnswer[], request: ModelRequest): string | undefined {
  const prompt = promptText(request)
  return script.find(({ when }) => prompt.includes(when))?.reply
}

function nothingFits(script: Script, request: ModelRequest): string {
  const size =
    typeof script === 'function' ? 'the function gave undefined' : `none of its ${script.length} answers fits`
  return `the script has no answer: ${size} for a question of ${promptText(request).length} characters`
}

function assertScript(script: Script): void {
  if (typeof script === 'function') return
  const wrong = script.findIndex((answer) => typeof answer?.when !== 'string' || typeof answer?.reply !== 'string')
  if (wrong >= 0) throw new TypeError(`script[${wrong}]: expected { when: string, reply: string }`)
}
