import { dataIn, oneLine } from '../run/texts.ts'
import type { ClaimText } from './claims.ts'
import type { Passage } from './corpus.ts'
import { dataLines } from './data-lines.ts'
import { isMeasure, unitOf } from './figures.ts'

/** Things of one kind beside each other. */
interface Group {
  readonly count: number
  /** The words on and in each. */
  texts(): string[]
}

/**
 * Look for a count in what a passage lists: nodes of one role beside each other in a tree, the items of a list or the rows of a table in a
 * result. They are counted all, or those that say a word of the claim. Only where the passage or the task names what is counted.
 *
 * @param task the words of the task
 * @returns the group in a few words; undefined where none has so many, and for what is no whole number of things
 */
export function countedIn(
  { kind, normalized, counted = [] }: ClaimText,
  passage: Passage,
  task: string,
): string | undefined {
  const [digits = '', unit = ''] = normalized.split(' ')
  const count = Number(digits)
  if (kind !== 'number' || isMeasure(unit) || !Number.isInteger(count) || count < 1) return undefined
  if (passage.part === 'address' || passage.part === 'title') return undefined
  const words = [...new Set([unit, ...counted])]
  if (!words.some((word) => anyList.has(word)) && !says(task, words) && !says(passage.text, words)) return undefined
  for (const group of groupsOf(passage)) {
    if (group.count < count) continue
    if (group.count === count) return tell(group.texts())
    const texts = group.texts()
    for (const word of words) {
      const some = texts.filter((text) => says(text, [word]))
      if (some.length === count) return tell(some)
    }
  }
  return undefined
}

const anyList = new Set('result item entry match row record listing option'.split(' '))

function tell(texts: readonly string[]): string {
  return oneLine(`${texts.length} listed: ${texts.map((text) => oneLine(text, 40)).join(' · ')}`, 150)
}

/** Tells whether a text says one of these words, as `unitOf` tells them, in any number. */
export function says(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase()
  // The plural of a word begins with all of it but its last letter.
  if (!words.some((word) => lower.includes(word.slice(0, Math.max(2, word.length - 1))))) return false
  return (lower.match(/\p{L}+/gu) ?? []).some((word) => words.includes(unitOf(word) ?? ''))
}

function groupsOf({ part, text, value }: Passage): Group[] {
  if (part === 'tree') return groupsInTree(text)
  if (typeof value !== 'string') return groupsInData(value)
  return [...groupsInTree(text), ...groupsInLines(text), ...groupsInData(dataIn(text))]
}

/** Lists are made of these; a page has texts, boxes and pictures of no meaning in any number. */
const listed = new Set(
  'listitem row article option link button treeitem menuitem heading radio checkbox tab cell gridcell figure img region group card'.split(
    ' ',
  ),
)

function groupsInTree(tree: string): Group[] {
  const lines = tree.split('\n', 20_000)
  const groups = new Map<string, { role: string; starts: number[] }>()
  /** The nodes that hold the one that is read, by their lines. */
  const holders: { indent: number; line: number }[] = []
  const ends = new Map<number, number>()
  const rowsOfHeadings = new Set<number>()
  const closeTo = (indent: number, line: number): void => {
    while (holders.length > 0 && holders.at(-1)!.indent >= indent) ends.set(holders.pop()!.line, line)
  }
  lines.forEach((text, line) => {
    const [, space, role = ''] = /^( *)- ["']?([a-z]+)/.exec(text) ?? []
    if (space === undefined) return
    closeTo(space.length, line)
    const holder = holders.at(-1)?.line ?? -1
    if (role === 'columnheader') rowsOfHeadings.add(holder)
    if (listed.has(role)) {
      const group = groups.get(`${holder} ${role}`) ?? { role, starts: [] }
      group.starts.push(line)
      groups.set(`${holder} ${role}`, group)
    }
    holders.push({ indent: space.length, line })
  })
  closeTo(0, lines.length)
  return [...groups.values()].flatMap(({ role, starts }) => {
    // The row of headings is no row of the table.
    const items = starts.filter((line) => !rowsOfHeadings.has(line))
    const texts = (): string[] =>
      items.map((line) =>
        lines
          .slice(line, Math.min(ends.get(line)!, line + 50))
          .map(bare)
          .join(' '),
      )
    // One link is no list, one row of a table is all of it.
    return items.length > 1 || singles.has(role) ? [{ count: items.length, texts }] : []
  })
}

const singles = new Set(['listitem', 'row', 'article'])

/** The words of a line, without its role and what places it. */
function bare(line: string): string {
  return line.replace(/^ *- ["']?[a-z]+/, '').replaceAll(/\[[^\]]*\]|["':]/g, ' ')
}

/** Lines of a list with marks or numbers, and rows of a table with bars. */
function groupsInLines(text: string): Group[] {
  const groups: string[][] = []
  let kind = ''
  for (const line of text.split('\n', 20_000)) {
    const [, mark = ''] = /^(\s*(?:[-*•]|\d+[.)])\s|\s*\|)/.exec(line) ?? []
    const found = mark === '' ? '' : mark.replace(/\d+/, '1')
    if (found === '') {
      kind = ''
      continue
    }
    if (found !== kind) groups.push([])
    kind = found
    groups.at(-1)!.push(line)
  }
  return groups.map((group) => {
    const rule = group.findIndex((line) => /^\s*\|[\s:|-]+\|?\s*$/.test(line))
    return { count: group.length - rule - 1, texts: () => group.slice(rule + 1) }
  })
}

function groupsInData(value: unknown): Group[] {
  const groups: Group[] = []
  const waiting: unknown[] = [value]
  for (let left = 5_000; waiting.length > 0 && left > 0; left -= 1) {
    const next = waiting.pop()
    if (typeof next !== 'object' || next === null) continue
    const items = Object.values(next as Record<string, unknown>)
    if (Array.isArray(next))
      groups.push({ count: items.length, texts: () => items.map((item) => dataLines(item).slice(0, 2_000)) })
    waiting.push(...items.slice(0, 5_000))
  }
  return groups
}
