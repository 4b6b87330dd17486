import { findInBytes } from './bytes.ts'
import { quotePlaceholders, scanAria } from './scan/aria.ts'
import { parsePlaceholder, redactionKinds, writePlaceholder, type RedactionKind } from './text/placeholder.ts'
import { replaceSecrets, type Scan } from './parts.ts'
import type { SecretSpan } from './spans.ts'
import { redactValue } from './value.ts'
import type { TextPlace } from '../values/plain-builder.ts'
import type { PlainValue } from '../values/plain-value.ts'
import { scanCards } from './scan/cards.ts'
import { endBeforeCut } from './text/cut.ts'
import { kindOfField } from './names/fields.ts'
import { isSearchable, shortestSecret } from './known/forms.ts'
import { hints } from './text/hints.ts'
import { createKeyNames } from './names/keys.ts'
import { remember, rememberUnchanged } from './text/memoize.ts'
import { createKnownSecrets } from './known/known.ts'
import { scanPairs } from './scan/pairs.ts'
import { createPlaceKinds } from './names/places.ts'
import { scanShapes } from './scan/shapes.ts'
import { scanUserinfo } from './scan/userinfo.ts'
import { isReference } from './scan/pair-values.ts'

export interface RedactorOptions {
  /**
   * Values that must never be recorded, e.g. what stands in `*_TOKEN`. They are found in plain, percent-, backslash- (JSON)
   * and HTML-escaped, hexadecimal, base64 and base64url form, and with white space around them or without. Default none.
   */
  secrets?: readonly string[]
  /** 8 lower-case hex digits of a value, equal for equal values of a run and keyed, so that nobody can try values. */
  fingerprint: (value: string) => string
  /** More names, in any spelling, whose values are secrets. Default none. */
  keyNames?: readonly string[]
  /** Names, in any spelling, whose values are no secrets, whatever the built-in list says. Default none. */
  allowedKeyNames?: readonly string[]
}

/** How often values of each kind were replaced; never a value. Kinds that were not met are absent. */
export type RedactionReceipt = Readonly<Partial<Record<RedactionKind, number>>>

/**
 * Replaces secrets by `[redacted:<kind>:<fingerprint>]`. Equal values have equal placeholders, a placeholder is never
 * redacted, and redacting twice is the same as redacting once. All of it is linear in what is given.
 */
export interface Redactor {
  /** Replace every secret in a text. */
  text(text: string): string
  /**
   * {@link text} for what stands under a name: all of it is replaced where that is the name of a secret, and `ariaTree` stays
   * a tree in which placeholders are quoted.
   *
   * @param place where it stands in a value: `{name: 'Cookie', value: '...'}` and `password: {value: '...'}` are known too
   */
  field(key: string | undefined, text: string, place?: TextPlace): string
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
   * Look for a value in every text from now on. What was redacted before is not looked at again. Values that could not be
   * registered are not learned, and a short word only where it stands alone.
   */
  learn(value: string, kind?: RedactionKind): void
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
  /** The kind of secret that stands under a name, `undefined` where it is none. */
  kindOfKey(key: string): RedactionKind | undefined
  /** The kind of secret that something is by where it stands in a value, whatever it is; as {@link field} knows it. */
  kindOfPlace(key: string | undefined, place: TextPlace | undefined): RedactionKind | undefined
  /** Replace a text that is a secret as a whole. It is not learned. */
  whole(text: string, kind: RedactionKind): string
  /** The same object as long as nothing more was replaced. */
  receipt(): RedactionReceipt
}

/**
 * Make the redactor of one run.
 *
 * Not found are: a value in other upper and lower case or another Unicode form, cut in pieces (typed key by key, hyphenated),
 * compressed, encrypted or hashed, in UTF-16 or UTF-32 bytes, as an array of the numbers of its bytes, in hex with separators,
 * in base64 of base64, or under more than three rounds of escapes; what is known by its name or shape only, in base64 or hex;
 * what XML or HTML names, or a list of JSON in a text, and what stands under another name inside an object of a secret's name; a
 * password in prose or behind `:` that reads like a word; a password in a URL that begins like a port (`12/...`); and what is learned only later. Where a text ends with the mark of a cut, the beginning of a
 * known value is found before it. Beyond 10,000 learned values no more are learned. Pixels are not read.
 *
 * @throws {TypeError} when a secret cannot be looked for, see {@link isRedactable}, for more than 20,000 of them, or when
 * `fingerprint` gives anything but 8 lower-case hex digits. No message holds a secret.
 */
export function createRedactor(options: RedactorOptions): Redactor {
  const { fingerprint, secrets = [] } = options
  const names = createKeyNames(options.keyNames, options.allowedKeyNames)
  const kindOfKey = names.kindOf
  const kindOfKnownField = remember((name) => kindOfField(name) ?? kindOfNamedField(kindOfKey(name)))
  const kindAt = createPlaceKinds(kindOfKey)
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

  const scanFor = (fieldNames: readonly string[]): Scan => {
    const kindOfAnyField = (name: string): RedactionKind | undefined =>
      fieldNames.includes(name) ? 'password' : kindOfKnownField(name)
    return (view, depth, report, held) => {
      registered.search(view, report)
      learned.search(view, report)
      const cut = endBeforeCut(view)
      if (cut !== undefined) for (const known of [registered, learned]) known.searchCut(view, cut, report)
      scanShapes(view, report)
      if (held & hints.digits) scanCards(view, report)
      if (held & hints.hyphen) scanAria(view, kindOfAnyField, report, depth > 0)
      if (held & (hints.separator | hints.hyphen)) scanPairs(view, names, report)
      if (held & hints.separator) scanUserinfo(view, report)
    }
  }
  const scanText = scanFor([])
  const scanKnown: Scan = (view, _, report) => {
    registered.search(view, report)
    learned.search(view, report)
  }
  const redactText = rememberUnchanged((text) => replaceParts(text, scanText))
  const redactIdentifier = rememberUnchanged((text) =>
    replaceParts(text, (view, _, report, held) => {
      registered.search(view, report)
      scanShapes(view, report)
      if (held & (hints.separator | hints.hyphen)) scanPairs(view, names, report)
      if (held & hints.separator) scanUserinfo(view, report)
    }),
  )

  const learn = (value: string, kind: RedactionKind = 'password'): void => {
    if (isNoSecret(value) || registered.get(value)) return
    learned.add(value, kind)
    redactText.forget()
  }

  const redactor: Redactor = {
    text: redactText,
    field(key, text, place) {
      const kind = kindAt(key, text, place)
      if (kind) return replaceWhole(text, kind)
      return key === 'ariaTree' ? redactor.ariaTree(text) : redactText(text)
    },
    identifier: redactIdentifier,
    ariaTree: (ariaTree, { names: fieldNames = [] } = {}) =>
      quotePlaceholders(fieldNames.length === 0 ? redactText(ariaTree) : replaceParts(ariaTree, scanFor(fieldNames))),
    typed(text, kind = 'password') {
      learn(text, kind)
      return replaceWhole(text, kind)
    },
    learn,
    value: (plain, { sensitive = false } = {}) => redactValue(plain, redactor, sensitive),
    bytes(bytes) {
      const found = findInBytes(bytes, [registered, learned], { known: scanKnown, all: scanText })
      return found && placeholderOf(found)
    },
    kindOfKey,
    kindOfPlace: (key, place) => kindAt(key, '', place),
    whole: replaceWhole,
    receipt: () => (told ??= Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))),
  }
  return redactor
}

/**
 * Whether a value can be registered: it has 4 characters at least besides white space around it, is no plain word (`true`,
 * `false`, `null`, `none`, `undefined`, `localhost`), and does not stand in every placeholder, as `redacted` does.
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

/** What stands for a value already, or is none. */
function isNoSecret(text: string): boolean {
  return text === '' || isReference(text) || parsePlaceholder(text) !== undefined
}

/** A textbox that is named as a property would be: "API key", "Client secret". */
function kindOfNamedField(kind: RedactionKind | undefined): RedactionKind | undefined {
  return kind === 'session' || kind === 'cookie' || kind === 'authorization' ? undefined : kind
}
