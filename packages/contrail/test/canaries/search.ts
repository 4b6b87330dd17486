import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Canary } from './values.ts'

/** Something that a user or a program may read of a run: a file, the name of one, what a command prints. */
export interface Output {
  readonly name: string
  readonly bytes: Buffer
}

/** Every file below a folder, and its path. */
export async function filesBelow(root: string): Promise<Output[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const outputs = entries.map(async (entry) => {
    const file = path.join(entry.parentPath, entry.name)
    const name = path.relative(root, file)
    const itself = { name: `the name of ${name}`, bytes: Buffer.from(name) }
    if (!entry.isFile()) return [itself]
    const bytes = await readFile(file)
    return /\.(?:json|log)$/.test(name) ? [itself, { name, bytes }, readJson(name, bytes)] : [itself, { name, bytes }]
  })
  return (await Promise.all(outputs)).flat()
}

/** The texts of a JSON file, whole or line by line, as a reader has them: what was escaped before it was stored is so still. */
function readJson(name: string, bytes: Buffer): Output {
  const texts: string[] = []
  const collect = (key: string, value: unknown): unknown => {
    texts.push(key, ...(typeof value === 'string' ? [value] : []))
    return value
  }
  for (const text of name.endsWith('.log') ? bytes.toString().trimEnd().split('\n') : [bytes.toString()]) {
    JSON.parse(text, collect)
  }
  return { name: `the texts of ${name}`, bytes: Buffer.from(texts.join('\n')) }
}

/**
 * Look for values byte by byte, with nothing of the product: plain, percent-, JSON- and HTML-escaped, in hex, in base64 and
 * base64url wherever in it they begin, and in UTF-16.
 *
 * @returns `<door>, <form>: <output>` for each that was found
 */
export function findCanaries(outputs: readonly Output[], canaries: readonly Canary[]): string[] {
  return canaries.flatMap((canary) =>
    [...spellingsOf(canary.value)].flatMap(([spelling, form]) => {
      const encoding = form === 'UTF-16' ? 'utf16le' : 'utf8'
      const needle = Buffer.from(spelling, encoding)
      return outputs.filter(({ bytes }) => bytes.includes(needle)).map(({ name }) => `${canary.door}, ${form}: ${name}`)
    }),
  )
}

/** Shorter ones stand everywhere by chance. */
const shortest = 6

function spellingsOf(value: string): Map<string, string> {
  const bytes = Buffer.from(value)
  const json = JSON.stringify(value).slice(1, -1)
  const hex = bytes.toString('hex')
  const units = Array.from({ length: value.length }, (_, at) => value.charCodeAt(at).toString(16).padStart(4, '0'))
  const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
  const spellings: [string, string][] = [
    [hex, 'hex'],
    [hex.toUpperCase(), 'hex'],
    [hex.replaceAll(/../g, '%$&'), 'percent'],
    [hex.toUpperCase().replaceAll(/../g, '%$&'), 'percent'],
    [encodeURIComponent(value), 'percent'],
    [encodeURI(value), 'percent'],
    [new URLSearchParams({ v: value }).toString().slice(2), 'percent'],
    [json, 'JSON'],
    [JSON.stringify(json).slice(1, -1), 'JSON'],
    [units.map((unit) => `\\u${unit}`).join(''), 'JSON'],
    [units.map((unit) => `\\u${unit.toUpperCase()}`).join(''), 'JSON'],
    [html, 'HTML'],
    [Array.from(value, (character) => `&#${character.codePointAt(0)};`).join(''), 'HTML'],
    [value, 'UTF-16'],
    ...[0, 1, 2].flatMap((shift): [string, string][] => {
      const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
      // Without the characters that hold bits of what stands beside the value.
      const inner = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6))
      const url = inner.replaceAll('+', '-').replaceAll('/', '_')
      return [
        [inner, 'base64'],
        [url, 'base64url'],
      ]
    }),
  ]
  const others = spellings.filter(([spelling]) => spelling.length >= shortest)
  return new Map([...others.toReversed().filter(([spelling]) => spelling !== value), [value, 'plain']])
}
