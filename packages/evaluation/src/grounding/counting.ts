import { parseAria } from '@contrail/core'
import { dataIn, oneLine } from '../run/texts.ts'
import type { ClaimText } from './claims.ts'
import type { Passage } from './corpus.ts'
import { isMeasure, unitOf } from './figures.ts'

/** Things of one kind beside each other, each by the words on and in it. */
type Group = readonly string[]

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
  const saysSome = (text: string): boolean => unitsOf(text).some((one) => words.includes(one))
  if (!words.some((word) => anyList.has(word)) && !saysSome(task) && !saysSome(passage.text)) return undefined
  for (const group of groupsOf(passage)) {
    if (group.length < count) continue
    if (group.length === count) return tell(count, group)
    for (const word of words) {
      const some = group.filter((text) => unitsOf(text).includes(word))
      if (some.length === count) return tell(count, some)
    }
  }
  return undefined
}

const anyList = new Set('result item entry match row record listing option'.split(' '))

function tell(count: number, group: Group): string {
  return oneLine(`${count} listed: ${group.join(' · ')}`, 150)
}

function unitsOf(text: string): string[] {
  return (text.toLowerCase().match(/\p{L}+/gu) ?? []).flatMap((word) => unitOf(word) ?? [])
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

function groupsInTree(text: string): Group[] {
  const groups = new Map<string, string[]>()
  /** The nodes that hold the one that is read, with the number of the line of each. */
  const holders: { depth: number; line: number; item: { group: string[]; at: number } | undefined }[] = []
  parseAria(text).forEach(({ role, name, text: own, depth }, line) => {
    while (holders.length > 0 && holders.at(-1)!.depth >= depth) holders.pop()
    const words = `${name} ${own}`.trim()
    for (const { item } of holders) if (item && item.group[item.at]!.length < 2_000) item.group[item.at] += ` ${words}`
    // The row of headings is no row of the table.
    if (role === 'columnheader') dropRow(holders.at(-1)?.item)
    let item: { group: string[]; at: number } | undefined
    if (listed.has(role)) {
      const key = `${holders.at(-1)?.line ?? -1} ${role}`
      const group = groups.get(key) ?? []
      groups.set(key, group)
      item = { group, at: group.push(words) - 1 }
    }
    holders.push({ depth, line, item })
  })
  return [...groups].flatMap(([key, group]) => {
    const items = group.filter((words) => words !== headings)
    // One link is no list, one row of a table is all of it.
    return items.length > 1 || /(?:listitem|row|article)$/.test(key) ? [items] : []
  })
}

const headings = '\0'

function dropRow(item: { group: string[]; at: number } | undefined): void {
  if (item) item.group[item.at] = headings
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
    return group.slice(rule + 1)
  })
}

function groupsInData(value: unknown): Group[] {
  const groups: string[][] = []
  const waiting: unknown[] = [value]
  for (let left = 5_000; waiting.length > 0 && left > 0; left -= 1) {
    const next = waiting.pop()
    if (typeof next !== 'object' || next === null) continue
    const items = Object.values(next as Record<string, unknown>)
    if (Array.isArray(next)) groups.push(items.map((item) => (JSON.stringify(item) ?? '').slice(0, 2_000)))
    waiting.push(...items.slice(0, 5_000))
  }
  return groups
}
