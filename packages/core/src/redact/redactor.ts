// Long, since half of it is what a redactor promises; the rest only puts the scanners in their order.
import { findInBytes } from './bytes.ts'
import { scanAriaTables } from './scan/aria-tables.ts'
import { quotePlaceholders, scanAria } from './scan/aria.ts'
import { parsePlaceholder, redactionKinds, writePlaceholder, type RedactionKind } from './text/placeholder.ts'
import { replaceSecrets, type Scan, type SecretSpan } from './replace.ts'
import { redactValue } from './value.ts'
import type { TextPlace } from '../values/place.ts'
import type { PlainValue } from '../values/plain-value.ts'
import { fewestDigits, scanCards } from './scan/cards.ts'
import { endBeforeCut } from './text/cut.ts'
import { isPostalCode } from './names/fields.ts'
import { createKindInField } from './names/field-value.ts'
import { isSearchable, shortestSecret } from './known/forms.ts'
import { hints } from './text/hints.ts'
import { seenText } from './text/seen.ts'
import { createKeyNames, type SecretName } from './names/keys.ts'
import { copyOf, remember, rememberUnchanged } from './text/memoize.ts'
import { createKnownSecrets } from './known/known.ts'
import { scanPairs } from './scan/pairs.ts'
import { createPlaces, judgedText } from './names/places.ts'
import { isReference, isSecretNumber, isSecretUnder } from './names/value.ts'
import { scanCalls } from './scan/calls.ts'
import { secretOfArgument } from './scan/command-words.ts'
import { scanFlags } from './scan/commands.ts'
import { scanJson, type Leaf } from './format/json.ts'
import { scanFormParts, scanMarkup } from './scan/markup.ts'
import { scanShapes } from './scan/shapes.ts'
import { scanSql } from './tables/sql.ts'
import { scanTables } from './tables/tables.ts'
import { scanCallLog } from './format/call-log.ts'
import { endOfCookie } from './format/cookies.ts'
import { isLineOfPrivateKey } from './format/private-keys.ts'
import { scanManifests } from './format/manifests.ts'
import { scanToolCalls } from './format/tool-calls.ts'
import { scanWebKeys } from './format/web-keys.ts'
import { scanTold } from './told/told.ts'
import { scanTypedCode } from './scan/typed.ts'
import { scanUserinfo } from './scan/addresses.ts'
import { createWordSearch } from './known/words.ts'

export interface RedactorOptions {
  /**
   * Values that must never be recorded, e.g. what stands in `*_TOKEN`. They are found in plain, percent-, backslash- (JSON)
   * and HTML-escaped, hexadecimal, base64 and base64url form, as browsers write them in names of files, and with white space
   * around them or without. A common word, such as `postgres`, is one only where it stands whole under the name of a secret.
   * Default none.
   */
  secrets?: readonly string[]
  /** 8 lower-case hex digits of a value, equal for equal values of a run and keyed, so that nobody can try values. */
  fingerprint: (value: string) => string
  /** More names, in any spelling, whose values are secrets. Default none. */
  keyNames?: readonly string[]
  /** Names, in any spelling, whose values are no secrets, whatever the built-in list says. Default none. */
  allowedKeyNames?: readonly string[]
}

/** The number of replaced values of each kind; never a value. Kinds that were not met are absent. */
export type RedactionReceipt = Readonly<Partial<Record<RedactionKind, number>>>

/**
 * Replaces secrets by `[redacted:<kind>:<fingerprint>]`. Equal values have equal placeholders, a placeholder is never
 * redacted, and redacting twice is the same as redacting once. All of it is linear in what is given.
 */
export interface Redactor {
  /** Replace every secret in a text. */
  text(text: string): string
  /**
   * {@link text} for what stands under a name: all of it is replaced where that is the name of a secret and it can be one, and
   * `ariaTree` stays a tree in which placeholders are quoted.
   *
   * @param place where it stands in a value: `{name: 'Cookie', value: '...'}` and `password: {value: '...'}` are known too
   */
  field(key: string | undefined, text: string, place?: TextPlace): string
  /**
   * Tell what stands for a number that is a secret, by its name or its digits; `undefined` for all others, such as counts.
   */
  number(value: number, key: string | undefined, place: TextPlace): string | undefined
  /** The secrets in a text, without escapes. None of them is replaced or counted. */
  secretsIn(text: string): readonly { readonly value: string; readonly kind: RedactionKind }[]
  /** Replace registered and learned values alone, in every form of them. */
  known(text: string): string
  /**
   * Replace registered values, known shapes, values behind names and users of URLs alone. For ids, names of actions and enums, which
   * link events and must stay what they are whatever is learned in the middle of a run: an id that holds one becomes another
   * id, the same in every event.
   */
  identifier(text: string): string
  /** {@link text} for the tree of an aria snapshot. `names`: fields whose values are secrets, beside the known ones. */
  ariaTree(ariaTree: string, options?: { names?: readonly string[] }): string
  /**
   * Replace a text that is a secret as a whole, such as one typed into a password field, and {@link learn} it. A value under 4
   * characters gets the fingerprint `00000000`, so that keys typed one by one do not spell it.
   */
  typed(text: string, kind?: RedactionKind): string
  /**
   * Look for a value in every text from now on. What was redacted before is not looked at again. A weak value, of under 6
   * characters, or under 8 of one sort, or a word of pages, is looked for only where it stands whole under the name of a
   * secret, and in the field that it was typed into.
   *
   * @param field the accessible name of that field: whatever a later tree has there is a secret too
   */
  learn(value: string, kind?: RedactionKind, field?: string): void
  /** The same redactor, which also replaces these values, however weak, where they stand as words: those of one step. */
  along(values: readonly { readonly value: string; readonly kind: RedactionKind }[]): Redactor
  /**
   * Copy plain data without its secrets: keys, lengths of arrays and types are as they were, except that a number which is a
   * secret becomes a text.
   *
   * @param options.sensitive every text is one that was typed: see {@link typed}
   */
  value(plain: PlainValue, options?: { sensitive?: boolean }): PlainValue
  /**
   * The placeholder of a registered or learned value that stands in bytes in any form, or, where they are a text in UTF-8, of
   * any secret in it; `undefined` where there is none. How far many bytes are searched: {@link findInBytes}.
   */
  bytes(bytes: Uint8Array): string | undefined
  /** The kind of secret that something is by where it stands in a value, if it can be one; as {@link field} knows it. */
  kindOfPlace(key: string | undefined, place: TextPlace | undefined, text: () => string): RedactionKind | undefined
  /** Replace a text that is a secret as a whole. It is not learned. */
  whole(text: string, kind: RedactionKind): string
  /** The same object as long as nothing more was replaced. */
  receipt(): RedactionReceipt
}

/**
 * Make the redactor of one run.
 *
 * Not found are: a value in other upper and lower case or another Unicode form, cut in pieces (typed key by key, hyphenated, in two
 * texts of a list, in lines of an unusual width),
 * compressed, encrypted or hashed, in UTF-16 or UTF-32 bytes, as an array of the numbers of its bytes, in hex with separators,
 * in base64 of base64, or under more than three rounds of escapes; what is known by its name or shape only, in base64 or hex;
 * what stands under another name inside an object of a secret's name; a password in prose, or behind `:` in a line that goes on,
 * that may be a word of it; a password in a URL that begins like a port (`12/...`); and what is learned only later. Where a
 * text ends with the mark of a cut, the beginning of a known value is found before it. Beyond 10,000 learned values no more
 * are learned. Pixels are not read.
 *
 * @throws {TypeError} when a secret cannot be looked for, see {@link isRedactable}, for more than 20,000 of them, or when
 * `fingerprint` gives anything but 8 lower-case hex digits. No message holds a secret.
 */
export function createRedactor(options: RedactorOptions): Redactor {
  const { fingerprint, secrets = [] } = options
  const names = createKeyNames(options.keyNames, options.allowedKeyNames)
  const kindInField = createKindInField(names)
  const nameAt = createPlaces(names)
  const learnedFields = new Map<string, RedactionKind>()
  const counts = new Map<RedactionKind, number>()
  let told: RedactionReceipt | undefined
  const writeKnown = Object.fromEntries(
    redactionKinds.map((kind) => [kind, remember((value) => writePlaceholder({ value, kind }, fingerprint))]),
  ) as Record<RedactionKind, (value: string) => string>
  const registered = createKnownSecrets('registered')
  const learned = createKnownSecrets('learned')
  for (const [index, value] of secrets.entries()) {
    assertRedactable(value, index)
    registered.add(value, 'registered')
  }
  // Tells now, and not at the first secret, that it gives something else.
  writePlaceholder({ value: 'probe', kind: 'secret' }, fingerprint)

  const placeholderOf = ({ value, kind }: Pick<SecretSpan, 'value' | 'kind'>): string => {
    const known = registered.get(value) ?? learned.get(value) ?? { value, kind }
    counts.set(known.kind, (counts.get(known.kind) ?? 0) + 1)
    told = undefined
    return writeKnown[known.kind](known.value)
  }

  const replaceWhole = (text: string, kind: RedactionKind): string =>
    isNoSecret(text) ? text : placeholderOf({ value: text, kind })

  const replaceParts = (text: string, scan: Scan): string => replaceSecrets(text, scan, placeholderOf)

  const scanKnown: Scan = (view, _, report) => {
    registered.search(view, report)
    learned.search(view, report)
  }
  const scanFor = (fieldNames: readonly string[], scanWords = scanKnown): Scan => {
    const kindOfAnyField = (name: string, value: string): RedactionKind | undefined => {
      if (fieldNames.includes(name)) return 'password'
      const kind = learnedFields.get(name) ?? kindInField(name, value)
      return kind === 'one_time_code' && isPostalCode(name, value) ? undefined : kind
    }
    return (view, depth, report, held) => {
      scanWords(view, depth, report, held)
      const cut = endBeforeCut(view)
      if (cut !== undefined) for (const known of [registered, learned]) known.searchCut(view, cut, report)
      scanShapes(view, report)
      scanCards(view, report)
      if (held & (hints.separator | hints.cells)) scanAria(view, kindOfAnyField, report, depth > 0)
      if (held & hints.hyphen) {
        scanAriaTables(view, names, report)
        scanFlags(view, names, report)
      }
      if (held & hints.separator) {
        scanPairs(view, names, report)
        scanUserinfo(view, report)
        scanManifests(view, report)
      }
      if (held & hints.quote) {
        scanCalls(view, names, report)
        scanTypedCode(view, report)
        scanToolCalls(view, report)
        scanCallLog(view, report)
        scanWebKeys(view, report)
        scanJson(view, kindOfLeaf, report)
      }
      if (held & hints.angle) scanMarkup(view, names, report)
      if (held & hints.quote) scanFormParts(view, names, report)
      if (held & (hints.quote | hints.cells)) scanSql(view, names, report)
      if (held & hints.cells) scanTables(view, names, report)
      scanTold(view, names, report)
    }
  }
  const scanText = scanFor([])
  const redactText = rememberUnchanged((text) => replaceParts(text, scanText))
  const redactIdentifier = rememberUnchanged((text) =>
    replaceParts(text, (view, _, report, held) => {
      registered.search(view, report)
      scanShapes(view, report)
      if (held & hints.separator) {
        scanPairs(view, names, report)
        scanUserinfo(view, report)
      }
    }),
  )

  const learn = (value: string, kind: RedactionKind = 'password', field?: string): void => {
    const name = field === undefined ? '' : seenText(field)
    if (name !== '' && learnedFields.get(name) !== kind && learnedFields.size < mostLearnedFields) {
      learnedFields.set(copyOf(name), kind)
      redactText.forget()
    }
    if (isNoSecret(value) || registered.get(value) || learned.get(value)) return
    learned.add(copyOf(value), kind)
    redactText.forget()
  }

  /** The kind of secret under a name: a text is one by what it looks like, or because it is known. */
  const kindUnder = (name: SecretName | undefined, text: string): RedactionKind | undefined =>
    name && (isSecretUnder(name, seenText(text), names) || learned.get(text) || registered.get(text))
      ? name.kind
      : undefined

  const kindOfLeaf = ({ key, value, place, isNumber }: Leaf): RedactionKind | undefined => {
    const name = nameAt(key, isNumber ? undefined : value, place)
    if (!isNumber || !name) return kindUnder(name, value)
    return /^\d+$/.test(value) && isSecretNumber(value.length, name) ? name.kind : undefined
  }

  const createWith = (
    read: (text: string) => string,
    scan: (fieldNames: readonly string[]) => Scan,
    scanWords: Scan,
  ): Redactor => ({
    text: read,
    field(key, text, place) {
      const kind = kindUnder(nameAt(key, text, place), judgedText(key, text, place))
      if (kind) {
        const end = kind === 'cookie' ? endOfCookie(text) : text.length
        return replaceWhole(text.slice(0, end), kind) + text.slice(end)
      }
      const items = place && Array.isArray(place.parent) ? place.parent : undefined
      if (items && isLineOfPrivateKey(items, text)) return replaceWhole(text, 'pem')
      const argument = items && secretOfArgument(items, text)
      if (argument) {
        const { start, end } = argument
        return text.slice(0, start) + replaceWhole(text.slice(start, end), argument.kind) + text.slice(end)
      }
      return key === 'ariaTree' ? this.ariaTree(text) : read(text)
    },
    number(value, key, place) {
      const digits = String(value)
      if (digits.length < 3) return undefined
      const name = nameAt(key, undefined, place)
      const isSecret = name && /^\d+$/.test(digits) && isSecretNumber(digits.length, name)
      if (isSecret || (name && learned.get(digits))) return replaceWhole(digits, name.kind)
      // Digits alone have no name, no mark and no words in them.
      const redacted = digits.length < fewestDigits ? replaceParts(digits, scanWords) : read(digits)
      return redacted === digits ? undefined : redacted
    },
    secretsIn(text) {
      const found: SecretSpan[] = []
      replaceSecrets(text, scanText, (span) => {
        found.push(span)
        return writeKnown[span.kind](span.value)
      })
      return found
    },
    known: (text) => replaceParts(text, scanKnown),
    identifier: redactIdentifier,
    ariaTree: (ariaTree, { names: fieldNames = [] } = {}) =>
      quotePlaceholders(
        fieldNames.length === 0 ? read(ariaTree) : replaceParts(ariaTree, scan(fieldNames.map(seenText))),
      ),
    typed(text, kind = 'password') {
      learn(text, kind)
      return replaceWhole(text, kind)
    },
    learn,
    along(values) {
      const search = createWordSearch(values)
      if (!search) return this
      const words: Scan = (view, depth, report, held) => {
        scanKnown(view, depth, report, held)
        search(view, report)
      }
      const scanAlong = (fieldNames: readonly string[]): Scan => scanFor(fieldNames, words)
      // What has no room for a secret of its own may be one of these.
      const short = new Map(
        values.filter(({ value }) => value.length < shortestSecret).map((each) => [each.value, each]),
      )
      const readAlong = (text: string): string => {
        const whole = short.get(text)
        return whole ? replaceWhole(text, whole.kind) : replaceParts(text, scanAlong([]))
      }
      return createWith(readAlong, scanAlong, words)
    },
    value(plain, { sensitive = false } = {}) {
      return redactValue(plain, this, sensitive)
    },
    bytes(bytes) {
      const found = findInBytes(bytes, [registered, learned], { known: scanKnown, all: scanText })
      return found && placeholderOf(found)
    },
    kindOfPlace(key, place, text) {
      const name = nameAt(key, undefined, place)
      return name && kindUnder(name, text())
    },
    whole: replaceWhole,
    receipt: () => (told ??= Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))),
  })
  return createWith(redactText, scanFor, scanKnown)
}

/** Names of fields that were typed into; the first ones stay. */
const mostLearnedFields = 1_000

/**
 * Tells whether a value can be registered: it has 4 characters at least besides white space around it, is no plain word
 * (`true`, `false`, `null`, `none`, `undefined`, `localhost`), and is not in every placeholder, as `redacted` does.
 */
export function isRedactable(value: string): boolean {
  return isSearchable(value.trim())
}

function assertRedactable(value: unknown, index: number): asserts value is string {
  if (typeof value === 'string' && isRedactable(value)) return
  const got = typeof value === 'string' ? `one of ${value.length} characters` : typeof value
  const expected = `a string of at least ${shortestSecret} characters, no plain word such as "true" or "redacted"`
  throw new TypeError(`secrets[${index}]: expected ${expected}, got ${got}`)
}

/** Tells whether a text is a placeholder already, or no value. */
function isNoSecret(text: string): boolean {
  return text === '' || isReference(text) || parsePlaceholder(text) !== undefined
}
