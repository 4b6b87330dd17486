import type { RedactionKind } from '@contrail/core'

/** What stood in a field for secrets. */
export interface SeenSecret {
  readonly value: string
  readonly kind: RedactionKind
}

/**
 * The values that a capture saw in fields for secrets. They stay in memory, and are what it removes from the texts that it
 * reads of a page itself: aria trees, titles, addresses, results of tools.
 */
export interface SeenSecrets {
  remember(secret: SeenSecret): void
  /** The kind of a value that was seen before: a password stays one when a toggle shows it in a plain field. */
  kindOf(value: string): RedactionKind | undefined
  /** Replace every value seen, and those given, in a text. */
  mask(text: string, more?: readonly SeenSecret[]): string
  /** {@link mask} for the texts in arrays and plain objects. What holds none of the values is given back as it is. */
  maskAll(value: unknown, more?: readonly SeenSecret[]): unknown
}

const mostRemembered = 100
const shortestRemembered = 4
/** Shorter values stand in too many words to be replaced anywhere but in their own field. */
const shortestMasked = 3
/** From this length on a value is replaced inside of words, too. */
const shortestInWord = 8
const deepest = 50

/** Begin to remember, with nothing. The last 100 values are kept. */
export function createSeenSecrets(): SeenSecrets {
  const seen = new Map<string, RedactionKind>()

  const mask: SeenSecrets['mask'] = (text, more = []) => {
    if (seen.size === 0 && more.length === 0) return text
    return maskText(text, [...[...seen].map(([value, kind]) => ({ value, kind })), ...more])
  }

  const maskAll: SeenSecrets['maskAll'] = (value, more = []) => {
    if (seen.size === 0 && more.length === 0) return value
    return mapTexts(value, (text) => mask(text, more))
  }

  return {
    remember({ value, kind }) {
      // The code and the expiry of a card are numbers as any other.
      if (value.trim().length < shortestRemembered || (kind === 'card' && value.length < 12)) return
      seen.delete(value)
      seen.set(value, kind)
      for (const oldest of seen.keys()) {
        if (seen.size <= mostRemembered) break
        seen.delete(oldest)
      }
    },
    kindOf: (value) => seen.get(value),
    mask,
    maskAll,
  }
}

/**
 * What stands for a value that the capture took out. It is not keyed, as the recorder's placeholders are: whoever listens
 * learns nothing of the value, not even whether two are equal.
 */
export function placeholderOf({ value, kind }: SeenSecret): string {
  const placeholder = `[redacted:${kind}:00000000]`
  return placeholder.includes(value) ? '[redacted:secret:00000000]' : placeholder
}

/**
 * Replace values in a text, in plain, JSON-, YAML- and percent-escaped form, and with its white space in one. Values of less than 8
 * characters are replaced only where neither letter nor digit is beside them.
 */
function maskText(text: string, secrets: readonly SeenSecret[]): string {
  const spans = secrets.flatMap((secret) =>
    formsOf(secret.value).flatMap((form) =>
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

function formsOf(value: string): string[] {
  const lines = [value, value.trim(), value.replace(/\s+/g, ' ').trim()]
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
    ]
  })
  return [...new Set(escaped)].filter((form) => form.length >= shortestMasked)
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

/** Copy arrays and plain objects with their texts changed. An object without a change is not copied. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
  const copies = new Map<object, unknown>()
  const copy = (item: unknown, depth: number): unknown => {
    if (typeof item === 'string') return change(item)
    if (typeof item !== 'object' || item === null || depth > deepest) return item
    if (copies.has(item)) return copies.get(item)
    copies.set(item, item) // stands in for a circle until its copy is known
    const mapped = copyObject(item, (inner) => copy(inner, depth + 1))
    copies.set(item, mapped)
    return mapped
  }
  return copy(value, 0)
}

function copyObject(value: object, copy: (item: unknown) => unknown): unknown {
  try {
    if (Array.isArray(value)) {
      const items = value.map(copy)
      return items.some((item, index) => item !== value[index]) ? items : value
    }
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) return value
    const entries = Object.entries(value).map(([key, item]) => [key, copy(item), item] as const)
    const isChanged = entries.some(([, mapped, item]) => mapped !== item)
    return isChanged ? Object.fromEntries(entries.map(([key, mapped]) => [key, mapped])) : value
  } catch {
    return value // a getter that throws: the recorder marks it, and its redactor looks through the rest
  }
}
