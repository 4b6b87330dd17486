import type { HumanLabel } from '@contrail/core'
import { signal } from '@preact/signals'
import {
  detailIn,
  fileDataVersion,
  stepsPerPiece,
  type FileHead,
  type FileJournal,
  type FileSteps,
} from '../../view/file-data.ts'
import { chooseJudgements } from '../../view/judgements.ts'
import type { StepDetail } from '../../view/model.ts'
import type { LabelDraft } from '../../view/protocol.ts'
import { createViewSearch, type RunSearch } from '../../view/search.ts'
import { SourceError, type Source } from './source.ts'

/**
 * Find the data that stand in the page itself, as the one-file export writes them. Nothing is read before it is asked for, but
 * for the head. It may be asked while the browser still reads the file: what stands further below comes as soon as it is there.
 *
 * @returns undefined where a page holds none, so that there is a server to ask
 * @throws {SourceError} where a later version wrote them
 */
export function createFileSource(page: Document): Source | undefined {
  const head = pieceIn(page, 'head') as FileHead | undefined
  if (!head) return undefined
  if (head.formatVersion !== fileDataVersion) throw new SourceError('A later version of Contrail made this file.', 0)
  const { row, view, notes, isPartial, missing } = head
  const steps = cached((piece: number) => pieceIn(page, `steps-${piece}`) as FileSteps | undefined)
  const journal = cached((piece: number) => pieceIn(page, `journal-${piece}`) as FileJournal | undefined)
  const addresses = cached((sha256: string) => blobAddress(page, 'frame', sha256))
  const smallAddresses = cached((sha256: string) => blobAddress(page, 'small', sha256))
  const { isWhole, whole } = followReading(page)
  const detailOf = (index: number): StepDetail | undefined => {
    const piece = steps(Math.floor(index / stepsPerPiece))
    return piece && detailIn(piece, index % stepsPerPiece)
  }
  /** Who draws it is told when it is there. */
  const address = (sha256: string): string | undefined => addresses(sha256) ?? (isWhole.value ? '' : undefined)
  const addressOf = (sha256: string, width?: number): string | undefined => {
    const small = width === 160 ? smallAddresses(sha256) : undefined
    // The large one is no use for a moment where a small one is on its way.
    return small ?? (width === 160 && !isWhole.value ? undefined : address(sha256))
  }
  let search: RunSearch | undefined
  let saved: HumanLabel | undefined
  return {
    notes,
    isPartial,
    savedWords: 'Saved as a download: contrail label import <file>',
    list: async () => ({ version: '', rows: [row], annotator: 'me' }),
    run: async () => view,
    step: async (_, index) => {
      if (!detailOf(index)) await whole
      return detailOf(index) ?? missingPart('This step is not in the file.')
    },
    entries: async (_, index) => {
      await whole
      const piece = journal(Math.floor(index / stepsPerPiece))
      const places = piece?.ofStep[index % stepsPerPiece] ?? missingPart('The journal is not in the file.')
      return places.flatMap((at) => piece?.entries[at] ?? [])
    },
    search: async (_, text) => {
      await whole
      search ??= createViewSearch(view, () => view.steps.flatMap(({ index }) => detailOf(index) ?? []))
      return search(text)
    },
    glance: async () => {
      const frame = view.cells.at(-1)?.sha256
      return { strip: view.steps.map(({ ok }) => (ok ? 'g' : 'b')).join(''), ...(frame ? { frame } : {}) }
    },
    judgements: async (_, annotator, reveal) =>
      chooseJudgements({ verdicts: head.verdicts, labels: labelsOf(head, saved, annotator) }, annotator, reveal),
    failureClass: async () => head.failureClass,
    saveLabel: async (_, draft) => (saved = saveAsDownload(page, head, draft)),
    // What the pointer is over is shown larger: that is one picture.
    frame: (_, sha256, width) => addressOf(sha256, width),
    thumbnail: (_, sha256) => addressOf(sha256, 160),
    whyMissing: (sha256) => missing[sha256],
    problemOf: async (_, sha256) => missing[sha256],
    followList: () => () => undefined,
    followRun: () => () => undefined,
  }
}

/** Follow if a browser has read all of the file. */
function followReading(page: Document) {
  const isWhole = signal(page.readyState !== 'loading')
  const whole = new Promise<void>((resolve) => {
    if (isWhole.value) resolve()
    else page.addEventListener('DOMContentLoaded', () => resolve(), { once: true })
  })
  void whole.then(() => (isWhole.value = true))
  return { isWhole, whole }
}

/** An element that was found and is there to its end: something stands behind it, or the browser has read the whole file. */
function wholeElement(page: Document, selector: string): HTMLScriptElement | undefined {
  const element = page.querySelector<HTMLScriptElement>(selector)
  return element && (element.nextSibling || page.readyState !== 'loading') ? element : undefined
}

function missingPart(message: string): never {
  throw new SourceError(message, 404)
}

/** A piece of data by its name; undefined where the page has none. */
function pieceIn(page: Document, name: string): unknown {
  const text = wholeElement(page, `script[type="application/json"][data-piece="${name}"]`)?.textContent
  return text ? JSON.parse(text) : undefined
}

function cached<K, V>(make: (key: K) => V | undefined): (key: K) => V | undefined {
  const made = new Map<K, V>()
  return (key) => {
    const value = made.get(key) ?? make(key)
    // What is not there may still come.
    if (value !== undefined) made.set(key, value)
    return value
  }
}

/** A frame as a blob, decoded when it is first shown. */
function blobAddress(page: Document, kind: 'frame' | 'small', sha256: string): string | undefined {
  const element = wholeElement(page, `script[data-${kind}="${CSS.escape(sha256)}"]`)
  if (!element) return undefined
  const text = atob(element.textContent ?? '')
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
  return URL.createObjectURL(new Blob([bytes], { type: element.dataset['type'] ?? '' }))
}

/** Labels of the file, with the one that was saved in the page in place of that annotator's. */
function labelsOf({ labels }: FileHead, saved: HumanLabel | undefined, annotator: string): readonly HumanLabel[] {
  if (saved?.annotator !== annotator) return labels
  return [saved, ...labels.filter((label) => label.annotator !== annotator)]
}

/** The label as a file for `contrail label import`, which needs to know whose recording it is of. */
function saveAsDownload(page: Document, { row }: FileHead, draft: LabelDraft): HumanLabel {
  if (draft.annotator === '') throw new SourceError('A label needs the name of who gives it.', 0)
  const label: HumanLabel = { ...draft, formatVersion: 1, savedAt: new Date().toISOString() }
  const { run, task } = row
  const text = JSON.stringify({ contrailLabel: 1, run, task, label }, undefined, 2)
  const link = page.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = `label-${task}-${draft.annotator}.json`.replaceAll(/[^\w.-]+/g, '-')
  link.click()
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  return label
}
