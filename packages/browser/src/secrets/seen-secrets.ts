import { fileNamesOf, isLookedForEverywhere, type RedactionKind } from '@contrail/core'

/** A value that was in a field for secrets. */
export interface SeenSecret {
  readonly value: string
  readonly kind: RedactionKind
  /** It is one word of a phrase, or one sign of a code. Default false. */
  readonly isPart?: boolean
}

/**
 * Tells whether a value stands for itself wherever it stands: one that a recorder looks for everywhere, and a one-time code of 6 signs.
 * A weaker one, such as `2026` or `test`, stands in much that is no secret.
 */
export function isStrong({ value, kind, isPart = false }: SeenSecret): boolean {
  if (isPart) return false
  const text = value.trim()
  return isLookedForEverywhere(text) || (kind === 'one_time_code' && /^(?=.*\d)[\w -]{6,}$/.test(text))
}

/**
 * The values that the captures of a recording saw in fields for secrets. They stay in memory, and are what it removes from the texts that it
 * reads of a page itself, such as aria trees, titles, addresses and results of tools, and from what is said in a step.
 */
export interface SeenSecrets {
  remember(secret: SeenSecret): void
  /** The kind of a strong value that was seen before: a password stays one when a toggle shows it in a plain field. */
  kindOf(value: string): RedactionKind | undefined
  /** All that is remembered, weak ones too; the same array until that changes. */
  all(): readonly SeenSecret[]
  /** Replace every strong value seen, and those given, in a text. */
  mask(text: string, more?: readonly SeenSecret[]): string
  /** {@link mask} for the texts in arrays and plain objects. A value without any of them is given back as it is. */
  maskAll(value: unknown, more?: readonly SeenSecret[]): unknown
  /** {@link maskAll} for texts that say more than a value; one that is a value and nothing else stays. */
  maskWithin(value: unknown, more?: readonly SeenSecret[]): unknown
}

const mostRemembered = 100
const shortestRemembered = 4
/** Shorter values stand in too many words to be replaced anywhere but in their own field. */
const shortestMasked = 3
/** From this length on a value is replaced inside of words, too. */
const shortestInWord = 8
const deepest = 50

const recordings = new WeakMap<object, SeenSecrets>()

/** The values that all captures of one recording have seen: what is typed on one page may stand on another. */
export function seenSecretsOf(recording: object): SeenSecrets {
  const seen = recordings.get(recording) ?? createSeenSecrets()
  recordings.set(recording, seen)
  return seen
}

/** Begin to remember, with nothing. The last 100 values are kept. */
export function createSeenSecrets(): SeenSecrets {
  const seen = new Map<string, RedactionKind>()
  let told: readonly SeenSecret[] | undefined
  let strong: readonly SeenSecret[] = []
  const all = (): readonly SeenSecret[] => {
    if (!told) {
      told = [...seen].map(([value, kind]) => ({ value, kind }))
      strong = told.filter(isStrong)
    }
    return told
  }
  const allStrong = (): readonly SeenSecret[] => (all(), strong)

  const mask: SeenSecrets['mask'] = (text, more = []) => {
    if (seen.size === 0 && more.length === 0) return text
    return maskText(text, [...allStrong(), ...more])
  }

  const maskAll: SeenSecrets['maskAll'] = (value, more = []) => {
    if (seen.size === 0 && more.length === 0) return value
    return mapTexts(value, (text) => mask(text, more))
  }

  const maskWithin: SeenSecrets['maskWithin'] = (value, more = []) => {
    if (seen.size === 0 && more.length === 0) return value
    const values = new Set([...allStrong(), ...more].map((secret) => secret.value))
    return mapTexts(value, (text) => (values.has(text) ? text : mask(text, more)))
  }

  return {
    remember({ value, kind, isPart = false }) {
      // The code and the expiry of a card are numbers as any other.
      if (isPart || value.trim().length < shortestRemembered || (kind === 'card' && value.length < 12)) return
      if (seen.get(value) !== kind) told = undefined
      seen.delete(value)
      seen.set(value, kind)
      for (const oldest of seen.keys()) {
        if (seen.size <= mostRemembered) break
        seen.delete(oldest)
      }
    },
    kindOf: (value) => {
      const kind = seen.get(value)
      return kind && isStrong({ value, kind }) ? kind : undefined
    },
    all,
    mask,
    maskAll,
    maskWithin,
  }
}

/**
 * The placeholder of a value that the capture took out. It is not keyed, as the recorder's placeholders are: whoever
 * listens learns nothing of the value, not even whether two are equal.
 */
export function placeholderOf({ value, kind }: SeenSecret): string {
  const placeholder = `[redacted:${kind}:00000000]`
  return placeholder.includes(value) ? '[redacted:secret:00000000]' : placeholder
}

/**
 * Replace values in a text, in plain, JSON-, YAML- and percent-escaped form, as names of files, and with its white space in one.
 * A one-time code also with blanks or hyphens in it. Values of less than 8 characters are replaced only where neither letter nor digit is beside them.
 */
export function maskText(text: string, secrets: readonly SeenSecret[]): string {
  const spans = secrets.flatMap((secret) =>
    formsOf(secret).flatMap((form) =>
      placesOf(form, text).map((start) => ({ start, end: start + form.length, secret })),
    ),
  )
  if (spans.length === 0) return text
  spans.sort((a, b) => a.start - b.start || b.end - a.end)
  let masked = ''
  let from = 0
  for (const { start, end, secret } of spans) {
    if (start >= from) masked += text.slice(from, start) + placeholderOf(secret)
    // What overlaps goes with what it overlaps.
    from = Math.max(from, end)
  }
  return masked + text.slice(from)
}

function formsOf({ value, kind }: SeenSecret): string[] {
  const lines = [value, value.trim(), value.replace(/\s+/g, ' ').trim()]
  if (kind === 'one_time_code' && /^\w{6,12}$/.test(value)) lines.push(...apart(value))
  const escaped = lines.flatMap((line) => {
    const json = JSON.stringify(line.toWellFormed()).slice(1, -1)
    const query = new URLSearchParams({ v: line }).toString().slice(2)
    return [
      line,
      json,
      JSON.stringify(json).slice(1, -1),
      json.replaceAll("'", "''"),
      encodeURIComponent(line.toWellFormed()),
      query,
      ...fileNamesOf(line),
    ]
  })
  return [...new Set(escaped)].filter((form) => form.length >= shortestMasked)
}

/** A code as people write it: in halves, by threes, or its signs apart. */
function apart(code: string): string[] {
  return [1, 3, Math.ceil(code.length / 2)].flatMap((size) => {
    const groups = code.match(new RegExp(`.{1,${size}}`, 'g'))!
    return [groups.join(' '), groups.join('-')]
  })
}

function placesOf(form: string, text: string): number[] {
  const places: number[] = []
  for (let start = text.indexOf(form); start >= 0; start = text.indexOf(form, start + form.length)) {
    const end = start + form.length
    const isAlone = !isWordCharacter(text[start - 1]) && !isWordCharacter(text[end])
    if (form.length >= shortestInWord || isAlone) places.push(start)
  }
  return places
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character)
}

/** Copy arrays and plain objects, circles too, with their texts changed. Gives the value itself back when none changed. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
  const copies = new Map<object, unknown>()
  let isChanged = false
  const copy = (item: unknown, depth: number): unknown => {
    if (typeof item === 'string') {
      const changed = change(item)
      isChanged ||= changed !== item
      return changed
    }
    if (typeof item !== 'object' || item === null || depth > deepest) return item
    if (copies.has(item)) return copies.get(item)
    const entries = entriesOf(item)
    if (!entries) return item
    const target: object = Array.isArray(item) ? [] : {}
    copies.set(item, target)
    for (const [key, inner] of entries) {
      Object.defineProperty(target, key, { value: copy(inner, depth + 1), ...ordinary })
    }
    return target
  }
  const mapped = copy(value, 0)
  return isChanged ? mapped : value
}

const ordinary = { enumerable: true, configurable: true, writable: true }

/** The entries of an array or a plain object, `undefined` for everything else. */
function entriesOf(item: object): [string, unknown][] | undefined {
  try {
    const prototype: unknown = Object.getPrototypeOf(item)
    const isPlain = Array.isArray(item) || prototype === Object.prototype || prototype === null
    return isPlain ? Object.entries(item) : undefined
  } catch {
    return undefined // a getter that throws: the recorder marks it, and its redactor looks through the rest
  }
}
