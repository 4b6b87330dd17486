/**
 * Finds many patterns in one pass over a text.
 *
 * @param accept is told a pattern (its index) and the end (exclusive) of a place where it stands; the longest of that
 * end comes first, the next one only if that was refused
 */
export type Automaton = (text: string, accept: (pattern: number, end: number) => boolean) => void

/**
 * Describe an Aho-Corasick automaton (1975) over UTF-16 units, which its first scan builds. A scan takes time linear in the text, however
 * many patterns there are, as long as most matches are accepted: of patterns that end at one place only the longest is reported.
 *
 * @param patterns none of them empty; of equal ones the first counts
 */
export function createAutomaton(patterns: readonly string[]): Automaton {
  let built: Automaton | undefined
  return (text, accept) => (built ??= buildAutomaton(patterns))(text, accept)
}

function buildAutomaton(patterns: readonly string[]): Automaton {
  const longestTotal = patterns.reduce((sum, pattern) => sum + pattern.length, 0)
  const edges = createEdges(longestTotal)
  const nodeCount = addPatterns(patterns, edges)

  // The pattern that ends in a node, plus one; the next shorter node that some pattern ends in.
  const output = new Int32Array(nodeCount)
  const shorter = new Int32Array(nodeCount)
  const fallback = new Int32Array(nodeCount)
  for (const [index, pattern] of patterns.entries()) {
    let node = 0
    for (let at = 0; at < pattern.length; at += 1) node = edges.find(node, pattern.charCodeAt(at))
    output[node] ||= index + 1
  }

  const follow = (from: number, unit: number): number => {
    let node = from
    while (node !== 0) {
      const next = edges.find(node, unit)
      if (next !== 0) return next
      node = fallback[node]!
    }
    return edges.find(0, unit)
  }

  for (const { from, unit, to } of edges.byDepth()) {
    const suffix = from === 0 ? 0 : follow(fallback[from]!, unit)
    fallback[to] = suffix
    shorter[to] = output[suffix] === 0 ? shorter[suffix]! : suffix
  }

  const tell = (state: number, end: number, accept: Parameters<Automaton>[1]): void => {
    for (let told = output[state] === 0 ? shorter[state]! : state; told !== 0; told = shorter[told]!) {
      if (accept(output[told]! - 1, end)) break
    }
  }
  const table = createTable(edges, nodeCount)
  if (table) {
    const { columns, next, width } = table
    const learn = (place: number, row: number, unit: number): number => {
      const state = follow((row - 1) / width, unit)
      const found = state * width + 1
      return (next[place] = output[state] !== 0 || shorter[state] !== 0 ? ~found : found)
    }
    return (text, accept) => {
      let row = 1
      for (let at = 0; at < text.length; at += 1) {
        const unit = text.charCodeAt(at)
        const place = row + columns[unit]!
        row = next[place]!
        if (row > 0) continue
        if (row === 0) row = learn(place, place - columns[unit]!, unit)
        if (row > 0) continue
        row = ~row
        tell((row - 1) / width, at + 1, accept)
      }
    }
  }
  return (text, accept) => {
    let node = 0
    for (let at = 0; at < text.length; at += 1) {
      node = follow(node, text.charCodeAt(at))
      tell(node, at + 1, accept)
    }
  }
}

/**
 * The node to which every unit leads from every node, for automata that are small enough: one look for each unit of a
 * text. It is filled as texts go their ways, since they take few of them and all would take longer to write than most processes read.
 */
interface Table {
  /** Columns of a row: one for each unit that some pattern has, and column 0 for all others. */
  readonly width: number
  /** The column of each unit. */
  readonly columns: Uint16Array
  /**
   * Places of the rows of nodes, each its number times the width, plus 1; of one in which a pattern ends, written below zero, so that
   * all others need no second look. 0 for a way that nobody has taken.
   */
  readonly next: Int32Array
}

const largestTable = 4_000_000

function createTable(edges: Edges, nodeCount: number): Table | undefined {
  const columns = new Uint16Array(65_536)
  let width = 1
  for (const { unit } of edges.byDepth()) {
    if (columns[unit] === 0) columns[unit] = width++
  }
  if (nodeCount * width > largestTable) return undefined
  return { width, columns, next: new Int32Array(nodeCount * width + 1) }
}

interface Edges {
  /** The node that a unit leads to; 0 when there is none. */
  find(from: number, unit: number): number
  add(from: number, unit: number, to: number): void
  /** Every edge, the less deep first. */
  byDepth(): Iterable<{ from: number; unit: number; to: number }>
}

function addPatterns(patterns: readonly string[], edges: Edges): number {
  let nodeCount = 1
  // Level by level, so that edges are added in the order of their depth.
  const nodes = patterns.map(() => 0)
  const longest = patterns.reduce((length, pattern) => Math.max(length, pattern.length), 0)
  let waiting = patterns.map((_, index) => index)
  for (let depth = 0; depth < longest; depth += 1) {
    waiting = waiting.filter((index) => patterns[index]!.length > depth)
    for (const index of waiting) {
      const unit = patterns[index]!.charCodeAt(depth)
      let next = edges.find(nodes[index]!, unit)
      if (next === 0) {
        next = nodeCount
        nodeCount += 1
        edges.add(nodes[index]!, unit, next)
      }
      nodes[index] = next
    }
  }
  return nodeCount
}

/** All edges in one hash table with open addressing: a node has no object of its own. */
function createEdges(capacity: number): Edges {
  const bits = Math.max(4, Math.ceil(Math.log2(capacity + 1)) + 1)
  const mask = 2 ** bits - 1
  const slots = new Int32Array(mask + 1)
  const froms = new Int32Array(capacity + 1)
  const units = new Uint16Array(capacity + 1)
  const tos = new Int32Array(capacity + 1)
  let count = 0

  const slotOf = (from: number, unit: number): number => {
    let slot = (Math.imul(from, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b)) >>> (32 - bits)
    for (let edge = slots[slot]!; edge !== 0; edge = slots[slot]!) {
      if (froms[edge] === from && units[edge] === unit) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }

  return {
    find: (from, unit) => tos[slots[slotOf(from, unit)]!]!,
    add(from, unit, to) {
      count += 1
      froms[count] = from
      units[count] = unit
      tos[count] = to
      slots[slotOf(from, unit)] = count
    },
    *byDepth() {
      for (let edge = 1; edge <= count; edge += 1) yield { from: froms[edge]!, unit: units[edge]!, to: tos[edge]! }
    },
  }
}
