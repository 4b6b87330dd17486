import type { z } from 'zod'
import { eventSchemas, type EvidenceType } from '../events/events.ts'
import type { TextPlace } from '../values/place.ts'
import type { PlainValueOptions } from '../values/plain-value.ts'
import type { Redactor } from '../redact/redactor.ts'
import type { RedactionKind } from '../redact/text/placeholder.ts'
import { fieldOf, isObject, textOf } from '../values/plain-fields.ts'
import { kindOfField } from '../redact/names/fields.ts'
import { entriesOf, isList, itemsOf } from '../redact/names/named-field.ts'
import { withheldFrom, type WithheldSecret } from '../events/withheld.ts'
import {
  linkFields,
  measuredFields,
  measuredNames,
  measuredOfPages,
  pageWords,
  schemaNames,
  schemaWords,
  wordsOfPages,
} from './schema-fields.ts'
import { secretsInOutput } from './secrets/output-secrets.ts'
import { namedSecrets, noneNamed, type NamedSecret, type NamedSecrets } from './secrets/named-secrets.ts'
import { secretsAsked } from './secrets/asked.ts'
import { answerToPrompt } from './secrets/prompts.ts'
import { createToldFields, toldFieldsOf } from './secrets/told-fields.ts'
import { pressedNames } from './secrets/pressed-keys.ts'
import { readStep, textsIn, typedNames } from './secrets/read-step.ts'
import { isKept } from './secrets/sensitive-texts.ts'
import { callSecretsOf, keepForTurn, secretsSaid } from './secrets/kept-secrets.ts'
import { noneTyped, typedSecrets, type TypedSecret, type TypedSecrets } from './secrets/typed-secrets.ts'
import { variablesTyped } from './secrets/variables.ts'

type Hooks = Pick<PlainValueOptions, 'transformText' | 'transformNumber'>

/**
 * Redact the texts of one event. The hooks of a field are for the conversion of that field to plain data.
 *
 * What a schema needs stays what it is: names of its fields, words of its enums, numbers that measure. Ids and names of
 * actions keep what was learned, and lose the rest by a placeholder that is the same in every event. A step that types into a field
 * for a secret, see {@link typedSecrets}, has what was typed learned before anything of it is converted, and replaced wherever
 * it stands, here and in later events; so is what stands under the name of a secret in the arguments or the result of a step or in data of the caller's own, what was withheld from an event, see `withhold`, and the answer to a dialog that asked for
 * a secret, in an event of a look or by a step.
 *
 * @returns the hooks of a field of the event
 */
export function redactEvent(redactor: Redactor, type: string, payload: unknown): (field: string) => Hooks {
  const { typed, secrets, along, inOutput } = findSecrets(redactor, type, payload)
  const ofCalls = createCallRedactors(redactor, secrets)
  return (field) => {
    const inField = field === 'toolOutput' ? inOutput : along
    const isTyped = typed.kind !== undefined && field === 'actionArgs'
    const isPageWord = type === 'page_event' && pageWords.has(field)
    const isLink = linkFields.has(field)
    const hasDialogs = dialogFields.has(field)
    const isMeasured = measuredFields.has(field)
    return {
      transformText(text, key, place) {
        const here = (place && ofCalls(place)) ?? inField
        if (!place) return schemaNames.has(text) ? text : redactor.text(text)
        if (isPageWord && key === field && wordsOfPages.has(text)) return text
        if (isLink && key === field && !Array.isArray(place.parent)) {
          return schemaWords.has(text) ? text : redactor.identifier(text)
        }
        const asked = hasDialogs && answersPrompt.has(key ?? '') ? kindOfPrompt(place.parent) : undefined
        if (asked) return redactor.typed(text, asked)
        if (isTyped) return typedText(here, typed.kind, text, key, place)
        const whole = secrets.find(({ value }) => value === text)
        const isTypedName = whole && (typedNames.has(key ?? '') || pressedNames.has(key ?? ''))
        return isTypedName ? redactor.whole(text, whole.kind) : here.field(key, text, place)
      },
      transformNumber(value, key, place) {
        if (type === 'page_event' && measuredOfPages.has(field)) return undefined
        if (isMeasured && measuredNames.has(key ?? '')) return undefined
        if (isTyped && typedNames.has(key ?? '')) return redactor.typed(String(value), typed.kind)
        return (ofCalls(place) ?? inField).number(value, key, place)
      },
    }
  }
}

/** Make what gives the redactor of a text that belongs to a call which has typed a secret, by the id of that call. */
function createCallRedactors(
  redactor: Redactor,
  secrets: readonly TypedSecret[],
): (place: TextPlace) => Redactor | undefined {
  const calls = callSecretsOf(redactor)
  const made = new Map<readonly NamedSecret[], Redactor>()
  const make = (ofCall: readonly NamedSecret[]): Redactor => {
    const found = made.get(ofCall) ?? redactor.along([...secrets, ...ofCall])
    made.set(ofCall, found)
    return found
  }
  let last: { readonly parent: object; readonly found: Redactor | undefined } | undefined
  return (place) => {
    if (calls.isEmpty) return undefined
    if (last?.parent === place.parent) return last.found
    const ofCall = calls.of(place)
    last = { parent: place.parent, found: ofCall.length === 0 ? undefined : make(ofCall) }
    return last.found
  }
}

/** The secrets of an event, which are learned, and the redactors that look for the weak ones among them as well. */
interface Found {
  readonly typed: TypedSecrets
  readonly secrets: readonly TypedSecret[]
  readonly along: Redactor
  readonly inOutput: Redactor
}

/** A search that throws costs no event: whatever its step may have typed is then a secret. */
function findSecrets(redactor: Redactor, type: string, payload: unknown): Found {
  try {
    return searchEvent(redactor, type, payload)
  } catch {
    return { typed: { kind: 'password', secrets: [] }, secrets: [], along: redactor, inOutput: redactor }
  }
}

function searchEvent(redactor: Redactor, type: string, payload: unknown): Found {
  for (const { value, kind } of withheldFrom(payload)) redactor.learn(value, kind)
  const looks = looksIn(payload)
  for (const look of looks) for (const { value, kind } of answersIn(look)) redactor.learn(value, kind)
  const source = textOf(payload, 'source')
  const told = toldFieldsOf(redactor, source)
  const url = textOf(payload, 'url')
  if (url) told.isAt(url)
  const step = type === 'step_finished' ? readStep(payload) : undefined
  const typed = step ? typedSecrets(step, told) : noneTyped
  // A capture sees the field that is typed into, and needs no guess by the step before.
  if (source !== undefined) told.aim()
  const output = step ? textsIn(step.toolOutput) : []
  const secrets: readonly TypedSecret[] = step
    ? [
        ...typed.secrets,
        ...answerToPrompt(told, step, output),
        ...variablesTyped(told, step, redactor),
        ...secretsAsked(step),
        ...secretsInOutput(step, output, redactor, told),
      ]
    : []
  const trees = [step?.toolOutput, ...looks.map((look) => textOf(look, 'ariaTree'))]
  for (const tree of trees) for (const { value, kind } of told.readTree(tree)) redactor.learn(value, kind)
  if (type === 'turn_finished') told.turn = turnIn(payload)
  for (const { value, kind, field } of secrets) redactor.learn(value, kind, field)
  const named = step ? namedSecrets(step.actionArgs, redactor, true) : noneNamed
  const beside = [
    ...namedBeside(step?.result, redactor),
    ...ownSecrets(type, payload, redactor),
    ...namedBeside(dataSaid(payload), redactor, true),
  ]
  for (const { value, kind } of [...named.secrets, ...beside]) redactor.learn(value, kind)
  const own = [...secrets, ...named.alone]
  if (step) keepForTurn(told, step.turnId, own)
  const id = step && textOf(payload, 'toolCallId')
  if (id !== undefined) callSecretsOf(redactor).keep(id, own)
  const said = step ? secrets : secretsSaid(told, type, fieldOf(payload, 'turnId'))
  const along = said.length > 0 ? redactor.along(said) : redactor
  const inOutput = named.alone.length > 0 ? redactor.along(own) : along
  return { typed, secrets, along, inOutput }
}

/** The values under names of secrets in a result or in data of the caller's own, where they are few. */
function namedBeside(data: unknown, redactor: Redactor, isRead = false): NamedSecrets['secrets'] {
  if (data === undefined) return []
  const { secrets, called } = namedSecrets(data, redactor, isRead)
  for (const { id, secret } of called) callSecretsOf(redactor).add(id, secret)
  return new Set(secrets.map(({ value }) => value)).size > mostInResult ? [] : secrets
}

/** More of them are a list of records, whose tokens are used nowhere else. */
const mostInResult = 6

/** The secrets of the fields of an event in which data may stand whose shape nobody told: calls and their results, as models and their tools keep them. */
function ownSecrets(type: string, payload: unknown, redactor: Redactor): NamedSecrets['secrets'] {
  const known = Object.hasOwn(eventSchemas, type) ? (eventSchemas[type as EvidenceType] as z.ZodObject).shape : {}
  const isOwn = (name: string): boolean => !Object.hasOwn(known, name) || dataFields.has(name)
  const own = isObject(payload) ? entriesOf(payload).filter(([name]) => isOwn(name)) : []
  if (own.every(([name]) => name === 'type')) return []
  const data = Object.fromEntries(own)
  // References of trees in a history are those of pages that are gone.
  return [...namedBeside(data, redactor), ...createToldFields().readTree(data)]
}

const dataFields = new Set(['output', 'detail'])

/** The texts of a turn or an answer that have data in them: `calling fill with {"field": "password", "value": "..."}`. */
function dataSaid(payload: unknown): string[] | undefined {
  const texts = [textOf(payload, 'text'), textOf(payload, 'message')].filter((text) => text !== undefined)
  const said = texts.filter((text) => /\w["'`]\s{0,9}:/.test(text))
  return said.length === 0 ? undefined : said
}

/** The fields of a dialog that are as secret as its question says: what was typed into a prompt, or was in it. */
const answersPrompt = new Set(['text', 'defaultValue'])
const dialogFields = new Set(['dialogs', 'observation'])

/** The looks at a page: an event may be one, or have one. */
function looksIn(payload: unknown): object[] {
  return [payload, fieldOf(payload, 'observation')].filter(isObject)
}

/** The text of a turn, which says what its steps do. */
function turnIn(payload: unknown): { id: string; text: string } | undefined {
  const id = textOf(payload, 'turnId')
  const text = textOf(payload, 'text')
  return id !== undefined && text !== undefined ? { id, text } : undefined
}

/** Answers in the dialogs of a look that asked for secrets. A page shows its answer elsewhere, such as in its title. */
function answersIn(look: object): WithheldSecret[] {
  const dialogs = fieldOf(look, 'dialogs')
  if (!isList(dialogs)) return []
  return itemsOf(dialogs, mostDialogs)
    .filter(isObject)
    .flatMap((dialog) => {
      const kind = kindOfPrompt(dialog)
      const values = kind ? [...answersPrompt].map((name) => textOf(dialog, name)) : []
      return values.flatMap((value) => (kind && value !== undefined ? [{ value, kind }] : []))
    })
}

const mostDialogs = 1_000

function kindOfPrompt(dialog: object): RedactionKind | undefined {
  const message = textOf(dialog, 'message')
  return message === undefined ? undefined : kindOfField(message)
}

/**
 * Redact a text of a sensitive step: what it types is gone, whatever its name; names that say where and how are kept.
 */
function typedText(
  redactor: Redactor,
  kind: RedactionKind,
  text: string,
  key: string | undefined,
  place: TextPlace,
): string {
  const name = key ?? ''
  if (typedNames.has(name)) return redactor.typed(text, kind)
  return isKept(name, text) ? redactor.field(key, text, place) : redactor.whole(text, kind)
}
