import { createShownVisitor, type ShownVisitor } from '../fields/visit-shown.ts'
import type { WorldFunction } from '../page/world.ts'
import { createWordGuesser, type WordGuesser } from './guess-words.ts'
import { inPage } from '../page/in-page.ts'

/** The part of a document that its window shows, as lines in the form of an aria snapshot. */
export interface ShownTree {
  readonly lines: readonly string[]
  readonly frames: readonly UnreadFrame[]
}

/** A tree of what shows. */
export type ViewportTree =
  | ShownTree
  /** It was not done in time: the number of elements of the document. */
  | { readonly elements: number }

/** A frame that shows and that nobody in this document can look into. */
export interface UnreadFrame {
  /** The line that stands for it. */
  readonly line: number
  /** Its number among the frames of its window, behind those of the windows around it that could be looked into. */
  readonly path: readonly number[]
}

/**
 * Write an aria tree of what the window shows, for a page whose whole tree would take too much of its time. Roles and names are
 * those that tags and attributes say; there are no references. What stands in a field that
 * shows discs is left out.
 */
export const viewportTree: WorldFunction<
  { budgetMs: number; mostCharacters: number },
  ViewportTree,
  [ShownVisitor, WordGuesser]
> = {
  name: 'viewportTree',
  using: [createShownVisitor, createWordGuesser],
  // oxlint-disable-next-line max-lines-per-function -- all of it goes to the page as one text
  create: inPage(
    (
      { attributeOf, byTag, documentIn, getter, nodeType, oneLine, startWatch, styleOf, tagOf, viewOf },
      { visitShown },
      { namedByContent, roleOf, nameOf },
    ) => {
      const childNodesOf = getter<NodeListOf<ChildNode>>(Node.prototype, 'childNodes')
      const valuesOf = new Map([
        ['input', getter<string>(HTMLInputElement.prototype, 'value')],
        ['textarea', getter<string>(HTMLTextAreaElement.prototype, 'value')],
      ])
      const windowIn = getter<Window | null>(HTMLIFrameElement.prototype, 'contentWindow')
      const mostFrames = 1_000
      /** The number of a window among those of a document's frames, else -1. */
      const placeOf = (inner: Window | null, root: Document): number => {
        const windows = viewOf(root)
        if (!windows || !inner) return -1
        for (let at = 0; windows[at] && at < mostFrames; at += 1) if (windows[at] === inner) return at
        return -1
      }
      const checkedOf = getter<boolean>(HTMLInputElement.prototype, 'checked')

      const valueOf = (element: Element, role: string): string => {
        if (!/^(textbox|searchbox|spinbutton)$/.test(role)) return ''
        const style = styleOf(element)
        if (!/^(none)?$/.test(style?.getPropertyValue('-webkit-text-security') ?? '')) return ''
        return oneLine(valuesOf.get(tagOf(element))?.(element))
      }
      const ownText = (element: Element): string => {
        let said = ''
        for (const node of childNodesOf(element)) if (nodeType(node) === 3) said += (node as Text).data.slice(0, 300)
        return oneLine(said)
      }
      /** A text that could be taken for something else stands in quotes. */
      const quoted = (said: string): string => (/^[\w(][^:#"'[\]{}]*$/.test(said) ? said : JSON.stringify(said))

      return ({ budgetMs, mostCharacters }) => {
        const spentMs = startWatch()
        const lines: string[] = []
        const frames: UnreadFrame[] = []
        let [length, depth] = [0, 0]
        /** The open elements: whether each was written, and whether its text is in a name. */
        const open: { isWritten: boolean; isNamed: boolean }[] = []
        const isFull = (): boolean => length > mostCharacters
        const write = (said: string): void => {
          const line = `${'  '.repeat(depth)}- ${said}`
          lines.push(line)
          length += line.length + 1
        }
        const isOver = (): boolean => isFull() || spentMs() > budgetMs
        const isHidden = (element: Element): boolean =>
          attributeOf(element, 'aria-hidden') === 'true' || styleOf(element)?.visibility !== 'visible'
        const describe = (element: Element): void => {
          const isNamed = open.at(-1)?.isNamed ?? false
          const role = roleOf(element)
          const text = isNamed ? '' : ownText(element)
          if (!role || isHidden(element)) {
            if (text && !isHidden(element)) write(`text: ${quoted(text)}`)
            open.push({ isWritten: false, isNamed })
            return
          }
          const name = nameOf(element, role)
          const isByContent = namedByContent.test(role) && name !== ''
          const states = [
            /^(checkbox|radio)$/.test(role) && tagOf(element) === 'input' && checkedOf(element) ? ' [checked]' : '',
            attributeOf(element, 'disabled') === null ? '' : ' [disabled]',
            /^h[1-6]$/.test(tagOf(element)) && role === 'heading' ? ` [level=${tagOf(element)[1]}]` : '',
          ].join('')
          const rest = valueOf(element, role) || (isByContent ? '' : text)
          write(`${role}${name ? ` ${JSON.stringify(name)}` : ''}${states}${rest ? `: ${quoted(rest)}` : ''}`)
          open.push({ isWritten: true, isNamed: isNamed || isByContent })
          depth += 1
        }
        const leave = (): void => {
          if (open.pop()?.isWritten) depth -= 1
        }
        const writeDocument = (root: Document, path: readonly number[]): boolean => {
          const { innerWidth: width = 0, innerHeight: height = 0 } = viewOf(root) ?? {}
          let isDone = true
          const visit = (element: Element): void => {
            const before = lines.length
            describe(element)
            if (tagOf(element) !== 'iframe') return
            const inner = documentIn(element)
            const own = [...path, placeOf(windowIn(element), root)]
            if (inner) isDone = writeDocument(inner, own) && isDone
            else if (lines.length > before && !own.includes(-1)) frames.push({ line: before, path: own })
          }
          return visitShown(root, { x: 0, y: 0, width, height }, isOver, visit, leave) && isDone
        }
        const isDone = writeDocument(document, [])
        if (isDone || isFull()) return { lines, frames }
        return { elements: byTag(document, '*').length }
      }
    },
  ),
}
