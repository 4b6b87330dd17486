import { createHash } from 'node:crypto'
import { ContrailError } from '@contrail/core'
import { readPageFiles } from '../server/data/page-files.ts'
import { fileDataVersion, type FileHead } from '../view/file-data.ts'
import { toJournalPieces, toStepPieces, type FileContent } from './file-content.ts'
import { fitFrames, type FittedFrame, type OpenTools, type Reduction } from './fit-frames.ts'

/** A file that is ready to be written. */
export interface RenderedFile {
  /** Its text in pieces, ASCII and UTF-8. */
  readonly pieces: Iterable<string>
  readonly sizeBytes: number
  /** All that was made smaller, in the order in which it was done. */
  readonly reduced: readonly Reduction[]
}

/** A tree is cut to so many characters where the texts of a run alone are too large. */
const shortTree = 20_000

/**
 * Put a recording and the page that shows it into one HTML file, which runs without a server, asks for nothing and lets nothing
 * of what was recorded run. The same content gives the same bytes.
 *
 * @param options.maxSizeBytes of the file
 * @param options.images is asked for tools once something has to be made smaller
 * @param options.inspect hears the recorded bytes of each frame; what it throws ends the work
 * @throws {ContrailError} FILE_TOO_LARGE where the texts of the run alone are larger than may be
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
  const { pieces: data, reduced } = fitTexts(content, maxSizeBytes - page.sizeBytes)
  const head = (missing: FileHead['missing'], notes: readonly string[]): string =>
    dataElement('head', { formatVersion: fileDataVersion, ...content.head, notes, missing } satisfies FileHead)
  const sizeOfFrames = (frames: number): number =>
    frames * frameElement({ sha256: '0'.repeat(64), mediaType: 'image/webp', bytes: new Uint8Array() }).length
  const taken =
    page.sizeBytes +
    bytesOf(data) +
    Buffer.byteLength(head({}, content.head.notes)) +
    sizeOfFrames(content.frames.length)
  // Sentences and reasons that are added at the end need room too.
  const room = maxSizeBytes - taken - 4_000 - 100 * content.frames.length
  const fitted = await fitFrames(content.frames, {
    best: content.bestFrames,
    maxBytes: Math.max(0, room),
    images,
    inspect,
  })
  const all = [...reduced, ...fitted.reduced]
  const notes = [...content.head.notes, ...all.map(describeReduction)]
  const pieces = [page.before, ...data, head(fitted.missing, notes), ...fitted.frames.map(frameElement), page.after]
  const sizeBytes = bytesOf(pieces)
  if (sizeBytes > maxSizeBytes) throw tooLarge(sizeBytes, maxSizeBytes)
  return { pieces, sizeBytes, reduced: all }
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
  }
}

/** The pieces of data within about half of what the file may take: without the journal, with short trees, or not at all. */
function fitTexts(content: FileContent, maxBytes: number): { pieces: string[]; reduced: Reduction[] } {
  const { details, entries } = content
  const steps = toStepPieces(details).map((piece, at) => dataElement(`steps-${at}`, piece))
  const journal = entries ? toJournalPieces(entries).map((piece, at) => dataElement(`journal-${at}`, piece)) : []
  const whole = [...steps, ...journal]
  if (bytesOf(whole) <= maxBytes / 2) return { pieces: whole, reduced: [] }
  const reduced: Reduction[] = journal.length > 0 ? [{ change: 'journal_left_out' }] : []
  if (bytesOf(steps) <= maxBytes / 2) return { pieces: steps, reduced }
  const short = details.map((detail) =>
    detail.tree === undefined ? detail : { ...detail, tree: detail.tree.slice(0, shortTree) },
  )
  const pieces = toStepPieces(short).map((piece, at) => dataElement(`steps-${at}`, piece))
  if (bytesOf(pieces) > maxBytes) throw tooLarge(bytesOf(pieces), maxBytes)
  return { pieces, reduced: [...reduced, { change: 'trees_cut', to: shortTree }] }
}

function tooLarge(sizeBytes: number, maxBytes: number): ContrailError {
  return new ContrailError(
    'FILE_TOO_LARGE',
    `the texts of this run alone take ${sizeBytes} bytes, and the file may take ${maxBytes}: allow more with --max-size`,
    { details: { sizeBytes, maxBytes } },
  )
}

/** The page without any data, in two halves, with a policy that names its one script and its one style by their hashes. */
async function readPage(): Promise<{ before: string; after: string; sizeBytes: number }> {
  const files = [...(await readPageFiles())]
  const textOf = (type: string): string => {
    const found = files.filter(([path]) => path.endsWith(type))
    if (found.length !== 1) throw new Error(`the page: expected one ${type} file, got ${found.length}`)
    return Buffer.from(found[0]![1].bytes).toString('utf8')
  }
  const script = textOf('.js')
  const style = textOf('.css')
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
  const after = `<script type="module">${script}</script>
</body>
</html>
`
  return { before, after, sizeBytes: bytesOf([before, after]) }
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/** Data as an element that nothing in it can end, and that no parser takes for a line's end. */
function dataElement(name: string, data: unknown): string {
  const json = JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
  return `<script type="application/json" data-piece="${name}">${json}</script>\n`
}

function frameElement({ sha256, mediaType, bytes }: FittedFrame): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return `<script type="text/plain" data-frame="${sha256}" data-type="${mediaType}">${text}</script>\n`
}

function bytesOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
}
