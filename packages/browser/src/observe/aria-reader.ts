import type { Frame } from 'playwright'
import { insideOf, type FrameInside, type HandleInside, type WorldInside } from '../page/playwright-inside.ts'
import { createWord } from '../page/system.ts'
import type { UnreadFrame } from './viewport-tree.ts'
import { inPage } from '../page/in-page.ts'

/** The whole tree of one document, without those of its frames. */
export interface DocumentTree {
  readonly lines: readonly string[]
  /** The frames in it. */
  readonly frames: readonly UnreadFrame[]
  /** The time of the page's thread that it took. */
  readonly ms: number
}

/**
 * Read the tree of a document by a second copy of Playwright's own reader, in the world where Playwright keeps its first: as
 * `ariaSnapshot({ mode: 'ai' })` writes it, with the references that snapshots of the agent's gave, and no others.
 *
 * Playwright resolves a reference against the last snapshot that was taken, of whatever mode, so one that somebody else takes
 * ends those to elements that are hidden at that moment; and what that one sees first uses up numbers. The copy has a last
 * snapshot and numbers of its own.
 *
 * @returns undefined where Playwright does not run in this process (`connect`), or is not built as 1.60 to 1.65 are
 * @throws what the browser says
 */
export async function readDocumentTree(frame: Frame): Promise<DocumentTree | undefined> {
  const context = await insideOf<FrameInside<ReaderInPage>>(frame)?.context?.('utility')
  const reader = context && (await readerOf(context))
  const read = await reader?.evaluate(readInPage, createWord())
  return read && { ...read, lines: read.text ? read.text.split('\n') : [] }
}

/** Playwright's tools in a page. */
interface ReaderInPage {
  readonly _lastAriaSnapshotForQuery?: { readonly refs?: unknown } | undefined
  ariaSnapshot(root: Element, options: { mode: 'ai'; refPrefix: string }): string
}

type World = WorldInside<ReaderInPage>
type Reader = HandleInside<ReaderInPage>

const readers = new WeakMap<World, Promise<Reader | undefined>>()

function readerOf(world: World): Promise<Reader | undefined> {
  const known = readers.get(world)
  if (known) return known
  const made = makeReader(world)
  readers.set(world, made)
  return made
}

/**
 * Have Playwright put its tools into a world once more, changed in one place: the number that is given to an element is not
 * written on it, where the first copy would take it for its own. Numbers that are there are read.
 */
async function makeReader(world: World): Promise<Reader | undefined> {
  let isChanged = false
  const apart = Object.create(world, {
    _injectedScriptPromise: { value: undefined, writable: true },
    rawEvaluateHandle: {
      value: async (source: string) => {
        const parts = source.split(/\._ariaRef(?=\s*=[^=])/)
        isChanged = parts.length === 2
        // With the number of each document's frame in it the browser would compile all of it anew for each.
        const same = parts.join('._contrailRef').replace(/(?<="frameSeq":)\d+/, '0')
        return world.rawEvaluateHandle(isChanged ? same : '({})')
      },
    },
  }) as World
  const made = await apart.injectedScript()
  return isChanged ? made : undefined
}

/**
 * Runs in a page.
 *
 * @param word stands in the references of this copy, in the place of a frame's number; they are left out, and no page can write them
 */
const readInPage = inPage(
  (
    tools: ReaderInPage,
    word: string,
  ): { text: string; frames: { line: number; path: number[] }[]; ms: number } | undefined => {
    // `document.body` may be an image by that name.
    const bodyOf = Object.getOwnPropertyDescriptor(Document.prototype, 'body')!.get!
    const body = Reflect.apply(bodyOf, document, []) as Element | null
    if (!body) return { text: '', frames: [], ms: 0 }
    body.getBoundingClientRect() // the layout that the page owes is no cost of its tree
    const startedMs = performance.now()
    const prefix = `f${word}`
    Reflect.set(tools, '_frameSeq', word)
    const written = tools.ariaSnapshot(body, { mode: 'ai', refPrefix: prefix })
    const { _lastAriaSnapshotForQuery: last } = tools
    Reflect.set(tools, '_lastAriaSnapshotForQuery', undefined) // it would hold what the page lets go of
    const refs = last?.refs
    if (!(refs instanceof Map)) return undefined
    const frameByRef = new Map<string, HTMLIFrameElement>()
    for (const [element, ref] of refs as Map<Element, string>) {
      const { _ariaRef: given } = element as Element & { _ariaRef?: { ref: string } }
      if (!ref.startsWith(prefix) && ref !== given?.ref) return undefined
      if (/^i?frame$/i.test(element.nodeName)) frameByRef.set(ref, element as HTMLIFrameElement)
    }
    const windows = Array.from({ length: window.length }, (_none, at) => window[at])
    const ownRef = new RegExp(` \\[ref=${prefix}e\\d+\\]`, 'g')
    const frames: { line: number; path: number[] }[] = []
    const lines = written.split('\n').map((line, at) => {
      const [head, ref = ''] = /^ *- iframe\b[^"]*? \[ref=([^\]]+)\]/.exec(line) ?? []
      const inner = frameByRef.get(ref)?.contentWindow
      if (inner) frames.push({ line: at, path: [windows.indexOf(inner)] })
      return (
        (head ?? line).replace(ownRef, '') + (head === undefined ? '' : line.slice(head.length).replace(/:.*$/, ''))
      )
    })
    return { text: lines.join('\n'), frames, ms: performance.now() - startedMs }
  },
)
