import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The place in which a content comes. `vendor`: a key of a vendor's format, in a result and in a tree. `steps`: the events of a run. */
export type Door = 'result' | 'tree' | 'arguments' | 'url' | 'target' | 'vendor' | 'steps'

/** A content that holds no secret, and what it is modelled on. */
export interface Harmless {
  readonly source: string
  readonly door: Door
  readonly content: unknown
}

/** A content with a secret in it. */
export interface Secret extends Harmless {
  readonly secret: string
  readonly vendor?: string
  /** Nothing promises that it is found, and it is not: told as it is. */
  readonly promised?: false
}

/** Contents that somebody wrote to be missed, told by their source. */
export function isStrangers({ source }: Pick<Harmless, 'source'>): boolean {
  return source.startsWith('a stranger')
}

/** Read the harmless contents: a line each, `{source, door, content}`. */
export function readHarmless(): readonly Harmless[] {
  return (harmless ??= readLines('harmless.jsonl') as Harmless[])
}

/**
 * Read the contents with secrets. `§` stands where the secret does; what looks like a real key is made here, always the same, so
 * that no file of the repository holds one: `key:40` is one of 40 letters and digits, `made:<prefix>|<parts>` a vendor's.
 */
export function readSecrets(): readonly Secret[] {
  return (secrets ??= (readLines('secrets.jsonl') as Secret[]).map((line, index) => {
    const secret = secretOf(line.secret, index)
    return { ...line, secret, content: filled(line.content, secret) }
  }))
}

let harmless: readonly Harmless[] | undefined
let secrets: readonly Secret[] | undefined

function readLines(name: string): unknown[] {
  const lines = readFileSync(new URL(name, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
  return lines.map((line) => JSON.parse(line) as unknown)
}

/** Put a secret into its place, in every text of a content; in a text of JSON it stands as JSON has it. */
function filled(content: unknown, secret: string): unknown {
  if (typeof content === 'string') return content.replaceAll('§', () => secret)
  if (Array.isArray(content)) return content.map((item) => filled(item, secret))
  if (typeof content !== 'object' || content === null) return content
  return Object.fromEntries(Object.entries(content).map(([key, item]) => [key, filled(item, secret)]))
}

function secretOf(recipe: string, seed: number): string {
  const draw = createDraw(seed)
  if (recipe.startsWith('key:')) return draw(alphabets['an']!, Number(recipe.slice(4)))
  if (!recipe.startsWith('made:')) return recipe
  const [prefix = '', parts = ''] = recipe.slice('made:'.length).split('|')
  const made = parts.split('+').map((part) => {
    const [alphabet = '', length] = part.split(':')
    if (part === 'uuid') return [8, 4, 4, 4, 12].map((size) => draw(alphabets['hex']!, size)).join('-')
    return length !== undefined && alphabets[alphabet] ? draw(alphabets[alphabet], Number(length)) : part
  })
  return prefix + made.join('')
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const alphabets: Record<string, string> = {
  an: `${letters}0123456789`,
  let: letters,
  lowan: 'abcdefghijklmnopqrstuvwxyz0123456789',
  word: `${letters}0123456789-_`,
  dotted: `${letters}0123456789`,
  b64: `${letters}0123456789`,
  b32: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  up: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  hex: '0123456789abcdef',
  dig: '0123456789',
  dig1: '123456789',
}

/** Draws characters by the bytes of hashes. */
function createDraw(seed: number): (alphabet: string, length: number) => string {
  let count = 0
  const byte = (): number =>
    createHash('sha256')
      .update(`${seed}:${(count += 1)}`)
      .digest()[0]!
  return (alphabet, length) => Array.from({ length }, () => alphabet[byte() % alphabet.length]).join('')
}
