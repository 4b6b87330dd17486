import { parseAria, type AriaNode } from './parse-aria.ts'

/** A node of an aria snapshot with what stands below it. */
export interface AriaBranch extends Pick<AriaNode, 'role' | 'name' | 'text'> {
  readonly parent: AriaBranch | undefined
  readonly children: AriaBranch[]
  /** Its place in the order of the page. */
  readonly at: number
  /** Role, name, text and states as one number: equal in nodes that say the same, in whichever tree they stand. */
  label: number
  /** The same for the node with all that is below it. */
  content: number
  /** The first name or text in the node or below it: what a list item or a row without a name is known by. */
  gist: string
}

/** Gives equal texts one number. Trees that are to be compared share one. */
export type Numbering = (text: string) => number

/** Make a numbering that has seen no text yet. */
export function createNumbering(): Numbering {
  const numbers = new Map<string, number>()
  return (text) => {
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    return number
  }
}

/** Deeper nodes are read as if they stood at this depth; real pages stay far above it. */
const deepest = 256

/** Attributes of a snapshot that speak of a look and not of the page. */
const fleeting = new Set(['ref', 'active', 'box', 'cursor'])

/** Read a snapshot as a tree. Its root is no node of the page, and every parent stands before its children in `nodes`. */
export function readAriaTree(snapshot: string, numbering: Numbering): { root: AriaBranch; nodes: AriaBranch[] } {
  const root: AriaBranch = {
    role: '',
    name: '',
    text: '',
    parent: undefined,
    children: [],
    at: -1,
    label: -1,
    content: -1,
    gist: '',
  }
  const nodes: AriaBranch[] = []
  const open = [{ branch: root, depth: -1 }]
  for (const node of parseAria(snapshot)) {
    const depth = Math.min(node.depth, deepest)
    while (open.at(-1)!.depth >= depth) open.pop()
    const parent = open.at(-1)!.branch
    const { role, name, text } = node
    const label = numbering(labelOf(node))
    const branch: AriaBranch = {
      role,
      name,
      text,
      parent,
      children: [],
      at: nodes.length,
      label,
      content: -1,
      gist: name || text,
    }
    parent.children.push(branch)
    nodes.push(branch)
    open.push({ branch, depth })
  }
  for (const branch of nodes.toReversed()) summarise(branch, numbering)
  summarise(root, numbering)
  return { root, nodes }
}

function labelOf({ role, name, text, attributes }: AriaNode): string {
  const states = Object.entries(attributes).filter(([key]) => !fleeting.has(key))
  return JSON.stringify([role, name, text, states.toSorted(([a], [b]) => (a < b ? -1 : 1))])
}

function summarise(branch: AriaBranch, numbering: Numbering): void {
  branch.content = numbering(`${branch.label}:${branch.children.map(({ content }) => content).join()}`)
  branch.gist ||= branch.children.find(({ gist }) => gist !== '')?.gist ?? ''
}
