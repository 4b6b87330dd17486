import { ContrailError, ToldUsage, type ModelReply, type Usage } from '@contrail/core'

/** The longest text that is taken from a model. */
const maxReplyBytes = 1_000_000

const finishes: readonly unknown[] = ['stop', 'length', 'filtered', 'other'] satisfies ModelReply['finish'][]

/**
 * A reply of the port, of whatever a model gave.
 *
 * @throws {ContrailError} MODEL_UNAVAILABLE where that is no reply, has no text or one of over 1 MB; MODEL_REFUSED where a filter
 * left no text
 */
export function readReply(id: string, answer: unknown): ModelReply {
  const wrong = (got: string): ContrailError =>
    new ContrailError('MODEL_UNAVAILABLE', `${id} gave no usable answer: ${got}`, { details: { id } })
  if (typeof answer !== 'object' || answer === null)
    throw wrong(`expected a reply, got ${String(answer)}`.slice(0, 100))
  const { text, usage, finish, costUsd, modelId } = answer as Record<string, unknown>
  if (typeof text !== 'string') throw wrong(`expected a text, got ${typeof text}`)
  const sizeBytes = text.length > maxReplyBytes ? text.length : Buffer.byteLength(text)
  if (sizeBytes > maxReplyBytes) throw wrong(`a text of ${sizeBytes} bytes, of which ${maxReplyBytes} are allowed`)
  if (text.trim() === '' && finish === 'filtered')
    throw new ContrailError('MODEL_REFUSED', `${id} said nothing: a filter stopped its answer`, { details: { id } })
  if (text.trim() === '') throw wrong(`an empty text${finish === 'length' ? ': it ran out of tokens' : ''}`)
  return {
    text,
    usage: readUsage(usage),
    finish: finishes.includes(finish) ? (finish as ModelReply['finish']) : 'other',
    ...(typeof costUsd === 'number' && costUsd >= 0 && { costUsd }),
    ...(typeof modelId === 'string' && { modelId }),
  }
}

/** Tokens as far as they were counted; what is no count is 0. */
export function readUsage(usage: unknown): Usage {
  const counted = ToldUsage.safeParse(usage)
  return counted.success ? counted.data : { input_tokens: 0, output_tokens: 0 }
}
