import type { z } from 'zod'
import { AttachmentReference, FileChange } from '../events/attachment.ts'
import { Dialog, Episode, eventSchemas, Target, ToolOutput, Usage } from '../events/events.ts'
import type { TextPlace } from '../values/plain-builder.ts'
import { toPlainValue, type PlainValueOptions } from '../values/plain-value.ts'
import type { Redactor } from '../redact/redactor.ts'
import type { RedactionKind } from '../redact/text/placeholder.ts'
import { redactNumber } from '../redact/value.ts'
import { safeText } from './fields.ts'
import { kindOfField } from '../redact/names/fields.ts'
import { isMixed } from '../redact/scan/pair-values.ts'
import { withheldFrom } from '../events/withheld.ts'

type Hooks = Pick<PlainValueOptions, 'transformText' | 'transformNumber'>

/**
 * Redact the texts of one event. The hooks of a field are for the conversion of that field to plain data.
 *
 * What a schema needs stays what it is: names of its fields, words of its enums, numbers that measure. Ids and names of
 * actions keep what was learned, and lose the rest by a placeholder that is the same in every event. A step that is `sensitive` has what
 * was typed learned before anything of it is converted, and replaced wherever it stands, here and in later events; so is what
 * was withheld from an event, see `withhold`.
 *
 * @returns the hooks of a field of the event
 */
export function redactEvent(redactor: Redactor, type: string, payload: unknown): (field: string) => Hooks {
  for (const { value, kind } of withheldFrom(payload)) redactor.learn(value, kind)
  const typedKind = type === 'step_finished' ? kindOfTyped(payload) : undefined
  if (typedKind) learnTyped(redactor, typedKind, payload)
  return (field) => {
    const isTyped = typedKind !== undefined && field === 'actionArgs'
    return {
      transformText(text, key, place) {
        if (!place) return schemaNames.has(text) ? text : redactor.text(text)
        if (linkFields.has(field) && key === field && !Array.isArray(place.parent)) {
          return schemaWords.has(text) ? text : redactor.identifier(text)
        }
        const asked = answersPrompt.has(key ?? '') && dialogFields.has(field) ? kindOfPrompt(place.parent) : undefined
        if (asked) return redactor.typed(text, asked)
        return isTyped ? typedText(redactor, typedKind, text, key, place) : redactor.field(key, text, place)
      },
      transformNumber(value, key, place) {
        if (measuredFields.has(field) && measuredNames.has(key ?? '')) return undefined
        if (isTyped && typedNames.has(key ?? '')) return redactor.typed(String(value), typedKind)
        return redactNumber(redactor, value, key, place)
      },
    }
  }
}

const linkFields = new Set([
  'turnId',
  'toolCallId',
  'actionName',
  'mediaType',
  'source',
  'evidenceRole',
  'executed',
  'startedAt',
  'finishedAt',
  'what',
])
const schemaWords = new Set(['agent', 'probe', 'agent_and_probe', 'yes', 'skipped', 'unknown', 'screenshot', 'event'])
const measuredFields = new Set([
  'stepIndex',
  'durationMs',
  'viewport',
  'scale',
  'target',
  'usage',
  'episode',
  'observation',
])
/** Numbers that the schemas of those fields need. All others there are somebody's own, and looked at. */
const measuredNames = new Set([
  ...['stepIndex', 'durationMs', 'scale', 'x', 'y', 'width', 'height', 'point', 'box'],
  ...Object.keys(Usage.shape),
  ...Object.keys(Episode.shape),
  ...['sizeBytes', 'charsChanged'],
])
const schemaNames = new Set([
  ...Object.values(eventSchemas).flatMap((schema: z.ZodObject) => Object.keys(schema.shape)),
  ...[ToolOutput, Target, Episode, Dialog, FileChange, AttachmentReference].flatMap((schema: z.ZodObject) =>
    Object.keys(schema.shape),
  ),
  ...['x', 'y', 'width', 'height'],
])

/** What was typed into a prompt, or stood in it, is as secret as its question says. */
const answersPrompt = new Set(['text', 'defaultValue'])
const dialogFields = new Set(['dialogs', 'observation'])

function kindOfPrompt(dialog: object): RedactionKind | undefined {
  const message = safeText(() => (dialog as { message?: unknown }).message)
  return message === undefined ? undefined : kindOfField(message)
}

/** Names of arguments that hold what is typed. */
const typedNames = new Set('text value values input string content password passcode code otp pin'.split(' '))
/** Names of arguments that say where and how, never what. Under any other name of a sensitive step nothing is kept. */
const keptNames = new Set(
  'type method actionName selector locator target ref element elementId role name label frame button modifiers url reasoning'.split(
    ' ',
  ),
)
/** Keys that type nothing. */
const namedKeys = new Set(
  'enter return tab escape esc backspace delete del insert home end pageup pagedown arrowup arrowdown arrowleft arrowright up down left right capslock'.split(
    ' ',
  ),
)
const modifierKeys = new Set('control ctrl alt option meta cmd command super win controlormeta shift'.split(' '))

function typedText(
  redactor: Redactor,
  kind: RedactionKind,
  text: string,
  key: string | undefined,
  place: TextPlace,
): string {
  const name = key ?? ''
  if (typedNames.has(name)) return redactor.typed(text, kind)
  return isKept(name, text) ? redactor.field(key, text, place) : redactor.field('password', text)
}

/** An `action` is a verb, or says in a sentence what is typed. */
function isKept(name: string, text: string): boolean {
  if (name === 'key' || name === 'keys') return isNamedKey(text)
  return keptNames.has(name) || (name === 'action' && /^[a-z_]{1,30}$/.test(text))
}

/** `Enter`, `Shift+Tab`, `Control+A`; with Shift alone a letter is typed. */
function isNamedKey(text: string): boolean {
  const keys = text.toLowerCase().split('+', 6)
  const last = keys.pop()!
  if (!keys.every((key) => modifierKeys.has(key))) return false
  const isChord = keys.some((key) => key !== 'shift') && last.length === 1
  return namedKeys.has(last) || modifierKeys.has(last) || isChord
}

/** The kind of what was typed in a sensitive step, `undefined` for every other event. */
function kindOfTyped(payload: unknown): RedactionKind | undefined {
  try {
    const { sensitive, target } = Object(payload) as { sensitive?: unknown; target?: { name?: unknown } }
    if (sensitive !== true) return undefined
    return (typeof target?.name === 'string' && kindOfField(target.name)) || 'password'
  } catch {
    // A getter that throws says nothing against it being sensitive.
    return 'password'
  }
}

function learnTyped(redactor: Redactor, kind: RedactionKind, payload: unknown): void {
  const learn = (text: string, key: string | undefined): string => {
    if (typedNames.has(key ?? '') || (!isKept(key ?? '', text) && isOneToken(text))) redactor.learn(text, kind)
    return ''
  }
  // Conversion reads whatever stands there without throwing, and gives every text whole; what it makes is not needed.
  const actionArgs = { get: (): unknown => (payload as { actionArgs?: unknown }).actionArgs }
  toPlainValue(Object.defineProperty({}, 'actionArgs', { enumerable: true, ...actionArgs }), {
    transformText: (text, key, place) => (place ? learn(text, key) : text),
    transformNumber: (value, key) => (typedNames.has(key ?? '') ? learn(String(value), key) : undefined),
  })
}

/** Under a name that we do not know, what reads like a password: one word of letters and digits, and no selector or path. */
function isOneToken(text: string): boolean {
  return text.length <= 200 && !/^[#./[]|[\s:]/.test(text) && isMixed(text, { start: 0, end: text.length, next: 0 })
}
