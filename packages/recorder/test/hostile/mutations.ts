import type { Random } from '../faults/rig/sim-disk.ts'

/** Bytes as they were, changed in one way. */
export interface Mutation {
  readonly name: string
  readonly bytes: Buffer
}

type Mutate = (bytes: Buffer, random: Random) => Buffer

const below = (random: Random, limit: number): number => Math.floor(random() * limit)
const pick = <T>(random: Random, items: readonly T[]): T => items[below(random, items.length)] as T

function range(random: Random, length: number): [from: number, to: number] {
  const from = below(random, length)
  return [from, Math.min(length, from + 1 + below(random, pick(random, [4, 60, 2000])))]
}

function splice(bytes: Buffer, from: number, to: number, between: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, from), between, bytes.subarray(to)])
}

const strangeBytes = [
  Buffer.from([0]),
  Buffer.alloc(512),
  Buffer.from([0xff, 0xfe]),
  // A surrogate that was encoded by itself, an overlong slash, a sequence that ends early.
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xc0, 0xaf]),
  Buffer.from([0xf0, 0x9f, 0x92]),
  Buffer.from([0xef, 0xbb, 0xbf]),
  Buffer.from('\n'),
  Buffer.from('\r\n'),
  Buffer.from('{}\n'),
  Buffer.from('{"seq":1}\n'),
  Buffer.from('"'),
  Buffer.from('\\'),
]

const ofBytes: Record<string, Mutate> = {
  flip: (bytes, random) => {
    const changed = Buffer.from(bytes)
    const at = below(random, bytes.length)
    changed[at] = (changed[at] as number) ^ (1 << below(random, 8))
    return changed
  },
  overwrite: (bytes, random) => {
    const [from, to] = range(random, bytes.length)
    return splice(bytes, from, to, Buffer.alloc(to - from, below(random, 256)))
  },
  truncate: (bytes, random) => bytes.subarray(0, below(random, bytes.length)),
  delete: (bytes, random) => splice(bytes, ...range(random, bytes.length), Buffer.alloc(0)),
  duplicate: (bytes, random) => {
    const [from, to] = range(random, bytes.length)
    return splice(bytes, to, to, bytes.subarray(from, to))
  },
  swap: (bytes, random) => {
    const [from, middle] = range(random, bytes.length)
    const to = Math.min(bytes.length, middle * 2 - from)
    return splice(bytes, from, to, Buffer.concat([bytes.subarray(middle, to), bytes.subarray(from, middle)]))
  },
  insert: (bytes, random) => {
    const at = below(random, bytes.length + 1)
    return splice(bytes, at, at, pick(random, strangeBytes))
  },
}

const ofLines: Record<string, (lines: Buffer[], random: Random) => Buffer[]> = {
  'delete line': (lines, random) => lines.toSpliced(below(random, lines.length), 1 + below(random, 3)),
  'duplicate line': (lines, random) => {
    const at = below(random, lines.length)
    return lines.toSpliced(pick(random, [at, lines.length]), 0, lines[at] as Buffer)
  },
  'swap lines': (lines, random) => {
    const [a, b] = [below(random, lines.length), below(random, lines.length)]
    return lines.with(a, lines[b] as Buffer).with(b, lines[a] as Buffer)
  },
  'insert line': (lines, random) =>
    lines.toSpliced(below(random, lines.length + 1), 0, Buffer.concat([pick(random, strangeBytes), Buffer.from('\n')])),
  'keep only the end': (lines, random) => lines.slice(below(random, lines.length)),
}

/** Change bytes in one of many ways, the same for the same random numbers. */
export function mutateBytes(bytes: Buffer, random: Random): Mutation {
  const [name, mutate] = pick(random, Object.entries(ofBytes))
  return { name, bytes: mutate(bytes, random) }
}

/** Change the lines of a journal in one of many ways. */
export function mutateLines(bytes: Buffer, random: Random): Mutation {
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(0x0a, from) + 1 || bytes.length
    lines.push(bytes.subarray(from, end))
    from = end
  }
  const [name, mutate] = pick(random, Object.entries(ofLines))
  return { name, bytes: Buffer.concat(mutate(lines, random)) }
}

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

/** JSON texts that stand where something else was expected. */
const strangeValues = [
  'null',
  'true',
  '""',
  '[]',
  '{}',
  '-0',
  '-1',
  '0.5',
  '1e308',
  '1e400',
  '9007199254740993',
  '"\\ud800"',
  '"\\u0000"',
  '"\\u202e"',
  '"__proto__"',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":null,"length":-1}',
  '{"$frame":"../../../etc/passwd","mediaType":"image/png","sizeBytes":-1}',
  '{"$truncated":"frame_lost"}',
  '"../../../etc/passwd"',
  '[[[[[[[[]]]]]]]]',
  nested(100),
  nested(1000),
  nested(20_000),
  `"${'x'.repeat(20_000)}"`,
  `[${'0,'.repeat(3_000)}0]`,
]

/**
 * Change one value or name somewhere in a JSON text: to another type, a huge number, a deep or a strange value; or leave it
 * out, or say it twice.
 */
export function mutateJson(text: string, random: Random): { name: string; text: string } {
  const value: unknown = JSON.parse(text)
  const places = placesOf(value)
  const { holder, key } = pick(random, places)
  const record = holder as Record<string, unknown>
  const kind = pick(random, ['replace', 'replace', 'replace', 'remove', 'rename', 'add', 'repeat'])
  const strange = pick(random, strangeValues)
  const mark = '"@here@"'
  if (kind === 'replace') record[key] = '@here@'
  else if (kind === 'remove' && Array.isArray(holder)) holder.splice(Number(key), 1)
  else if (kind === 'remove') delete record[key]
  else if (kind === 'repeat' && Array.isArray(holder)) holder.push(holder[Number(key)])
  else if (kind === 'rename' && !Array.isArray(holder)) {
    Object.defineProperty(record, pick(random, ['__proto__', 'constructor', '', '\ud800', 'toString']), {
      value: record[key],
      enumerable: true,
    })
    delete record[key]
  } else if (Array.isArray(holder)) holder.push('@here@')
  // Said twice where the name is there already: the later one counts.
  else return { name: `say ${key} twice`, text: insertKey(text, key, strange) }
  return { name: `${kind} ${key} by ${strange.slice(0, 40)}`, text: JSON.stringify(value).replace(mark, () => strange) }
}

function insertKey(text: string, key: string, value: string): string {
  const name = `${JSON.stringify(key)}:`
  const spaced = `${JSON.stringify(key)}: `
  const at = Math.max(text.lastIndexOf(name), text.lastIndexOf(spaced))
  return at < 0 ? text : `${text.slice(0, at)}${name}${value},${text.slice(at)}`
}

function placesOf(value: unknown): { holder: object; key: string }[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => [{ holder: value, key }, ...placesOf(item)])
}
