import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ContrailError, type Model } from '@contrail/core'
import { aiSdkModel, type AiSdkLanguageModel } from './ai-sdk.ts'
import { toGuarded } from './call/guard-model.ts'
import { cassetteModel } from './cassette/cassette.ts'
import { endpointModel } from './endpoint/endpoint.ts'
import { scriptedModel, type ScriptedAnswer } from './scripted.ts'

const forms = 'script:<file.jsonl>, cassette:<file.jsonl>[,<model>], <url>#<name>, or a module such as ./judge.ts'
const moduleEndings: readonly string[] = ['.ts', '.mts', '.js', '.mjs']

/**
 * Open the model that a text means, as `--model` takes it:
 *
 * - `script:<file.jsonl>`: lines of `{"when": "...", "reply": "..."}`, see `scriptedModel`;
 * - `cassette:<file.jsonl>`, and behind a comma the model that is asked what is not recorded, see `cassetteModel`;
 * - `<url>#<name>`: an endpoint, with the key of `CONTRAIL_MODEL_KEY`, see `endpointModel`;
 * - a module that exports `model`: one of ours, one of the AI SDK, or anything with `id` and `generate`. It is code, and runs.
 *
 * @param options.cwd what files are relative to; default that of the process
 * @throws {TypeError} for a text that means none of these
 * @throws {ContrailError} FILE_UNREADABLE, FILE_INVALID
 */
export async function openModel(
  text: string,
  options: { cwd?: string; env?: Readonly<Record<string, string | undefined>> } = {},
): Promise<Model> {
  const { cwd = process.cwd(), env = process.env } = options
  const [scheme = '', ...others] = text.split(':')
  const rest = others.join(':')
  if (scheme === 'script' && rest !== '') return scriptedModel(await readScript(resolve(cwd, rest)), { id: text })
  if (scheme === 'cassette' && rest !== '') {
    const [file = '', ...inner] = rest.split(',')
    const model = inner.length === 0 ? undefined : await openModel(inner.join(','), options)
    return cassetteModel({ file: resolve(cwd, file), model })
  }
  if (scheme === 'http' || scheme === 'https') {
    const hash = text.lastIndexOf('#')
    if (hash < 0 || hash === text.length - 1)
      throw new TypeError('model: expected <url>#<name>, got an address without a name')
    return endpointModel({ url: text.slice(0, hash), model: text.slice(hash + 1) }, env)
  }
  if (moduleEndings.includes(extname(text))) return loadModel(resolve(cwd, text))
  throw new TypeError(`model: expected ${forms}, got ${JSON.stringify(text)}`)
}

async function readScript(path: string): Promise<ScriptedAnswer[]> {
  const lines = (await readText(path)).split('\n')
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [readAnswer(line, `${path}:${index + 1}`)]))
}

function readAnswer(line: string, place: string): ScriptedAnswer {
  const invalid = (cause?: unknown): ContrailError =>
    new ContrailError('FILE_INVALID', `${place}: expected {"when": "<text>", "reply": "<text>"}`, { cause })
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw invalid(cause)
  }
  const { when, reply }: Record<string, unknown> = { ...(value as object | null) }
  if (typeof when !== 'string' || typeof reply !== 'string') throw invalid()
  return { when, reply }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new ContrailError('FILE_UNREADABLE', `${path} cannot be read`, { cause, details: { path } })
  }
}

async function loadModel(path: string): Promise<Model> {
  const { model } = await importModule(path)
  const given = model as Partial<Model & AiSdkLanguageModel> | undefined
  if (typeof given?.specificationVersion === 'string') return aiSdkModel(given as AiSdkLanguageModel)
  if (typeof given?.id === 'string' && typeof given.generate === 'function') return toGuarded(given as Model)
  throw new ContrailError('FILE_INVALID', `${path}: expected it to export "model", with id and generate`, {
    details: { path },
  })
}

async function importModule(path: string): Promise<{ model?: unknown }> {
  try {
    return (await import(pathToFileURL(path).href)) as { model?: unknown }
  } catch (cause) {
    throw new ContrailError('FILE_UNREADABLE', `${path} cannot be loaded: ${String(cause)}`, {
      cause,
      details: { path },
    })
  }
}
