import type { z } from 'zod'
import { eventSchemas, GapEvent, type EvidenceType } from './events.ts'
import { liftInlineImages, type FrameReference } from './inline-images.ts'
import { storedEventSchemas } from './journal-entry.ts'
import { imageMediaType, sniffMediaType } from './media-type.ts'
import { fitPlainValue, toPlainValue, type PlainValue, type PlainValueOptions } from './plain-value.ts'
import { redactEvent } from './redact-event.ts'
import type { Redactor } from './redact.ts'

/** The bytes of an image, copied at the moment of recording. */
export interface Frame {
  readonly sha256: string
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** An event as it will be stored. Nothing in it is shared with what the caller gave. */
export interface EventSnapshot {
  readonly type: EvidenceType
  readonly event: Readonly<Record<string, PlainValue>>
  readonly frames: readonly Frame[]
  /** Set when the event was not of its schema: the snapshot is then a gap that holds it, and this says what was wrong. */
  readonly invalid?: string
}

export interface SnapshotOptions {
  /** Hex sha256 of bytes. */
  sha256: (bytes: Uint8Array) => string
  /** A larger frame is left out and marked. Default 50 MB. */
  maxFrameBytes?: number
  /** The JSON of an event is cut to this many bytes, longest strings first. Default 8 MB. */
  maxEventBytes?: number
  /**
   * Removes secrets from every text of the event, before anything is cut or hashed. Pixels stay as they are, and so does what
   * stands in the file of an image. Default: nothing is removed.
   */
  redactor?: Redactor
}

type Lift = NonNullable<PlainValueOptions['lift']>
type KeepFrame = (bytes: Uint8Array, mediaType: string) => PlainValue

/**
 * Take a snapshot of an event: convert every value to plain data, lift images out as frames, cut what is too large.
 * Synchronous and total: whatever is given comes out as something that can be written, and later changes to the
 * caller's objects and buffers change nothing.
 *
 * An optional field with a wrong value is moved to `invalidFields`; an event that lacks a required field becomes a
 * gap (`invalid_event`) that holds all of it. A screenshot above the limit becomes a gap too (`frame_too_large`); in a
 * final observation it leaves a mark, and the fold makes the gap of it.
 */
export function snapshotEvent(type: string, payload: unknown, options: SnapshotOptions): EventSnapshot {
  const frames = new Map<string, Frame>()
  const maxFrameBytes = options.maxFrameBytes ?? 50_000_000
  const keep = (bytes: Uint8Array, mediaType: string): FrameReference => {
    const sha256 = options.sha256(bytes)
    if (!frames.has(sha256)) frames.set(sha256, { sha256, mediaType, bytes: bytes.slice() })
    return { $frame: sha256, mediaType, sizeBytes: bytes.byteLength }
  }
  const keepWithinCap: KeepFrame = (bytes, mediaType) =>
    bytes.byteLength > maxFrameBytes
      ? { $truncated: frameTooLarge, sizeBytes: bytes.byteLength }
      : keep(bytes, mediaType)
  const { redactor } = options
  const hooksOf = redactor && redactEvent(redactor, type, payload)
  const keepFrame = redactor ? withoutSecretBytes(redactor, keepWithinCap) : keepWithinCap
  const convert = (): Record<string, PlainValue> =>
    toPlainFields(payload, (field) => {
      const lift = liftOf(type, field, payload, keepFrame)
      return { ...hooksOf?.(field), lift: redactor ? withSecretBytes(redactor, lift) : lift }
    })

  const event = fitPlainValue(convert(), options.maxEventBytes ?? 8_000_000) as Record<string, PlainValue>
  if (!isEvidenceType(type)) {
    // A type may be anything, and it is no part of what was fitted.
    const name = (redactor ? redactor.text(type) : type).slice(0, 200)
    return invalidEvent(`unknown event type: expected one of ${knownTypes}, got ${name}`, name, event, frames)
  }
  if (!isObject(payload))
    return invalidEvent(`${type}: expected an object, got ${describe(payload)}`, type, event, frames)
  if (type === 'screenshot' && isTooLarge(event['screenshot'])) return tooLargeScreenshot(event)
  return validated(type, type === 'final_answer' ? withMarkedScreenshot(event) : event, frames)
}

function validated(type: EvidenceType, event: Record<string, PlainValue>, frames: Map<string, Frame>): EventSnapshot {
  const schema = storedEventSchemas[type] as z.ZodType
  const first = schema.safeParse(event)
  if (first.success) return { type, event, frames: [...frames.values()] }
  const wrong = new Set(first.error.issues.map((issue) => String(issue.path[0])))
  // The caller's own field of that name moves too, lest ours hide it.
  wrong.add('invalidFields')
  const kept = Object.fromEntries(Object.entries(event).filter(([key]) => !wrong.has(key)))
  if (schema.safeParse(kept).success) {
    const invalidFields = Object.fromEntries(Object.entries(event).filter(([key]) => wrong.has(key)))
    return { type, event: { ...kept, invalidFields }, frames: [...frames.values()] }
  }
  return invalidEvent(`${type}: ${describeIssues(first.error.issues)}`, type, event, frames)
}

function invalidEvent(
  invalid: string,
  type: string,
  event: Record<string, PlainValue>,
  frames: Map<string, Frame>,
): EventSnapshot {
  const gap = { what: 'event', reason: 'invalid_event', ...stepOf(event), detail: { type, problem: invalid, event } }
  return { type: 'gap', event: gap, frames: [...frames.values()], invalid }
}

function tooLargeScreenshot(event: Record<string, PlainValue>): EventSnapshot {
  const { screenshot, url = '', evidenceRole = 'probe' } = event
  const detail = { ...(screenshot as TooLarge), url, evidenceRole }
  const gap = { what: 'screenshot', reason: frameTooLarge, ...stepOf(event), detail }
  return { type: 'gap', event: gap, frames: [] }
}

/** The rest of a last look is kept without its picture. */
function withMarkedScreenshot(event: Record<string, PlainValue>): Record<string, PlainValue> {
  const observation = event['observation']
  if (!isObject(observation) || !isTooLarge(observation['screenshot'])) return event
  const { screenshot, ...look } = observation as Record<string, PlainValue>
  return { ...event, observation: { ...look, ...(screenshot as TooLarge) } }
}

const frameTooLarge = 'frame_too_large'
type TooLarge = { $truncated: typeof frameTooLarge; sizeBytes: number }

function isTooLarge(plain: unknown): boolean {
  return isObject(plain) && plain['$truncated'] === frameTooLarge
}

function stepOf({ stepIndex }: Record<string, PlainValue>): { stepIndex?: number } {
  const parsed = GapEvent.shape.stepIndex.safeParse(stepIndex)
  return parsed.data === undefined ? {} : { stepIndex: parsed.data }
}

type FieldOptions = Pick<PlainValueOptions, 'transformText' | 'transformNumber'> & { lift: Lift | undefined }

/** Convert the fields of an event one by one, so that each has the full budget and one bad field harms no other. */
function toPlainFields(payload: unknown, optionsOf: (field: string) => FieldOptions): Record<string, PlainValue> {
  if (!isObject(payload)) return { value: toPlainValue(payload, optionsOf('value')) ?? null }
  const fields: Record<string, PlainValue> = {}
  for (const key of ownKeys(payload)) {
    if (key === 'type') continue
    // The field stands in a record of its own: a getter that throws is met, and marked, inside the converter.
    const single = Object.defineProperty({}, key, { enumerable: true, get: () => payload[key] })
    const plain = toPlainValue(single, optionsOf(key)) as Record<string, PlainValue>
    // One entry, under its escaped name; none for `undefined`; a mark for a name that is too long.
    for (const [name, value] of Object.entries(plain)) {
      Object.defineProperty(fields, name, { value, enumerable: true, writable: true, configurable: true })
    }
  }
  return fields
}

/** Which bytes of a field are frames: the pictures of the page, and the images inside a tool's result. */
function liftOf(type: string, field: string, payload: unknown, keep: KeepFrame): Lift | undefined {
  const page: Lift = (value, key) => {
    if (key !== 'screenshot' || !(value instanceof Uint8Array)) return undefined
    const declared = isObject(payload) && field === 'screenshot' ? safeText(() => payload.mediaType) : undefined
    return keep(value, imageMediaType(declared, value))
  }
  if (type === 'screenshot' && field === 'screenshot') return page
  if (type === 'final_answer' && field === 'observation') return page
  if (type !== 'step_finished' || field !== 'toolOutput') return undefined
  const actionName = isObject(payload) ? safeText(() => payload.actionName) : undefined
  const inline = liftInlineImages(actionName ?? '', keep)
  const toolOutput = isObject(payload) ? safely(() => payload.toolOutput) : undefined
  return (value, key, parent) => {
    // Bytes as the whole result are a picture, whatever their first bytes say.
    if (key === 'result' && value instanceof Uint8Array && parent === toolOutput) {
      return keep(value, imageMediaType(undefined, value))
    }
    return inline(value, key, parent)
  }
}

/** What is declared an image, and is none by its first bytes, is looked through. So is the declaration. */
function withoutSecretBytes(redactor: Redactor, keep: KeepFrame): KeepFrame {
  return (bytes, mediaType) => {
    const secret = sniffMediaType(bytes) === undefined ? redactor.bytes(bytes) : undefined
    const isClean = redactor.identifier(mediaType) === mediaType
    return secret ?? keep(bytes, isClean ? mediaType : imageMediaType(undefined, bytes))
  }
}

/** Bytes that are no frame stand as base64 in the event, unless they are a secret by their name, or hold one. */
function withSecretBytes(redactor: Redactor, lift: Lift | undefined): Lift {
  return (value, key, parent) => {
    const lifted = lift?.(value, key, parent)
    if (lifted !== undefined || !(value instanceof Uint8Array)) return lifted
    const kind = redactor.kindOfKey(key)
    return kind ? redactor.field(key, new TextDecoder().decode(value)) : redactor.bytes(value)
  }
}

const knownTypes = Object.keys(eventSchemas).join(', ')

function isEvidenceType(type: string): type is EvidenceType {
  return Object.hasOwn(eventSchemas, type)
}

function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  return issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || '(event)'}: ${issue.message.replace(/^Invalid input: /, '')}`)
    .join('; ')
}

function describe(value: unknown): string {
  if (typeof value !== 'object') return typeof value
  return value === null ? 'null' : safely(() => Array.isArray(value)) ? 'an array' : 'what cannot be read'
}

function isObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  try {
    return !Array.isArray(value)
  } catch {
    // A revoked Proxy has no fields: it is a value like any other, and the converter marks it as unreadable.
    return false
  }
}

function ownKeys(payload: object): string[] {
  try {
    return Object.keys(payload)
  } catch {
    // A Proxy that refuses to be listed has no fields; the event becomes a gap for lack of them.
    return []
  }
}

function safeText(read: () => unknown): string | undefined {
  const value = safely(read)
  return typeof value === 'string' ? value : undefined
}

function safely(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    // The converter meets the same getter and marks the field as unreadable.
    return undefined
  }
}
