import { assertKnownOptions, ContrailError, type Model, type ModelReply, type Redactor } from '@contrail/core'
import { basename } from 'node:path'
import { guardModel, toGuarded } from '../call/guard-model.ts'
import { readReply } from '../call/reply.ts'
import { createTextRedactor, secretsOf } from '../call/secrets.ts'
import { keysOf, replyWithoutSecrets, toKept, withoutSecrets, type Entry, type KeptRequest } from './entry.ts'
import { openCassetteFile, type CassetteFile } from './file.ts'
import { compareRequests, type Comparison } from './nearest.ts'

/** Options of a cassette. */
export interface CassetteOptions {
  /** one JSON line a call; made when the first is recorded */
  readonly file: string
  /** who is asked what is not recorded; default nobody */
  readonly model?: Model | undefined
  /**
   * `auto` (default) asks the model only what is not recorded, `record` asks it everything and records it anew, `replay` never
   * asks it.
   */
  readonly mode?: 'auto' | 'record' | 'replay'
  /** values that must not stand in the file, beside the model's key and what looks like a secret; default none */
  readonly secrets?: readonly string[]
}

/**
 * Make a model that answers as it once did. Calls are found by the question and the model's id, without `model` by the question
 * alone; pictures count by their bytes. Secrets are replaced in the file, so that an answer that held one comes back without.
 *
 * Two processes may record into one file. A process that is killed in the middle of a line loses that line.
 *
 * @throws {TypeError} in mode `record` without a model
 *
 * @example
 * ```ts
 * const judge = cassetteModel({ file: 'judge.cassette.jsonl', model: endpointModel() })
 * ```
 */
export function cassetteModel(options: CassetteOptions): Model {
  assertKnownOptions('cassetteModel', options, ['file', 'model', 'mode', 'secrets'])
  const { file: path, model, mode = 'auto', secrets = [] } = options
  if (!['auto', 'record', 'replay'].includes(mode))
    throw new TypeError(`mode: expected auto, record or replay, got ${mode as string}`)
  if (mode === 'record' && !model) throw new TypeError('model: expected one to record, got none')
  const file = openCassetteFile(path, model ? 'key' : 'requestKey')
  const inner = model && toGuarded(model)
  const id = model?.id ?? `cassette:${basename(path)}`
  const hidden = [...secrets, ...secretsOf(model)]
  let made: Redactor | undefined
  // Who only replays needs none.
  const redactor = (): Redactor => (made ??= createTextRedactor(hidden))

  return guardModel(
    id,
    async (request, signal): Promise<ModelReply> => {
      const asked = toKept(request)
      const keys = keysOf(asked, id)
      const found = mode === 'record' ? undefined : await file.find(keys)
      if (found) return found.reply as ModelReply
      const clean = withoutSecrets(asked, redactor())
      if (!inner || mode === 'replay') throw await unrecorded(file, path, clean, model?.id)
      const reply = readReply(id, await inner.generate({ ...request, signal }))
      const entry = {
        version: 1,
        ...keys,
        model: id,
        request: clean,
        reply: replyWithoutSecrets(reply, redactor()),
      } as const
      await file.append(entry)
      return reply
    },
    // It waits as long as the model in it does: for a place in a queue, or between retries.
    { secrets: hidden, timeoutMs: Infinity },
  )
}

/** Says what is asked for, and how the call that comes nearest is another one. */
async function unrecorded(
  file: CassetteFile,
  path: string,
  asked: KeptRequest,
  model: string | undefined,
): Promise<ContrailError> {
  let nearest: (Comparison & { entry: Entry }) | undefined
  for await (const entry of file.entries()) {
    const comparison = compareRequests(entry.request, asked)
    if (!nearest || comparison.likeness > nearest.likeness) nearest = { ...comparison, entry }
  }
  const shown = `${path} has no answer to this question`
  if (!nearest)
    return new ContrailError('MODEL_UNRECORDED', `${shown}: it is empty or not there`, { details: { path } })
  const differences = [
    ...(model === undefined || nearest.entry.model === model
      ? []
      : [{ path: 'model', recorded: nearest.entry.model, asked: model }]),
    ...nearest.differences,
  ]
  const words = differences.map(
    ({ path: field, recorded, asked: wanted }) =>
      `${field} was ${JSON.stringify(recorded)} and is ${JSON.stringify(wanted)}`,
  )
  return new ContrailError(
    'MODEL_UNRECORDED',
    `${shown}; of the nearest one ${words.join('; ') || 'only a secret that is not kept was another'}`,
    { details: { path, differences } },
  )
}
