import type { z } from 'zod'
import type { FrameReference } from '../trajectory/frame-reference.ts'
import { eventSchemas, GapEvent, type EvidenceType } from '../events/events.ts'
import { storedEventSchemas } from '../trajectory/journal-entry.ts'
import { fitPlainValue, withoutNegativeZero, type PlainValue } from '../values/plain-value.ts'
import { redactEvent } from './redact-event.ts'
import type { Redactor } from '../redact/redactor.ts'
import { parsePlaceholder } from '../redact/text/placeholder.ts'
import { present } from '../values/fields.ts'
import { isObject, safely, toPlainFields } from '../values/plain-fields.ts'
import { liftOf, withoutSecretBytes, type KeepFrame } from './frames.ts'
import { redactBytes } from './redact-record.ts'
import type { Loss } from '../values/room.ts'

/** The bytes of an image, copied at the moment of recording unless nobody else has them; see `handOver`. */
export interface Frame {
  readonly sha256: string
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** An event as it will be stored. Nothing in it is shared with what the caller gave, but for bytes that were handed over. */
export interface EventSnapshot {
  readonly type: EvidenceType
  readonly event: Readonly<Record<string, PlainValue>>
  readonly frames: readonly Frame[]
  /** Set when the event was not of its schema: the snapshot is then a gap that holds it, and this says what was wrong. */
  readonly invalid?: string
  /** The parts of its data that are lost; absent where all of it is whole. */
  readonly lost?: Loss
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
   * stands in the file of an image beside them; what only begins like an image is looked through. Default: nothing is removed.
   */
  redactor?: Redactor
}

/**
 * Take a snapshot of an event: convert every value to plain data, lift images out as frames, cut what is too large.
 * Synchronous and total: whatever is given comes out as something that can be written, and later changes to the
 * caller's objects and buffers change nothing; only the screenshot of an event of `handOver` is kept as it is.
 *
 * An optional field with a wrong value is moved to `invalidFields`; an event that lacks a required field becomes a
 * gap (`invalid_event`) that holds all of it. A screenshot above the limit becomes a gap too (`frame_too_large`), one of no
 * bytes (`frame_empty`), one that is no picture and holds a secret (`frame_redacted`), and one whose buffer is gone
 * (`frame_unreadable`); in a final observation it leaves a mark, and the fold makes the gap of it.
 */
export function snapshotEvent(type: string, payload: unknown, options: SnapshotOptions): EventSnapshot {
  const frames = new Map<string, Frame>()
  const maxFrameBytes = options.maxFrameBytes ?? 50_000_000
  const keep = (bytes: Uint8Array, mediaType: string, isOwn = false): FrameReference => {
    const sha256 = options.sha256(bytes)
    if (!frames.has(sha256)) frames.set(sha256, { sha256, mediaType, bytes: isOwn ? bytes : bytes.slice() })
    return { $frame: sha256, mediaType, sizeBytes: bytes.byteLength }
  }
  const keepWithinCap: KeepFrame = (bytes, mediaType, isOwn) => {
    if (bytes.byteLength === 0)
      return { $truncated: 'frame_empty', problem: 'expected the bytes of a picture, got none' }
    if (bytes.byteLength > maxFrameBytes) return { $truncated: 'frame_too_large', sizeBytes: bytes.byteLength }
    return keep(bytes, mediaType, isOwn)
  }
  const { redactor } = options
  const hooksOf = redactor && redactEvent(redactor, type, payload)
  const rewrite = redactor ? redactor.text : (text: string): string => text
  const losses: Loss[] = []
  const onCut = (loss: Loss): void => void losses.push(loss)
  const onRedacted = ({ byteLength }: Uint8Array): void => {
    if (byteLength > longestSecretBytes) onCut({ redactedBytes: byteLength })
  }
  // Of a picture of the page a gap of its own tells.
  const onFrame = type === 'step_finished' ? onRedacted : undefined
  const keepFrame = redactor ? withoutSecretBytes(redactor, keepWithinCap, onFrame) : keepWithinCap
  const convert = (): Record<string, PlainValue> =>
    toPlainFields(payload, (field) => {
      const lift = liftOf(type, field, payload, { keep: keepFrame, rewrite })
      const hooks = hooksOf?.(field)
      return {
        transformText: hooks?.transformText,
        transformNumber: hooks?.transformNumber,
        transformBytes: redactor && ((bytes, place) => redactBytes(redactor, bytes, place, onRedacted)),
        lift,
        onCut,
      }
    })

  const event = fitPlainValue(convert(), options.maxEventBytes ?? 8_000_000, onCut) as Record<string, PlainValue>
  const snapshot = toSnapshot(type, payload, event, frames, redactor)
  return losses.length > 0 ? { ...snapshot, lost: sumOf(losses) } : snapshot
}

/** Fewer bytes may be but a secret, and nothing is lost with them. */
const longestSecretBytes = 256

function sumOf(losses: readonly Loss[]): Loss {
  const names = ['lostCharacters', 'lostItems', 'tooDeep', 'redactedBytes'] as const
  const sums = names.map((name) => [name, losses.reduce((sum, loss) => sum + (loss[name] ?? 0), 0)] as const)
  return Object.fromEntries(sums.filter(([, sum]) => sum > 0))
}

function toSnapshot(
  type: string,
  payload: unknown,
  event: Record<string, PlainValue>,
  frames: Map<string, Frame>,
  redactor: Redactor | undefined,
): EventSnapshot {
  if (!isEvidenceType(type)) {
    // A type may be anything, and it is no part of what was fitted.
    const name = (redactor ? redactor.text(type) : type).slice(0, 200)
    return invalidEvent(`unknown event type: expected one of ${knownTypes}, got ${name}`, name, event, frames)
  }
  if (!isObject(payload))
    return invalidEvent(`${type}: expected an object, got ${describe(payload)}`, type, event, frames)
  const leftOut = type === 'screenshot' ? leftOutOf(event['screenshot']) : undefined
  if (leftOut) return screenshotLeftOut(event, leftOut)
  if (isObject(event['episode']) && !Array.isArray(event['episode']))
    event['episode'] = withPlainZeros(event['episode'])
  return validated(type, type === 'final_answer' ? withMarkedScreenshot(event) : event, frames)
}

/** A reward of -0 is one of 0, and costs no step its episode. */
function withPlainZeros(episode: object): PlainValue {
  return Object.fromEntries(
    Object.entries(episode).map(([key, value]) => [key, withoutNegativeZero(value) as PlainValue]),
  )
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
  return invalidEvent(`${type}: ${describeIssues(first.error.issues, event)}`, type, event, frames)
}

function invalidEvent(
  invalid: string,
  type: string,
  event: Record<string, PlainValue>,
  frames: Map<string, Frame>,
): EventSnapshot {
  const gap = {
    what: 'event',
    reason: 'invalid_event',
    ...belongingOf(event),
    detail: { type, problem: invalid, event },
  }
  return { type: 'gap', event: gap, frames: [...frames.values()], invalid }
}

/** A screenshot that is too large, or none, is a gap that says so. */
function screenshotLeftOut(event: Record<string, PlainValue>, leftOut: LeftOut): EventSnapshot {
  const { url = '', evidenceRole = 'probe' } = event
  const gap = { what: 'screenshot', reason: leftOut.$truncated, ...belongingOf(event) }
  return { type: 'gap', event: { ...gap, detail: { ...leftOut, url, evidenceRole } }, frames: [] }
}

/** The rest of a last look is kept without its picture. */
function withMarkedScreenshot(event: Record<string, PlainValue>): Record<string, PlainValue> {
  const observation = event['observation']
  if (!isObject(observation)) return event
  const { screenshot, ...look } = observation as Record<string, PlainValue>
  const leftOut = leftOutOf(screenshot)
  return leftOut ? { ...event, observation: { ...look, ...leftOut } } : event
}

/** A note in the place of a frame that is not kept, and why. */
type LeftOut = { $truncated: string; [fact: string]: PlainValue }
const reasons: readonly unknown[] = ['frame_too_large', 'frame_empty']

/** Undefined for a frame, and for what nobody could take for one. */
function leftOutOf(screenshot: unknown): LeftOut | undefined {
  // Bytes that are no picture, such as a file that was taken for one, and hold a secret.
  if (typeof screenshot === 'string' && parsePlaceholder(screenshot) !== undefined)
    return { $truncated: 'frame_redacted', problem: 'expected the bytes of a picture, got a secret', found: screenshot }
  if (!isObject(screenshot)) return undefined
  if (reasons.includes(screenshot['$truncated'])) return screenshot as LeftOut
  if (screenshot['$type'] !== 'unreadable') return undefined
  // A buffer that was handed to a worker meanwhile, for one.
  const problem = `expected the bytes of a picture, got what cannot be read: ${String(screenshot['reason'])}`
  return { $truncated: 'frame_unreadable', problem }
}

/** The step and source of a gap in place of an event: what the event named, where that can be read. */
function belongingOf({ stepIndex, source }: Record<string, PlainValue>): { stepIndex?: number; source?: string } {
  const { shape } = GapEvent
  return present({ stepIndex: shape.stepIndex.safeParse(stepIndex).data, source: shape.source.safeParse(source).data })
}

const knownTypes = Object.keys(eventSchemas).join(', ')

function isEvidenceType(type: string): type is EvidenceType {
  return Object.hasOwn(eventSchemas, type)
}

function describeIssues(issues: readonly z.core.$ZodIssue[], event: Record<string, PlainValue>): string {
  return [...new Set(issues.map((issue) => describeIssue(issue, event)))].slice(0, 3).join('; ')
}

/** In the words of who gave the event: that frames stand in stored events by their hash is nothing that he knows. */
function describeIssue({ path, message }: z.core.$ZodIssue, event: Record<string, PlainValue>): string {
  const frame = path.indexOf('screenshot')
  if (frame < 0) return `${path.join('.') || '(event)'}: ${message.replace(/^Invalid input: /, '')}`
  const place = path.slice(0, frame + 1)
  const got = place.reduce<unknown>((parent, key) => (isObject(parent) ? parent[String(key)] : undefined), event)
  return `${place.join('.')}: expected the bytes of a picture (a Uint8Array), got ${describe(got)}`
}

function describe(value: unknown): string {
  if (typeof value !== 'object') return typeof value
  if (value === null) return 'null'
  const isArray = safely(() => Array.isArray(value))
  return isArray === undefined ? 'what cannot be read' : isArray ? 'an array' : 'an object'
}
