// Long, since it is one walk over arguments, which knows every way in which they say what is typed, and where.
import { isPinOfCard } from '../../redact/names/field-value.ts'
import { kindOfField } from '../../redact/names/fields.ts'
import { isSaidField, kindOfSaidField, saidField } from '../../redact/names/intent.ts'
import {
  doesType,
  entriesOf,
  focusOf,
  isList,
  itemsOf,
  kindOfNamed,
  kindOfSaid,
  type Entries,
} from '../../redact/names/named-field.ts'
import { isReference, isStandIn } from '../../redact/names/value.ts'
import { placeholdersIn, typedInWords } from '../../redact/names/typed-words.ts'
import { scanTypedCode } from '../../redact/scan/typed.ts'
import type { RedactionKind } from '../../redact/text/placeholder.ts'
import { aimsAtField, isAim, isSending, namesElement, namesOtherField, placeOf, verbOf } from './aims.ts'
import { commandIn, kindOfElement, readCommands, readList, type Command } from './commands.ts'
import { comparedSecrets } from './compared.ts'
import { isObject } from '../../values/plain-fields.ts'
import { namedArguments } from './named-arguments.ts'
import type { NamedSecret } from './named-secrets.ts'
import { isEditingKey, leavingKeys, pressedNames, typedByKeys } from './pressed-keys.ts'
import { textAt, textUnder, typedNames, type Step } from './read-step.ts'
import { sensitiveTexts } from './sensitive-texts.ts'
import { createToldFields, type KindOf, type ToldFields } from './told-fields.ts'

/** A value that a step has typed into a field for a secret, and the accessible name of that field where it is told. */
export interface TypedSecret extends NamedSecret {
  readonly field?: string | undefined
}

/**
 * The texts that a step has typed. `kind` is set where all of its arguments are: then nothing under an unknown name is
 * kept.
 */
export interface TypedSecrets {
  readonly kind: RedactionKind | undefined
  readonly secrets: readonly TypedSecret[]
}

/** Nothing typed that is a secret. */
export const noneTyped: TypedSecrets = { kind: undefined, secrets: [] }

/** Names of arguments that hold a list of what is typed. */
const listNames = new Set(['arguments', 'args'])
/** Names of arguments that say in a sentence what is typed. */
const sentences = new Set(['action', 'instruction', 'prompt', 'describe', 'description', 'intent'])

/**
 * Find what a step has typed into fields for secrets. A step that says itself that it is `sensitive` has typed all of
 * its texts; of any other the fields are asked by their names: its `target`, its arguments that name a field, each of
 * several fields for itself, what code and instructions say, and what earlier steps have told of the fields. Where nothing
 * names the field, the agent's own words do, of this step or of the click before it.
 */
export function typedSecrets(step: Step, fields: ToldFields = createToldFields()): TypedSecrets {
  const { sensitive, aim, args: given, actionName: verb, actionArgs, reasoning, turnId } = step
  const targetName = textUnder(aim, 'name')
  if (sensitive) {
    const kind = (targetName && kindOfField(targetName)) || 'password'
    return { kind, secrets: sensitiveTexts(actionArgs).map((value) => ({ value, kind, field: targetName })) }
  }
  const found: TypedSecret[] = []
  const command = commandIn(given)
  const own = verbOf(given) ?? (command ? verbs[command.does] : verb)
  const isTyping = doesType(own) === true
  const focus = focusOf(own)
  const args = namedArguments(given, isTyping)
  if (focus === 'leaves') {
    const url = textUnder(given, 'url')
    fields.aim()
    // The tree may have been told already of the page that it goes to.
    if (url === undefined) fields.forget()
    else fields.isAt(url, true)
  }
  // It is for what is typed next, and for no other step.
  else if (!isTyping && focus === 'aims' && !args.some(([, item]) => isEditingKey(item))) fields.aim()
  const above: KindOf = (typed) => (aim.length === 0 ? undefined : kindOfNamed(aim, typed))
  const isTargeted = focusOf(verb) === 'aims' && aim.some(([key, item]) => isAim(key, item))
  const aimed = (): KindOf | undefined => (aimsAtField(aim) ? above : undefined)
  if (isTargeted) fields.aim(aimed)
  const words = typeof reasoning === 'string' && reasoning !== '' ? reasoning : turnOf(fields, turnId)
  const isNamed = aim.some(([key, item]) => namesElement(key, item))
  visit(actionArgs, {
    above,
    field: targetName,
    found,
    fields,
    verb,
    words: isNamed ? '' : words,
    beside: '',
    depth: 0,
  })
  // A point of the page beside it says no more than the element that was met there.
  if (isTargeted) fields.aim(aimed)
  if (focus === 'finds') fields.find(step.result, fields.aimed)
  if (args.some(isSending)) fields.aim()
  if (isTyping && words !== '') fields.said = { words, count: fields.said?.words === words ? fields.said.count + 1 : 1 }
  if (!isTyping && focus === 'aims') {
    const isSaid = !isNamed && !args.some(([key, item]) => namesElement(key, item))
    if (isSaid && fields.aimed === undefined) fields.aim(() => aimedBy(words))
    fields.place = placeOf(args)
  }
  return found.length === 0 ? noneTyped : { kind: undefined, secrets: found }
}

const verbs = { types: 'type', aims: 'focus', reads: 'get' }

function turnOf({ turn }: ToldFields, turnId: unknown): string {
  return turn !== undefined && turn.id === turnId ? turn.text : ''
}

/** The kinds of what is typed next, where an agent says that it goes to a field. */
function aimedBy(words: string): KindOf | undefined {
  const said = saidField(words, 'aims')
  return said === undefined || !isSaidField(said) ? undefined : (typed) => kindOfSaidField(said, typed)
}

interface Visit {
  readonly above: KindOf
  readonly field: string | undefined
  readonly found: TypedSecret[]
  readonly fields: ToldFields
  /** The name of the action, or of an entry of a batch. */
  readonly verb: string
  /** The agent's own words, where nothing else names the field. */
  readonly words: string
  /** The names of the fields beside it, in one list. */
  readonly beside: string
  readonly depth: number
}

/** Look through arguments: what is typed in an object is a secret if that object, or one around it, names such a field. */
function visit(value: unknown, visited: Visit): void {
  const { found, fields, depth } = visited
  if (typeof value === 'string') return inText(value, visited)
  if (typeof value !== 'object' || value === null || depth > deepestArguments) return
  const given = entriesOf(value)
  if (isList(value)) {
    const beside = given.length > 1 ? namesBeside(given) : ''
    for (const [, item] of given) visit(item, { ...visited, beside, depth: depth + 1 })
    return
  }
  // The message of a tool tells what came of a call, and is none.
  if (given.some(([key, item]) => isOfResult(key, item))) return
  const verb = verbOf(given) ?? visited.verb
  const action = doesType(verb)
  const items = namedArguments(given, action === true)
  const focus = focusOf(verb)
  // A place where the last step aimed is what was met there.
  const isThere = action === true && fields.place !== undefined && placeOf(items) === fields.place
  const isAimed = !isThere && items.some(([key, item]) => isAim(key, item))
  // A click types nothing: its field is asked for when a later step types there. A reference decides, unless its words name another field.
  const pointed = items.some(namesOtherField) ? undefined : fields.kindOf(items)
  const named: KindOf = (typed) =>
    kindOfNamed(items, typed) ??
    pointed?.(typed) ??
    (isPinOfCard(nameOf(items), typed, () => visited.beside) ? 'one_time_code' : undefined) ??
    (action === true ? kindOfSaid(items, isTypedName, typed) : undefined)
  if (isAimed && (focus === 'aims' || focus === 'finds'))
    fields.aim(() => (pointed || aimsAtField(items) ? named : undefined))
  if (action !== true)
    for (const { value: text, kind } of comparedSecrets(verb, items, named)) keep(text, kind, visited.field, found)
  if (action === false && items.every(isPlainItem)) return
  const thought = items.find(([key, item]) => thoughts.has(key) && typeof item === 'string')?.[1]
  const said = visited.words === '' && typeof thought === 'string' ? thought : visited.words
  const words = pointed || items.some(([key, item]) => namesElement(key, item)) ? '' : said
  const add = (typed: string): void => {
    if (action === false) return
    const kind = named(typed) ?? visited.above(typed)
    if (kind) return keep(typed, kind, visited.field, found)
    if (action !== true) return
    // Tabs go from field to field.
    for (const [index, part] of typed.split(/\t|\n$/, mostParts).entries()) {
      const kindOfPart = kindOfFocus(part, words, isAimed || index > 0, fields, index)
      if (kindOfPart) keep(part, kindOfPart, visited.field, found)
    }
  }
  for (const [key, item] of items) {
    const isTyped = typedNames.has(key)
    if (isTyped && (typeof item === 'string' || typeof item === 'number') && !isJson(item)) add(String(item))
    else if (pressedNames.has(key)) for (const typed of typedByKeys(key, item)) add(typed)
    else if ((isTyped || listNames.has(key)) && isList(item)) {
      const command = listNames.has(key) && action !== false ? readList(item) : undefined
      if (command) doCommand(command, visited)
      for (const part of itemsOf(item, 100)) {
        if (typeof part === 'object') visit(part, visited)
        else if (typeof part === 'string' || typeof part === 'number') add(String(part))
      }
    } else if (typeof item === 'string' && sentences.has(key)) inWords(item, { ...visited, words }, items)
    else {
      const above: KindOf = isList(item) ? visited.above : (typed) => named(typed) ?? visited.above(typed)
      visit(item, { ...visited, verb, words, above, depth: depth + 1 })
    }
  }
}

/** The names of several fields that one step fills in. */
function namesBeside(items: Entries): string {
  return items.map(([, item]) => (typeof item === 'object' && item !== null ? nameOf(entriesOf(item)) : '')).join(' ')
}

function nameOf(items: Entries): string {
  return items.flatMap(([key, item]) => (typeof item === 'string' && namesElement(key, item) ? [item] : [])).join(' ')
}

/** The kind of what is typed where the focus is: as the agent says of it now, or as it was aimed at before. */
function kindOfFocus(
  typed: string,
  words: string,
  isAimed: boolean,
  fields: ToldFields,
  index = 0,
): RedactionKind | undefined {
  const count = index + (fields.said?.words === words ? fields.said.count : 0)
  const said = words === '' ? undefined : saidField(words, 'types', count, index > 0)
  if (said !== undefined) return kindOfSaidField(said, typed)
  return isAimed ? undefined : fields.aimed?.(typed)
}

/** Names of arguments in which an agent says what it does. */
const thoughts = new Set(['thought', 'thoughts', 'thinking', 'reasoning', 'reason', 'rationale', 'explanation'])
const deepestArguments = 6
const mostParts = 12
const resultTypes = new Set<unknown>(['tool_result', 'function_call_output', 'tool-result', 'ToolMessage'])

/** `{role: 'tool', content: '...'}`, `{type: 'tool_result', ...}`, `{tool_call_id: '...', content: '...'}` */
function isOfResult(key: string, item: unknown): boolean {
  if (key === 'tool_call_id' || key === 'tool_use_id') return true
  return (key === 'role' && (item === 'tool' || item === 'function')) || (key === 'type' && resultTypes.has(item))
}

function isTypedName(key: string): boolean {
  return typedNames.has(key) || pressedNames.has(key)
}

/** Tells whether an argument holds nothing that could be another call. */
function isPlainItem([, item]: Entries[number]): boolean {
  return typeof item === 'string' ? !isJson(item) : typeof item !== 'object' || item === null
}

function keep(value: string, kind: RedactionKind, field: string | undefined, found: TypedSecret[]): void {
  const isNone = value === '' || value.length > 4_096 || leavingKeys.has(value) || isTicked.test(value)
  // A sign alone is a key that was pressed.
  if (!isNone && !isReference(value) && (value.length === 1 || !isStandIn(value))) found.push({ value, kind, field })
}

/** The value of a box to tick, such as "Show password". */
const isTicked = /^(?:true|false|on|off|(?:un)?checked)$/i

/** Tells whether a text is an object or a list of JSON, as models give the arguments of a call. */
function isJson(value: unknown): boolean {
  return typeof value === 'string' && value.length < 100_000 && /^\s{0,9}[{[]\s{0,9}["{}[\]]/.test(value)
}

function inText(value: string, visited: Visit): void {
  if (isJson(value)) {
    try {
      return visit(JSON.parse(value), { ...visited, depth: visited.depth + 1 })
    } catch {
      // No JSON after all: a text like any other.
    }
  }
  if (doesType(visited.verb) === false) return
  inCommand(value, visited)
  if (value.length > 100_000 || (!value.includes('(') && !value.includes('.value'))) return
  scanTypedCode(
    value,
    (start, end, kind) => keep(value.slice(start, end), kind, undefined, visited.found),
    visited.above,
  )
}

/** Actions in one text: `fill('a46', '...')`, `type [12] [...]`, `fill @e12 "..."`, `type(content='...')`. */
function inCommand(value: string, visited: Visit): void {
  for (const command of readCommands(value)) doCommand(command, visited)
}

function doCommand({ does, element, typed }: Command, { fields, words, above, found, field }: Visit): void {
  const kindOf: KindOf | undefined = element && kindOfElement(element, fields)
  if (does === 'aims') fields.aim(() => kindOf)
  if (does !== 'types') return
  const kind = element ? kindOf?.(typed) : (above(typed) ?? kindOfFocus(typed, words, false, fields))
  if (kind) keep(typed, kind, field, found)
}

function inWords(value: string, visited: Visit, beside: Entries): void {
  if (doesType(visited.verb) !== false && isOfVariables(value, beside, visited)) return
  const typed = doesType(visited.verb) === false ? undefined : typedInWords(value)
  if (typed) keep(value.slice(typed.start, typed.end), typed.kind, undefined, visited.found)
  else inText(value, visited)
}

/** Learn what stands beside a sentence for its placeholders, `type %b% into the password field`; `false` where there is none. */
function isOfVariables(value: string, beside: Entries, { found, field }: Visit): boolean {
  const variables = beside.find(([key, item]) => key === 'variables' && isObject(item))?.[1]
  if (!isObject(variables)) return false
  const entries = entriesOf(variables)
  for (const { name, kind } of placeholdersIn(value)) {
    const given = entries.find(([key]) => key === name)?.[1]
    const typed = typeof given === 'string' ? given : textAt(given, 'value')
    if (kind && typed !== undefined) keep(typed, kind, field, found)
  }
  return true
}
