import { hash } from 'node:crypto'
import { ContrailError } from '@contrail/core'
import { readFilePage } from '../server/data/page-files.ts'
import { fileDataVersion, stepsPerPiece, type FileHead } from '../view/file-data.ts'
import type { RunView } from '../view/model.ts'
import type { FileContent } from './file-content.ts'
import { makeFilm } from './film.ts'
import { base64Length, fitFrames, type FittedFrame, type OpenTools, type Reduction } from './fit-frames.ts'
import { reduceWords, type FittedWords } from './fit-words.ts'

/** A file that is ready to be written. */
export interface RenderedFile {
  /** Its text in pieces, ASCII and UTF-8. */
  readonly pieces: Iterable<string>
  readonly sizeBytes: number
  /** All that was made smaller, in the order in which it was done. */
  readonly reduced: readonly Reduction[]
}

/** A frame takes no more than this beside its bytes: as an element, or as a reason why it is not there. */
const frameOverhead = 200
/** Sentences that are added at the end take no more. */
const notesOverhead = 4_000

/**
 * Put a recording and the page that shows it into one HTML file, which runs without a server, asks for nothing and lets nothing
 * of what was recorded run. The same content gives the same bytes.
 *
 * @param options.maxSizeBytes of the file
 * @param options.images is asked for tools once something has to be made smaller
 * @param options.inspect hears the recorded bytes of each frame; what it throws ends the work
 * @throws {ContrailError} FILE_TOO_LARGE where even cut texts without frames are larger than may be; `sizeBytes` of its details is enough
 */
export async function renderFile(
  content: FileContent,
  options: {
    maxSizeBytes: number
    images: OpenTools
    inspect?: ((bytes: Uint8Array, sha256: string) => Promise<void>) | undefined
  },
): Promise<RenderedFile> {
  const { maxSizeBytes, images, inspect = async () => undefined } = options
  const page = await readPage()
  const isInFilm = new Set(content.head.view.cells.map(({ sha256 }) => sha256))
  const inFilm = content.frames.filter(({ sha256 }) => isInFilm.has(sha256))
  const fixed = page.sizeBytes + notesOverhead + frameOverhead * (content.frames.length + inFilm.length)
  const { words, data, room } = fitWords(content, maxSizeBytes, fixed)
  const film = await makeFilm(inFilm, { maxBytes: Math.floor(room / 8), images })
  const maxBytes = room - film.reduce((sum, { bytes }) => sum + base64Length(bytes), 0)
  const fitted = await fitFrames(content.frames, { best: content.bestFrames, maxBytes, images, inspect })
  const reduced = [...words.reduced, ...fitted.reduced]
  const notes = [...words.head.notes, ...reduced.map(describeReduction)]
  const first = firstShown(content.head.view)
  const isFirst = ({ sha256 }: FittedFrame): boolean => first.frames.has(sha256)
  const pieces = [
    page.before,
    headElement({ ...words, head: { ...words.head, notes } }, fitted.missing),
    ...data.slice(first.piece, first.piece + 1),
    ...fitted.frames.filter(isFirst).map((frame) => frameElement('frame', frame)),
    page.script,
    ...film.map((frame) => frameElement('small', frame)),
    ...data.filter((_, at) => at !== first.piece),
    ...fitted.frames.filter((frame) => !isFirst(frame)).map((frame) => frameElement('frame', frame)),
    page.after,
  ]
  return { pieces, sizeBytes: bytesOf(pieces), reduced }
}

/** The parts that the page shows when it is opened: they stand before its script, which does not wait for the rest of the file. */
function firstShown(view: RunView): { piece: number; frames: ReadonlySet<string> } {
  const index = view.failed[0] ?? 0
  const { before, after } = view.steps[index] ?? { before: {}, after: {} }
  const frames = [before.agent, before.probe, after.agent, after.probe].flatMap((frame) => frame?.sha256 ?? [])
  return { piece: Math.floor(index / stepsPerPiece), frames: new Set(frames) }
}

interface ChosenWords {
  readonly words: FittedWords
  readonly data: readonly string[]
  /** Bytes that are left for frames. */
  readonly room: number
}

/** The words that leave room for all frames as they are, or half of the file; else the fewest. */
function fitWords(content: FileContent, maxBytes: number, fixed: number): ChosenWords {
  const framesBytes = content.frames.reduce((sum, { sizeBytes }) => sum + base64Length({ byteLength: sizeBytes }), 0)
  let fewest: ChosenWords | undefined
  for (const words of reduceWords(content)) {
    const data = elementsOf(words)
    if (!data) continue
    const room = maxBytes - fixed - bytesOf(data) - Buffer.byteLength(headElement(words, {}))
    fewest = { words, data, room }
    if (room >= Math.min(framesBytes, (maxBytes - fixed) / 2)) return fewest
  }
  if (!fewest || fewest.room < 0) throw tooLarge(maxBytes - (fewest?.room ?? 0), maxBytes)
  return fewest
}

/** @returns undefined where one of them would be longer than a text can be */
function elementsOf({ pieces }: FittedWords): string[] | undefined {
  try {
    return pieces.map(({ name, data }) => dataElement(name, data))
  } catch (cause) {
    if (cause instanceof RangeError) return undefined
    throw cause
  }
}

function headElement({ head }: FittedWords, missing: FileHead['missing']): string {
  return dataElement('head', { formatVersion: fileDataVersion, ...head, missing } satisfies FileHead)
}

/** Say a reduction as a sentence. */
export function describeReduction({ change, frames = 0, to = 0 }: Reduction): string {
  const count = `${frames} ${frames === 1 ? 'frame' : 'frames'}`
  switch (change) {
    case 'lossless':
      return `To keep the file small ${count} became WebP without loss.`
    case 'quality':
      return `To keep the file small ${count} became WebP of quality ${to}.`
    case 'width':
      return `To keep the file small ${count} became ${to} pixels wide at most.`
    case 'frames_left_out':
      return `To keep the file small ${count} ${frames === 1 ? 'was' : 'were'} left out.`
    case 'journal_left_out':
      return 'To keep the file small the journal was left out.'
    case 'trees_cut':
      return `To keep the file small trees were cut after ${to} characters.`
    case 'steps_left_out':
      return `To keep the file small ${to === 0 ? 'no steps are' : to === 1 ? '1 step is' : `${to} steps are`} in its table.`
    case 'texts_cut':
      return `To keep the file small long texts and lists were cut (${to}).`
  }
}

function tooLarge(leastBytes: number, maxBytes: number): ContrailError {
  return new ContrailError(
    'FILE_TOO_LARGE',
    `the smallest html of this run takes ${leastBytes} bytes, and it may take ${maxBytes}: allow more with --max-size ${leastBytes}B`,
    { details: { sizeBytes: leastBytes, maxBytes } },
  )
}

/** The page without any data, in three parts, with a policy that names its one script and its one style by their hashes. */
async function readPage(): Promise<{ before: string; script: string; after: string; sizeBytes: number }> {
  const { script, style } = await readFilePage()
  if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) throw new Error('the page: its script would end early')
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src blob:',
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const before = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Contrail</title>
<style>${style}</style>
</head>
<body>
<div id="page"></div>
`
  const after = '</body>\n</html>\n'
  const element = `<script type="module" async>${script}</script>\n`
  return { before, script: element, after, sizeBytes: bytesOf([before, element, after]) }
}

function hashOf(text: string): string {
  return `'sha256-${hash('sha256', text, 'base64')}'`
}

/** Data as an element that nothing in it can end, and that no parser takes for a line's end. */
function dataElement(name: string, data: unknown): string {
  const json = JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
  return `<script type="application/json" data-piece="${name}">${json}</script>\n`
}

function frameElement(kind: 'frame' | 'small', { sha256, mediaType, bytes }: FittedFrame): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return `<script type="text/plain" data-${kind}="${sha256}" data-type="${mediaType}">${text}</script>\n`
}

function bytesOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
}
