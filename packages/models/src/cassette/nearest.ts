import type { KeptRequest } from './entry.ts'

/** One field in which two questions differ, with the words around the first difference. */
interface Difference {
  /** e.g. `parts[0].text` */
  readonly path: string
  readonly recorded: string
  readonly asked: string
}

/** The distance between two questions, and the fields in which they differ. */
export interface Comparison {
  /** 1 for equal ones; each field weighs the same */
  readonly likeness: number
  readonly differences: readonly Difference[]
}

/** Compare a recorded question with one that was asked, field by field. */
export function compareRequests(recorded: KeptRequest, asked: KeptRequest): Comparison {
  const [before, after] = [fieldsOf(recorded), fieldsOf(asked)]
  const paths = [...new Set([...before.keys(), ...after.keys()])]
  const pairs = paths.map((path) => ({ path, one: before.get(path) ?? '', other: after.get(path) ?? '' }))
  const likeness = pairs.map(({ one, other }) => likenessOf(one, other)).reduce((total, value) => total + value, 0)
  return {
    likeness: likeness / Math.max(1, pairs.length),
    differences: pairs.flatMap(({ path, one, other }) => (one === other ? [] : [differenceAt(path, one, other)])),
  }
}

function fieldsOf({ parts, ...settings }: KeptRequest): Map<string, string> {
  const ofParts = parts.map((part, index): [string, string] =>
    part.type === 'text'
      ? [`parts[${index}].text`, part.text]
      : [`parts[${index}].image`, `${part.mediaType} ${part.sha256}`],
  )
  const others = Object.entries(settings).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return new Map([...others, ...ofParts])
}

/** The share of two texts that they have in common at both ends. */
function likenessOf(one: string, other: string): number {
  if (one === other) return 1
  const longest = Math.max(one.length, other.length)
  const head = commonHead(one, other)
  let tail = 0
  const room = Math.min(one.length, other.length) - head
  while (tail < room && one.at(-1 - tail) === other.at(-1 - tail)) tail += 1
  return (head + tail) / longest
}

function commonHead(one: string, other: string): number {
  let head = 0
  while (head < one.length && head < other.length && one[head] === other[head]) head += 1
  return head
}

const shownBefore = 20
const shownAfter = 40

function differenceAt(path: string, recorded: string, asked: string): Difference {
  const at = commonHead(recorded, asked)
  const around = (text: string): string => {
    const shown = text.slice(Math.max(0, at - shownBefore), at + shownAfter)
    return `${at > shownBefore ? '...' : ''}${shown}${at + shownAfter < text.length ? '...' : ''}`.toWellFormed()
  }
  return { path, recorded: around(recorded), asked: around(asked) }
}
