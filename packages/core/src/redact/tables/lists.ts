import { columnOf, type KeyNames, type SecretName } from '../names/keys.ts'
import { isSecretUnder } from '../names/value.ts'
import { endBeforeCut } from '../text/cut.ts'
import type { Report } from '../text/report.ts'
import { mostCells, type Cell } from './rows.ts'

/**
 * Report the cells of lists of JSON in a text: one of names is the head of those of as many items behind it,
 * `{"columns":["user","password"],"rows":[["ada","..."]]}`.
 */
export function scanLists(text: string, names: KeyNames, report: Report): void {
  let columns: (SecretName | undefined)[] = []
  const textEnd = endBeforeCut(text) ?? text.length
  for (let open = text.indexOf('['); open >= 0; open = text.indexOf('[', open + 1)) {
    const { items, isCut } = itemsAt(text, open + 1, textEnd)
    if (items.length < 2) continue
    const isHead = items.every(({ content }) => /^[\p{L} _-]{1,40}$/u.test(content))
    const heads = isHead ? items.map(({ content }) => columnOf(content, names)) : []
    if (heads.some(Boolean) && columns.length !== items.length) {
      columns = heads
      continue
    }
    const isRow = columns.length === items.length || (isCut && items.length < columns.length)
    for (const [index, { start, content }] of items.entries()) {
      const name = isRow ? columns[index] : undefined
      if (name && isSecretUnder({ ...name, isSure: false }, content, names))
        report(start, start + content.length, name.kind)
    }
  }
}

/**
 * The items of a list of JSON that holds texts, numbers and words alone; a few, and none of them long. Of a list that the end of
 * the text cuts off, those that are there.
 */
function itemsAt(text: string, start: number, textEnd: number): { items: Cell[]; isCut: boolean } {
  const items: Cell[] = []
  item.lastIndex = start
  let last = start
  for (let found = item.exec(text); found && items.length < mostCells; found = item.exec(text)) {
    const content = found[1] ?? found[2] ?? ''
    items.push({ start: found.index + found[0].indexOf(content), content })
    if (found[3] === ']') return { items, isCut: false }
    last = item.lastIndex
  }
  const open = textEnd - last < 200 ? /^\s{0,20}"?([^"\\\n\]]{0,200})"?$/.exec(text.slice(last, textEnd)) : null
  if (!open || items.length >= mostCells) return { items: [], isCut: false }
  const content = open[1] ?? ''
  return { items: [...items, { start: last + open[0].indexOf(content), content }], isCut: true }
}

const item = /\s{0,20}(?:"([^"\\\n]{0,200})"|([\w.+-]{1,40}))\s{0,20}([,\]])/y
