import { countEach } from '../values/count-each.ts'
import type { Move, Mover } from './moves.ts'
import type { AriaBranch } from './tree.ts'

/** Children of a pair that have found no partner yet. */
interface Rest {
  readonly before: readonly AriaBranch[]
  readonly after: readonly AriaBranch[]
}

/**
 * Find for the children of one node what they have become.
 * Those that say the same are partners first, then those of one name that begin alike, then of one name, and last of one
 * role where as many were there as are. What finds no partner is given to the mover, and so is what changed its order.
 *
 * @param open nodes that may have more children than are known
 * @returns the pairs, in the order of the later page
 */
export function pairChildren({ before, after }: Move, mover: Mover, open: ReadonlySet<AriaBranch>): Move[] {
  const same = pairBy({ before: before.children, after: after.children }, ({ content }) => content)
  mover.reordered(outOfOrder(same.pairs, before.children))
  const stays = { before: same.rest.before.filter(mover.stays), after: same.rest.after.filter(mover.stays) }
  const alike = pairBy(stays, ({ role, name, gist }) => JSON.stringify([role, name, gist]))
  const named = pairBy(alike.rest, ({ role, name }) => JSON.stringify([role, name]))
  const certain = [...same.pairs, ...alike.pairs, ...named.pairs]
  // Behind the last one that both have, one of them may go on where it was cut.
  const lastBefore = open.has(after) ? lastAt(certain.map((pair) => pair.before)) : Infinity
  const lastAfter = open.has(before) ? lastAt(certain.map((pair) => pair.after)) : Infinity
  const known = {
    before: named.rest.before.filter(({ at }) => at < lastBefore),
    after: named.rest.after.filter(({ at }) => at < lastAfter),
  }
  const ofRole = pairBy(inEqualNumber(known), ({ role }) => role)
  const pairs = [...alike.pairs, ...named.pairs, ...ofRole.pairs]
  const paired = new Set(pairs.flatMap((pair) => [pair.before, pair.after]))
  for (const branch of same.rest.before) if (!paired.has(branch)) mover.left(branch, branch.at < lastBefore)
  for (const branch of same.rest.after) if (!paired.has(branch)) mover.came(branch, branch.at < lastAfter)
  const partners = new Map(pairs.map((pair) => [pair.after, pair]))
  return after.children.flatMap((branch) => partners.get(branch) ?? [])
}

function lastAt(branches: readonly AriaBranch[]): number {
  return branches.reduce((last, { at }) => Math.max(last, at), -1)
}

/** Pair in order what has the same key. */
function pairBy(
  { before, after }: Rest,
  keyOf: (branch: AriaBranch) => string | number,
): { pairs: Move[]; rest: Rest } {
  const waiting = new Map<string | number, AriaBranch[]>()
  for (const branch of before.toReversed()) {
    const key = keyOf(branch)
    const same = waiting.get(key)
    if (same) same.push(branch)
    else waiting.set(key, [branch])
  }
  const pairs: Move[] = []
  const alone: AriaBranch[] = []
  for (const branch of after) {
    const partner = waiting.get(keyOf(branch))?.pop()
    if (partner) pairs.push({ before: partner, after: branch })
    else alone.push(branch)
  }
  const left = new Set([...waiting.values()].flat())
  return { pairs, rest: { before: before.filter((branch) => left.has(branch)), after: alone } }
}

/** Those of each role of which there are as many before as after: "Add" that became "Added", not one of many links. */
function inEqualNumber({ before, after }: Rest): Rest {
  const surplus = countEach(before.map(({ role }) => role))
  for (const { role } of after) surplus.set(role, (surplus.get(role) ?? 0) - 1)
  const isEven = ({ role }: AriaBranch): boolean => surplus.get(role) === 0
  return { before: before.filter(isEven), after: after.filter(isEven) }
}

/** The pairs beside the longest run that kept its order: the fewest that must have moved. */
function outOfOrder(pairs: readonly Move[], before: readonly AriaBranch[]): Move[] {
  const order = new Map(before.map((branch, at) => [branch, at]))
  const places = pairs.map((pair) => order.get(pair.before) ?? 0)
  const kept = longestRise(places)
  return pairs.filter((_, at) => !kept.has(at))
}

/** Indexes of a longest increasing subsequence, by patience sorting. */
function longestRise(values: readonly number[]): Set<number> {
  const tops: number[] = []
  const previous: (number | undefined)[] = []
  for (const [at, value] of values.entries()) {
    let low = 0
    for (let high = tops.length; low < high;) {
      const middle = (low + high) >> 1
      if (values[tops[middle]!]! < value) low = middle + 1
      else high = middle
    }
    previous[at] = tops[low - 1]
    tops[low] = at
  }
  const rise = new Set<number>()
  for (let at = tops.at(-1); at !== undefined; at = previous[at]) rise.add(at)
  return rise
}
