import type { StepDetail } from '../view/model.ts'
import { toJournalPieces, toStepPieces, type FileContent } from './file-content.ts'
import type { Reduction } from './fit-frames.ts'

/** The words of a file in pieces of data, by their names, and what of them was cut. */
export interface FittedWords {
  readonly head: FileContent['head']
  readonly pieces: readonly { readonly name: string; readonly data: unknown }[]
  readonly reduced: readonly Reduction[]
}

interface Level {
  readonly hasJournal: boolean
  /** Most characters of a tree. */
  readonly tree?: number
  /** Most characters of any text, and items of any list. */
  readonly text?: number
}

/** Whole, without the journal, then with shorter and shorter trees and texts. */
const levels: readonly Level[] = [
  { hasJournal: true },
  { hasJournal: false },
  { hasJournal: false, tree: 20_000 },
  { hasJournal: false, tree: 4_000, text: 4_000 },
  { hasJournal: false, tree: 200, text: 200 },
]

/** Say the words of a file whole, then in less and less of them. Each is made when it is asked for. */
export function* reduceWords(content: FileContent): Generator<FittedWords> {
  const hasJournal = content.entries !== undefined
  for (const level of levels) {
    if (level !== levels[0] && !hasJournal && level.tree === undefined) continue
    yield wordsAt(content, level, hasJournal)
  }
}

function wordsAt({ head, details, entries }: FileContent, level: Level, hadJournal: boolean): FittedWords {
  const { hasJournal, tree, text } = level
  const steps = toStepPieces(tree === undefined ? details : details.map((detail) => cutDetail(detail, tree, text)))
  const journal = hasJournal && entries ? toJournalPieces(entries) : []
  return {
    head: text === undefined ? head : cutHead(head, text),
    pieces: [
      ...steps.map((data, at) => ({ name: `steps-${at}`, data })),
      ...journal.map((data, at) => ({ name: `journal-${at}`, data })),
    ],
    reduced: [
      ...(hadJournal && !hasJournal ? [{ change: 'journal_left_out' as const }] : []),
      ...(tree === undefined ? [] : [{ change: 'trees_cut' as const, to: tree }]),
      ...(text === undefined ? [] : [{ change: 'texts_cut' as const, to: text }]),
    ],
  }
}

function cutDetail(detail: StepDetail, treeLimit: number, textLimit: number | undefined): StepDetail {
  const { tree, ...rest } = detail
  const words = textLimit === undefined ? rest : (cutTexts(rest, textLimit, textLimit) as typeof rest)
  return tree === undefined ? words : { ...words, tree: cut(tree, treeLimit) }
}

/** Its lists stay whole: the page counts by them. */
function cutHead(head: FileContent['head'], limit: number): FileContent['head'] {
  return cutTexts(head, limit, Infinity) as FileContent['head']
}

function cutTexts(value: unknown, textLimit: number, itemLimit: number): unknown {
  if (typeof value === 'string') return cut(value, textLimit)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.slice(0, itemLimit).map((item) => cutTexts(item, textLimit, itemLimit))
  const entries = Object.entries(value).slice(0, Math.max(100, itemLimit))
  return Object.fromEntries(entries.map(([key, item]) => [key, cutTexts(item, textLimit, itemLimit)]))
}

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text
}
