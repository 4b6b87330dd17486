// Long, since all that is around a value is asked in one place: the objects it is in, calls, flags, headers, tables.
import type { TextPlace } from '../../values/place.ts'
import { textOf } from '../../values/plain-fields.ts'
import { isError } from '../../values/value-kind.ts'
import { isBesideSecret, isPostalName, kindOfField, kindOfSelector } from './fields.ts'
import { columnOf, type KeyNames, type SecretName } from './keys.ts'
import {
  doesType,
  entriesOf,
  isOtherField,
  isPressed,
  kindOfFieldText,
  kindOfNamed,
  namesSomethingElse,
  namingOf,
} from './named-field.ts'

/** Names under which the value itself stands, inside an object that is named as a secret. */
const valueNames = new Set(['value', 'values', 'default', 'raw', 'data', 'text', 'content', 'plain'])
/** Names of the value of a field, as its element has it, and as snapshots in traces of Playwright have it among the attributes. */
const fieldValues = new Set(
  'value Value val stringValue string_value newValue new_value oldValue old_value option_value optionValue envValue ParameterValue __playwright_value_'.split(
    ' ',
  ),
)

/** The keys of what an error says, and of the texts in tags of other values. */
const errorTexts = new Set(['message', 'stack'])
const tagTexts = new Set(['message', 'stack', 'description', 'base64'])
/** Names by which one error leads to another. */
const betweenErrors = new Set(['cause', 'errors'])

/**
 * Tells what a value is said to be by where it stands:
 *
 * - under the name of a secret, also in an array there: `headers: {cookie: ['...']}`
 * - as the value in an object of that name: `password: {type: 'plain', value: '...'}`
 * - as what an error of that name says: `token: new Error('...')`
 * - as the value in an object that tells its own name: `{name: 'Authorization', value: '...'}`, as HAR lists headers,
 *   `{name: 'sid', value: '...', domain: '...'}`, as browsers list cookies, and `{selector: '#password', text: '...'}`
 * - as what a call types, in an object that names the field: `{description: 'Password', method: 'fill', arguments: ['...']}`
 * - behind its name in a pair: `['cookie', '...']`, as `Object.entries` and a list of headers have it, and in `rawHeaders`
 * - behind its flag in a list of arguments: `['app', '--api-key', '...']`
 * - in a private part of a JSON Web Key, and in the data of a Secret of Kubernetes
 * - in the column of a table that is headed by its name: `{columns: ['user', 'password'], rows: [['ada', '...']]}`
 */
export function createPlaces(names: KeyNames) {
  return (key: string | undefined, text: string | undefined, place: TextPlace | undefined): SecretName | undefined => {
    const name = key === undefined ? undefined : names.named(key)
    if (!place) return name
    if (key !== undefined && (isKeyPart(key, place.parent) || isInManifest(key, place)))
      return { kind: 'secret', isSure: true }
    if (name) return name.isSure || !Array.isArray(place.parent) ? besideOthers(name, key!, place.parent) : name
    const pair =
      Array.isArray(place.parent) && text !== undefined
        ? (headingOf(place.parent, text, place, names) ?? nameBefore(place.parent, key, text, names))
        : undefined
    if (pair || key === undefined) return pair
    if (isOfCall(key)) return typedBy(Array.isArray(place.parent) ? place.around()[0] : undefined)
    if (!isValueName(key, place.parent)) return undefined
    const above = place.keys().find((label, depth) => depth > 0 && !betweenErrors.has(label))
    return (above === undefined ? undefined : names.named(above)) ?? nameBeside(place, key, names)
  }
}

/** Tells whether data under a name can be a secret by what is beside or around it, and not by that name: under `value` and the like. */
export function isToldByPlace(key: string, parent: object): boolean {
  return isValueName(key, parent) || isOfCall(key)
}

function isOfCall(key: string): boolean {
  return key === 'arguments' || key === 'args'
}

/** The text that tells whether a value is a secret: of an error's stack that is its message, which stands in the stack. */
export function judgedText(key: string | undefined, text: string, place: TextPlace | undefined): string {
  const isStack = key === 'stack' && place !== undefined && isError(place.parent)
  return isStack ? (textOf(place.parent, 'message') ?? text) : text
}

const besideLogin = ['user', 'username', 'login', 'email', 'host', 'userName', 'usr', 'uname']
const besidePlace = [
  'lat',
  'lng',
  'lon',
  'latitude',
  'longitude',
  'x',
  'y',
  'city',
  'state',
  'street',
  'address',
  'country',
  'logprob',
  'label',
  'title',
  'icon',
]

/** Judge a doubtful name by what is beside it: `pass` beside `user`, `pin` beside `lat` or `city`. */
function besideOthers(name: SecretName, key: string, parent: object): SecretName | undefined {
  if (name.isSure) return name
  if (name.kind === 'password' && besideLogin.some((other) => textOf(parent, other) !== undefined))
    return { ...name, isSure: true }
  const isPlace = name.kind === 'one_time_code' && besidePlace.some((other) => other !== key && hasOwn(parent, other))
  return isPlace ? undefined : name
}

function hasOwn(parent: object, key: string): boolean {
  try {
    return Object.hasOwn(parent, key)
  } catch {
    // A Proxy that throws has nothing beside it.
    return false
  }
}

/** The parts of a JSON Web Key that nobody else may know (RFC 7518, 6.2.2, 6.3.2, 6.4.1). */
const privateParts = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'])

function isKeyPart(key: string, parent: object): boolean {
  return key.length < 3 && privateParts.has(key) && textOf(parent, 'kty') !== undefined
}

/** Names in the data of a Secret that tell where it is used, and hold none. */
export const openNames =
  /^(?:user(?:name)?|login|host(?:name)?|port|database|dbname|namespace|type|ca\.crt|tls\.crt|\.?dockerconfig)$/i

const dataNames = new Set(['data', 'stringData'])

function isInManifest(key: string, place: TextPlace): boolean {
  const above = place.keys()[1]
  if (above === undefined || !dataNames.has(above)) return false
  const [manifest] = place.around()
  return manifest !== undefined && textOf(manifest, 'kind') === 'Secret' && !openNames.test(key)
}

/** In other objects a message is what a form says of a field: `password: {message: 'Too short'}`. */
function isValueName(key: string, parent: object): boolean {
  if (valueNames.has(key) || fieldValues.has(key) || isExpected(key)) return true
  return (errorTexts.has(key) && isError(parent)) || (tagTexts.has(key) && textOf(parent, '$type') !== undefined)
}

/** A value that a step compares a field's with. */
function isExpected(key: string): boolean {
  return key === 'expected' || key === 'expectedValue' || key === 'expected_value'
}

const labels =
  'name key field header label param parameter id variable Key Name property setting attribute option_name optionName envName ParameterKey'.split(
    ' ',
  )
const finders = ['selector', 'locator', 'element', 'placeholder', 'autocomplete', 'describe', 'description']

/** The object that has the name of a value in it: `{key: 'db.password', value: {stringValue: '...'}}`, as OpenTelemetry has attributes. */
function namedAround(place: TextPlace, key: string): object {
  const { parent } = place
  const isInValue = /^string_?value$/i.test(key) && place.keys()[1] === 'value'
  if (!isInValue || labels.some((label) => textOf(parent, label) !== undefined)) return parent
  return place.around()[0] ?? parent
}

function nameBeside(place: TextPlace, key: string, names: KeyNames): SecretName | undefined {
  const isValue = fieldValues.has(key)
  if (!isValue && key !== 'text' && key !== 'content' && !isExpected(key)) return undefined
  const parent = namedAround(place, key)
  // Of a page or a file the path names no value: only JSON Patch has it so.
  const isPatch = textOf(parent, 'op') !== undefined
  for (const label of isPatch ? [...labels, 'path'] : labels) {
    const text = textOf(parent, label)
    const name = text === undefined ? undefined : nameOfLabel(text, names)
    if (name && (isValue || name.isSure)) return name
  }
  // What stands in an element is its text as well, such as that of a button.
  const typed = textOf(place.parent, key)
  const isWord = !isValue && /^[A-Z][a-z]{1,11}$/.test(typed ?? '') && ![parent, ...place.around()].some(isTyping)
  for (const finder of isWord ? [] : finders) {
    const text = textOf(parent, finder)
    const isWords = namingOf(finder) === 'words'
    if (text === undefined || (isWords && isPressed(text))) continue
    const kind = (isWords ? kindOfSelector(text) : kindOfFieldText(finder, text, typed)) ?? typedBy(parent)?.kind
    if (kind && !labels.some((label) => isOtherField(textOf(parent, label) ?? '')) && !isOfElse(parent, typed))
      return { kind, isSure: true, isPostal: isPostalName(text) }
  }
  if (isValue && isPasswordInput(parent)) return { kind: 'password', isSure: true }
  const isCookie =
    textOf(parent, 'name') !== undefined &&
    textOf(parent, 'domain') !== undefined &&
    textOf(parent, 'path') !== undefined
  return isCookie ? { kind: 'cookie', isSure: true } : undefined
}

/** `{label: 'Game PIN', selector: '#pin', text: '...'}` */
function isOfElse(parent: object, typed: string | undefined): boolean {
  return entriesOf(parent).some(([key, item]) => namesSomethingElse(key, item, typed))
}

/** `{type: 'password', value: '...'}`, `{tag: 'input', attributes: {type: 'password'}, value: '...'}` */
function isPasswordInput(parent: object, depth = 0): boolean {
  // A field that 1Password hides is of a type of its own.
  if (textOf(parent, 'type') === 'CONCEALED') return true
  if (['type', 'inputType', 'input_type', 'fieldType'].some((key) => textOf(parent, key) === 'password')) return true
  const attributes =
    depth > 0 || !hasOwn(parent, 'attributes') ? undefined : new Map(entriesOf(parent)).get('attributes')
  return typeof attributes === 'object' && attributes !== null && isPasswordInput(attributes, 1)
}

function nameOfLabel(label: string, names: KeyNames): SecretName | undefined {
  const named = names.canEndAt(label, label.length) ? names.named(label) : undefined
  const kind = named ? undefined : kindOfField(label)
  if (!kind || isBesideSecret(label)) return named
  return { kind, isSure: true, isPostal: isPostalName(label) }
}

const verbs = ['method', 'action', 'type', 'name', 'tool', 'toolName']

/** The field for a secret into which a call types that names it, with its verb. */
function typedBy(call: object | undefined): SecretName | undefined {
  const kind = call && isTyping(call) ? kindOfNamed(entriesOf(call)) : undefined
  return kind && { kind, isSure: true }
}

/** Tells whether an object is a call that types, by its verb: `{name: 'fill', args: {...}}`. */
function isTyping(call: object): boolean {
  return verbs.some((name) => doesType(textOf(call, name)?.slice(0, 60) ?? '') === true)
}

const longestHeaders = 2_000

/**
 * The name right before a text, in an array of two, or of names and values in turn as Node has headers. Words
 * alone are another name: `['password', 'email']` is a list of fields.
 */
function nameBefore(
  pairs: readonly unknown[],
  key: string | undefined,
  text: string,
  names: KeyNames,
): SecretName | undefined {
  const flagged = nameOfFlag(pairs, text, names)
  if (flagged) return flagged
  if (!/[^A-Za-z_-]/.test(text)) return undefined
  const length = readLength(pairs)
  if (length !== 2 && (key !== 'rawHeaders' || length > longestHeaders)) return undefined
  try {
    for (let at = pairs.indexOf(text, 1); at > 0 && at < length; at = pairs.indexOf(text, at + 1)) {
      const before = at % 2 === 1 ? pairs[at - 1] : undefined
      const mayBeOne = typeof before === 'string' && names.canEndAt(before, before.length)
      const name = mayBeOne ? names.named(before) : undefined
      if (name) return name
    }
  } catch {
    // A getter or Proxy that throws is behind no name.
  }
  return undefined
}

const mostArguments = 200

/** The name of the flag right before a text, in a list of arguments. */
function nameOfFlag(items: readonly unknown[], text: string, names: KeyNames): SecretName | undefined {
  const length = readLength(items)
  if (text.startsWith('--') || length > mostArguments) return undefined
  const isWord = !/[^A-Za-z_-]/.test(text)
  if (isWord && text.length < 4) return undefined
  try {
    let other: string | undefined
    for (let at = 1; at < length; at += 1) {
      // A text may come back at many places: what is before it tells sooner that it is none.
      const flag = items[at - 1]
      if (typeof flag !== 'string' || flag.charCodeAt(0) !== hyphen || items[at] !== text) continue
      if (flag === other || (isWord && !isLastOfFlag(items[at + 1]))) continue
      const mayBeOne = names.canEndAt(flag, flag.length) && /^--?[a-z]{2}/i.test(flag)
      const name = mayBeOne ? names.named(flag) : undefined
      if (name && (!isWord || name.isSure))
        return { ...name, mayBeWord: name.mayBeWord === true && text.length < shortestWord }
      other = flag
    }
  } catch {
    // A getter or Proxy that throws is behind no flag.
  }
  return undefined
}

const hyphen = 0x2d

/** `--secret santa` may be one of a game. */
export const shortestWord = 6

/** Nothing comes behind a value, or another flag: `['--password', '...', '--port', '80']`. */
function isLastOfFlag(next: unknown): boolean {
  return next === undefined || (typeof next === 'string' && next.startsWith('-'))
}

const headings = ['columns', 'headers', 'header', 'head', 'fields', 'columnNames', 'column_names']
const mostColumns = 40

/** The name that heads the column of a cell: in a list beside that of the rows, or in the first of the rows. */
function headingOf(row: readonly unknown[], text: string, place: TextPlace, names: KeyNames): SecretName | undefined {
  const [rows, table] = place.around()
  if (!Array.isArray(rows) || readLength(row) > mostColumns) return undefined
  try {
    const told = headings.map((key): unknown => table && Reflect.get(table, key)).find(Array.isArray)
    const list: unknown = told ?? rows[0]
    const heads: unknown = Array.isArray(list) && list.length === 1 && Array.isArray(list[0]) ? list[0] : list
    if (!Array.isArray(heads) || heads === row || heads.length !== row.length) return undefined
    for (let at = row.indexOf(text); at >= 0; at = row.indexOf(text, at + 1)) {
      const name = columnOf(headingText(heads[at]), names)
      // The first of some pairs is no head: there a value has to look like one.
      if (name) return told ? name : heads.every(isHead) ? { ...name, isSure: false } : undefined
    }
  } catch {
    // A getter or Proxy that throws heads nothing.
  }
  return undefined
}

function isHead(heading: unknown): boolean {
  return typeof heading === 'string' && /^[\p{L} _-]{1,40}$/u.test(heading)
}

/** Columns are named by a text, or by an object with a name. */
function headingText(heading: unknown): string {
  if (typeof heading === 'string') return heading
  if (typeof heading !== 'object' || heading === null) return ''
  return ['name', 'field', 'key', 'title', 'label'].map((key) => textOf(heading, key)).find(Boolean) ?? ''
}

function readLength(pairs: readonly unknown[]): number {
  try {
    return pairs.length
  } catch {
    // A Proxy that throws has no pairs.
    return 0
  }
}
