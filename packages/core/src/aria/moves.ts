import { countEach } from '../values/count-each.ts'
import type { AriaBranch } from './tree.ts'

/** A node of the earlier tree and what it is in the later one. */
export interface Move {
  readonly before: AriaBranch
  readonly after: AriaBranch
}

/** Collects what has no partner at its place, and finds it elsewhere. */
export interface Mover {
  /** A branch that is not to be found, unchanged, elsewhere in the other tree, so that a partner here may be sought. */
  stays(branch: AriaBranch): boolean
  reordered(moves: readonly Move[]): void
  /** A branch has no partner here. Where it is not `certain` that the other page has it not, it is looked for elsewhere alone. */
  left(branch: AriaBranch, certain: boolean): void
  came(branch: AriaBranch, certain: boolean): void
  /** Pair what left one place and came to another; the rest was removed and added, each node with all below it. */
  settle(): { added: AriaBranch[]; removed: AriaBranch[]; moved: Move[] }
}

/** Make the mover of two trees, given as all of their nodes. */
export function createMover(earlier: readonly AriaBranch[], later: readonly AriaBranch[]): Mover {
  const surplus = countEach(earlier.map(({ content }) => content))
  const inBoth = new Set<number>()
  for (const { content } of later) {
    const count = surplus.get(content)
    if (count !== undefined) inBoth.add(content)
    surplus.set(content, (count ?? 0) - 1)
  }
  const moved: Move[] = []
  const left: AriaBranch[] = []
  const came: AriaBranch[] = []
  const uncertain = new Set<AriaBranch>()
  const isCertain = (branch: AriaBranch): boolean => {
    if (uncertain.size === 0) return true
    for (let at: AriaBranch | undefined = branch; at; at = at.parent) if (uncertain.has(at)) return false
    return true
  }
  const take = (list: AriaBranch[], branch: AriaBranch, certain: boolean): void => {
    list.push(branch)
    if (!certain) uncertain.add(branch)
  }
  return {
    stays: (branch) => !(isTelling(branch) && inBoth.has(branch.content) && surplus.get(branch.content) === 0),
    reordered: (moves) => void moved.push(...moves.filter(({ before }) => isTelling(before))),
    left: (branch, certain) => take(left, branch, certain),
    came: (branch, certain) => take(came, branch, certain),
    settle() {
      const arrivals = createArrivals(came)
      const removed: AriaBranch[] = []
      walk(left, (before) => {
        const after = isTelling(before) ? arrivals.take(before.content) : undefined
        if (after) moved.push({ before, after })
        else removed.push(before)
        return after === undefined
      })
      return { added: arrivals.rest().filter(isCertain), removed: removed.filter(isCertain), moved }
    },
  }
}

/** A node without name, text or children is like any other of its role: it is not known again elsewhere. */
function isTelling({ gist, children }: AriaBranch): boolean {
  return gist !== '' || children.length > 0
}

/** All that came, to be taken branch by branch. A branch of which a part was taken is whole no more. */
function createArrivals(came: readonly AriaBranch[]) {
  const byContent = new Map<number, AriaBranch[]>()
  const taken = new Set<AriaBranch>()
  const broken = new Set<AriaBranch>()
  walk(came, (branch) => {
    const same = byContent.get(branch.content)
    if (same) same.push(branch)
    else byContent.set(branch.content, [branch])
  })
  for (const same of byContent.values()) same.reverse()
  return {
    take(content: number): AriaBranch | undefined {
      const same = byContent.get(content) ?? []
      let found = same.pop()
      while (found && (taken.has(found) || broken.has(found))) found = same.pop()
      if (!found) return undefined
      walk([found], (branch) => taken.add(branch))
      for (let at = found.parent; at && !broken.has(at); at = at.parent) broken.add(at)
      return found
    },
    rest(): AriaBranch[] {
      const rest: AriaBranch[] = []
      walk(came, (branch) => {
        if (!taken.has(branch)) rest.push(branch)
        return !taken.has(branch)
      })
      return rest
    },
  }
}

/** Visit branches in the order of the page with all below them, but for what is below those where the visitor says `false`. */
function walk(branches: readonly AriaBranch[], visit: (branch: AriaBranch) => unknown): void {
  const waiting = branches.toReversed()
  for (let branch = waiting.pop(); branch; branch = waiting.pop()) {
    if (visit(branch) !== false) for (const child of branch.children.toReversed()) waiting.push(child)
  }
}
