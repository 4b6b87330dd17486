import { createHash, createHmac } from 'node:crypto'
import { createRedactor } from '../../../src/redact/redactor.ts'
import { snapshotEvent } from '../../../src/stored-event/to-stored-event.ts'
import { readHarmless, readSecrets, type Door, type Harmless, type Secret } from './corpus.ts'

const shared = createRedactor({ fingerprint })

/** The fate of a corpus: how many contents there are, and those with which it went wrong. */
export interface Measured<T> {
  readonly count: number
  readonly missed: readonly { readonly entry: T; readonly stored: string }[]
}

/** Store every harmless content as a recorder does, with nothing registered; missed are those that are not whole. */
export function measureHarmless(entries: readonly Harmless[] = readHarmless()): Measured<Harmless> {
  const missed = entries.flatMap((entry) => {
    const stored = storedOnce(entry)
    return stored === store(entry.door, entry.content, false) ? [] : [{ entry, stored }]
  })
  return { count: entries.length, missed }
}

/** Store every content with a secret as a recorder does; missed are those of whose secret a part is left. */
export function measureSecrets(entries: readonly Secret[] = readSecrets()): Measured<Secret> {
  const missed = entries.flatMap((entry) => {
    const stored = storedOnce(entry, entry.secret)
    return leftOf(entry.secret).some((part) => stored.includes(part)) ? [{ entry, stored }] : []
  })
  return { count: entries.length, missed }
}

/** The secret itself, as JSON has it, and its end: a key that is cut in half is no key that is gone. */
function leftOf(secret: string): string[] {
  const end = secret.length >= 16 ? [secret.slice(-12)] : []
  return [secret, JSON.stringify(secret).slice(1, -1), ...end]
}

const known = new WeakMap<Harmless, string>()

/** Each entry is stored once, whatever is asked of it. */
function storedOnce(entry: Harmless, secret?: string): string {
  const stored = known.get(entry) ?? store(entry.door, entry.content, true, secret)
  known.set(entry, stored)
  return stored
}

function store(door: Door, content: unknown, isRedacted: boolean, secret = ''): string {
  // What a step has under the name of a secret is learned, and what stands in fields of trees, by its redactor alone; from vendors' keys nothing is, and one redactor serves.
  const options = isRedacted
    ? { sha256, redactor: door === 'vendor' ? shared : createRedactor({ fingerprint }) }
    : { sha256 }
  const take = (type: string, payload: unknown): unknown => snapshotEvent(type, payload, options).event
  const step = { actionName: 'act', actionArgs: {}, reasoning: '', toolOutput: { ok: true } }
  const ofDoor: Record<Door, () => unknown> = {
    result: () => take('step_finished', { ...step, toolOutput: { ok: true, result: content } }),
    tree: () => take('step_observed', { url: 'https://a.test/', ariaTree: content }),
    arguments: () => take('step_finished', { ...step, actionName: 'type', actionArgs: content }),
    url: () => [
      take('step_observed', { url: content }),
      take('step_finished', { ...step, actionName: 'goto', actionArgs: { url: content } }),
    ],
    target: () => take('step_finished', { ...step, actionName: 'fill', actionArgs: { text: secret }, target: content }),
    steps: () =>
      (content as { type?: string }[]).map(({ type = 'step_finished', ...event }) =>
        take(type, type === 'step_finished' ? { ...step, ...event } : event),
      ),
    vendor: () => [
      take('step_finished', { ...step, toolOutput: { ok: true, result: content } }),
      take('step_observed', { url: 'https://a.test/', ariaTree: `- paragraph: ${String(content)}` }),
    ],
  }
  return JSON.stringify(ofDoor[door]())
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function fingerprint(value: string): string {
  return createHmac('sha256', 'corpus').update(value).digest('hex').slice(0, 8)
}
