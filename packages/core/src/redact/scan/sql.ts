import { isQuote } from '../text/characters.ts'
import type { KeyNames } from '../names/keys.ts'
import { isSecretUnder } from '../names/value.ts'
import type { Report } from '../text/report.ts'
import { quotedValue } from './pair-values.ts'

const longestColumns = 600
const mostColumns = 40

/**
 * Report values of a row that goes into a column of a secret's name: `INSERT INTO users (name, password) VALUES ('ada', '...')`, in the
 * rows behind it too.
 */
export function scanSql(text: string, names: KeyNames, report: Report): void {
  for (const word of ['VALUES', 'values']) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      const before = text.slice(Math.max(0, at - longestColumns), at)
      const list = /\(([^()'"]{3,500})\)\s{0,20}$/.exec(before.slice(before.lastIndexOf('(')))?.[1]
      const columns =
        list?.split(',', mostColumns).map((column) => names.named(column.trim().replaceAll('`', ''))) ?? []
      if (columns.some(Boolean)) readRows({ text, names, report }, at + word.length, columns)
    }
  }
}

interface Reading {
  readonly text: string
  readonly names: KeyNames
  readonly report: Report
}

/** Reads rows while each is right behind the one before it. */
function readRows(
  { text, names, report }: Reading,
  start: number,
  columns: readonly ReturnType<KeyNames['named']>[],
): void {
  const begin = /\s{0,20},?\s{0,20}\(/y
  for (let next = start; ;) {
    begin.lastIndex = next
    if (!begin.test(text)) return
    let at = begin.lastIndex
    for (const name of columns) {
      while (text[at] === ' ' || text[at] === '\n') at += 1
      const value = isQuote(text.charCodeAt(at)) ? quotedValue(text, at) : undefined
      if (value && name && isSecretUnder(name, text.slice(value.start, value.end), names))
        report(value.start, value.end, name.kind)
      const end = /[^,()'"]{0,80}[,)]/y
      end.lastIndex = value?.next ?? at
      if (!end.test(text)) return
      at = end.lastIndex
      if (text[at - 1] === ')') break
    }
    if (text[at - 1] !== ')') return
    next = at
  }
}
