import { isContrailError } from '@contrail/core'
import { callError } from '../call/failure.ts'

/** More than 1 MB of text takes, even where each character is escaped. */
const maxBodyBytes = 8_000_000

/**
 * Post JSON and read the JSON of the answer.
 *
 * @throws {ContrailError} MODEL_REFUSED, MODEL_UNAVAILABLE; see {@link callError}
 */
export async function postJson(
  id: string,
  url: string,
  { key, body, signal }: { key: string | undefined; body: object; signal: AbortSignal },
): Promise<unknown> {
  const headers = { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) }
  let text: string
  let response: Response
  try {
    // Another address was not asked for, and could be one that is not encrypted.
    response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal, redirect: 'error' })
    text = await readText(response, id)
  } catch (cause) {
    if (isContrailError(cause)) throw cause
    signal.throwIfAborted()
    throw callError(id, { message: messageOf(cause), cause, retryable: true })
  }
  const retryAfter = response.headers.get('retry-after') ?? undefined
  if (!response.ok) throw callError(id, { message: refusalIn(text), status: response.status, retryAfter })
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw callError(id, { message: 'its answer is no JSON', cause })
  }
}

/** Node says "fetch failed", and why only in the cause. */
function messageOf(cause: unknown): string {
  const inner = cause instanceof Error ? (cause.cause ?? cause) : cause
  return inner instanceof Error ? inner.message || inner.name : String(inner)
}

async function readText(response: Response, id: string): Promise<string> {
  const decoder = new TextDecoder()
  let [text, sizeBytes] = ['', 0]
  // Leaving the loop cancels what is still to come.
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > maxBodyBytes)
      throw callError(id, { message: `its answer is longer than ${maxBodyBytes} bytes`, status: undefined })
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** `{ error: { message } }` of OpenAI, `{ error }` of Ollama, else what stands there. */
function refusalIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: string | { message?: string } }
    return (typeof error === 'object' ? error.message : error) ?? text
  } catch {
    return text.trim() || 'no reason was given'
  }
}
