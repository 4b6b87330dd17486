import { countEach } from '../values/count-each.ts'
import { createMover, type Move } from './moves.ts'
import { isCutTree, wholeLinesOf } from './cut-tree.ts'
import { pairChildren } from './pair-children.ts'
import { createNumbering, readAriaTree, type AriaBranch } from './tree.ts'

/** A node of an aria snapshot at its place in the page. */
export interface AriaPlace {
  readonly role: string
  readonly name: string
  readonly text: string
  /** The nodes that hold it and itself, as `main > list "Lamps" > listitem 2`, from the twelfth above it on. */
  readonly path: string
}

/** One node as it was and as it is. */
export interface AriaChange {
  readonly before: AriaPlace
  readonly after: AriaPlace
}

/** All that tells two aria snapshots apart, each list in the order of the page. */
export interface AriaDifference {
  /** Nodes that only the later snapshot has, with all below them. */
  readonly added: readonly AriaPlace[]
  /** Nodes that only the earlier snapshot has, with all below them. */
  readonly removed: readonly AriaPlace[]
  /** Nodes whose name, text or state (`checked`, `disabled`, ...) became another. */
  readonly changed: readonly AriaChange[]
  /** Nodes that stand elsewhere, with all that is below them unchanged. */
  readonly moved: readonly AriaChange[]
}

/**
 * Tell the difference of two aria snapshots.
 * References, boxes and the focus are not of the page and make no difference. Where a snapshot was cut, what stands behind its last
 * node may be on the page all the same: of the other one only that is told which stands before something that both have. Any texts can
 * be given; the time it takes grows with their lines.
 */
export function diffAria(before: string, after: string): AriaDifference {
  const numbering = createNumbering()
  const earlier = readAriaTree(wholeLinesOf(before), numbering)
  const later = readAriaTree(wholeLinesOf(after), numbering)
  const open = new Set([
    ...(isCutTree(before) ? lastOf(earlier.root) : []),
    ...(isCutTree(after) ? lastOf(later.root) : []),
  ])
  const mover = createMover(earlier.nodes, later.nodes)
  const changed: Move[] = []
  const pairs: Move[] = [{ before: earlier.root, after: later.root }]
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
    if (pair.before.content === pair.after.content) continue
    if (pair.before.label !== pair.after.label) changed.push(pair)
    pairs.push(...pairChildren(pair, mover, open).toReversed())
  }
  const { added, removed, moved } = mover.settle()
  const place = createPlaces()
  const changes = (moves: readonly Move[]): AriaChange[] =>
    moves
      .toSorted((a, b) => a.after.at - b.after.at)
      .map((move) => ({ before: place(move.before), after: place(move.after) }))
  return {
    added: added.toSorted((a, b) => a.at - b.at).map(place),
    removed: removed.toSorted((a, b) => a.at - b.at).map(place),
    changed: changes(changed),
    moved: changes(moved),
  }
}

/** The nodes at the end of a tree, each the last one in the one before: those that go on behind a cut. */
function lastOf(root: AriaBranch): AriaBranch[] {
  const nodes: AriaBranch[] = []
  for (let at: AriaBranch | undefined = root; at; at = at.children.at(-1)) nodes.push(at)
  return nodes
}

/** Places are asked for one after another: what siblings have in common is counted once. */
function createPlaces(): (branch: AriaBranch) => AriaPlace {
  const labels = new Map<AriaBranch, string>()
  const labelOf = (branch: AriaBranch): string => {
    const known = labels.get(branch)
    if (known !== undefined || !branch.parent) return known ?? ''
    for (const [child, label] of labelsOf(branch.parent.children)) labels.set(child, label)
    return labels.get(branch) ?? ''
  }
  return (branch) => {
    const path: string[] = []
    for (let at: AriaBranch | undefined = branch; at?.parent && path.length <= 12; at = at.parent)
      path.unshift(labelOf(at))
    return { role: branch.role, name: branch.name, text: branch.text, path: path.join(' > ') }
  }
}

function labelsOf(siblings: readonly AriaBranch[]): [AriaBranch, string][] {
  const plain = siblings.map(({ role, name }) => (name ? `${role} ${JSON.stringify(name.slice(0, 60))}` : role))
  const total = countEach(plain)
  const seen = new Map<string, number>()
  return siblings.map((branch, at) => {
    const label = plain[at]!
    const number = (seen.get(label) ?? 0) + 1
    seen.set(label, number)
    return [branch, total.get(label) === 1 ? label : `${label} ${number}`]
  })
}
