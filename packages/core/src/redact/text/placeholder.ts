import { unescapeText } from './views.ts'

/**
 * The kinds of redacted values. The list is closed: a replay asks for a value by its kind, and a receipt counts by it.
 *
 * - `registered`: a value the user named; `secret`: any value whose own kind would give it away
 * - `password`, `one_time_code`, `card`: typed into such a field, shown in one, under such a name; a card also by its digits
 * - `authorization`, `cookie`, `session`, `api_key`, `token`: under such a name, or in such a header
 * - `url_userinfo`, `url_query`: inside a URL
 * - the others: known by their shape
 */
export const redactionKinds = [
  'registered',
  'secret',
  'password',
  'one_time_code',
  'card',
  'authorization',
  'cookie',
  'session',
  'api_key',
  'token',
  'url_userinfo',
  'url_query',
  'jwt',
  'pem',
  'aws_key',
  'github_token',
  'openai_key',
  'anthropic_key',
  'slack_token',
  'google_key',
  'stripe_key',
  'npm_token',
] as const
export type RedactionKind = (typeof redactionKinds)[number]

/** The text that stands for a value: `[redacted:<kind>:<fingerprint>]`. */
export interface Placeholder {
  readonly kind: RedactionKind
  /** 8 lower-case hex digits, the same for equal values of one run; `00000000` says nothing: the value was too short. */
  readonly fingerprint: string
}

/** The fingerprint of values under 4 characters: equal ones are not told apart, or typed keys would spell a cryptogram. */
const noFingerprint = '00000000'
const shortestFingerprinted = 4

const opening = '[redacted:'
const fingerprintLength = 8
const kinds = new Set<string>(redactionKinds)
const longestKind = Math.max(...redactionKinds.map((kind) => kind.length))

function formatPlaceholder({ kind, fingerprint }: Placeholder): string {
  return `${opening}${kind}:${fingerprint}]`
}

/** @returns what a text says that is exactly one placeholder, `undefined` for any other */
export function parsePlaceholder(text: string): Placeholder | undefined {
  const found = placeholderAt(text, 0)
  return found?.end === text.length ? found.placeholder : undefined
}

/** A part of a text; `end` is exclusive. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/** Find every placeholder of a text, in order. */
export function findPlaceholders(text: string): TextRange[] {
  const found: TextRange[] = []
  for (let start = text.indexOf(opening); start >= 0;) {
    const end = placeholderAt(text, start)?.end
    if (end !== undefined) found.push({ start, end })
    start = text.indexOf(opening, end ?? start + opening.length)
  }
  return found
}

/** Eight lower-case hex digits, and nothing else. */
function isFingerprint(text: string): boolean {
  return /^[0-9a-f]{8}$/.test(text)
}

/**
 * Write the placeholder of a value, which does not hold that value: where its kind or fingerprint would, others stand for
 * them.
 *
 * @throws {TypeError} when `fingerprint` gives anything but 8 lower-case hex digits
 */
export function writePlaceholder(
  { value, kind }: { readonly value: string; readonly kind: RedactionKind },
  fingerprintOf: (value: string) => string,
): string {
  if (value.length < shortestFingerprinted) return formatPlaceholder({ kind, fingerprint: noFingerprint })
  let salted = unescapeText(value)
  let fingerprint = fingerprintOf(salted)
  for (let tries = 0; tries < 8 && isFingerprint(fingerprint) && fingerprint.includes(value); tries += 1) {
    fingerprint = fingerprintOf((salted += '\0'))
  }
  assertFingerprint(fingerprint)
  const others: readonly RedactionKind[] = [kind, 'secret', 'password', 'registered']
  const fitting = others.find((other) => !formatPlaceholder({ kind: other, fingerprint }).includes(value))
  return formatPlaceholder({ kind: fitting ?? kind, fingerprint })
}

function assertFingerprint(fingerprint: unknown): void {
  if (typeof fingerprint === 'string' && isFingerprint(fingerprint)) return
  throw new TypeError(`fingerprint: expected a function that gives 8 lower-case hex digits, got ${typeof fingerprint}`)
}

/** Tells whether a value is in every placeholder, so that hiding it by one would show it. */
export function isPartOfEveryPlaceholder(value: string): boolean {
  return opening.includes(value)
}

function placeholderAt(text: string, start: number): { placeholder: Placeholder; end: number } | undefined {
  if (!text.startsWith(opening, start)) return undefined
  const kindStart = start + opening.length
  const head = text.slice(kindStart, kindStart + longestKind + fingerprintLength + 2)
  const colon = head.indexOf(':')
  const kind = head.slice(0, Math.max(colon, 0))
  const fingerprint = head.slice(colon + 1, colon + 1 + fingerprintLength)
  if (!kinds.has(kind) || !isFingerprint(fingerprint)) return undefined
  if (head[colon + 1 + fingerprintLength] !== ']') return undefined
  const end = kindStart + colon + fingerprintLength + 2
  return { placeholder: { kind: kind as RedactionKind, fingerprint }, end }
}
