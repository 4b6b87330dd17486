/** Two sequences paired: for each item of the first the place of its partner in the other, or -1. */
export type Alignment = Int32Array

/**
 * Pair two sequences by the least number of edits: an item more, an item less, an item replaced by its partner.
 *
 * An alignment of many edits is found piece by piece, so that its time grows with the length of the sequences and not with its
 * square. Up to 2,000 items, or 300 edits, it is one piece and the best there is.
 */
export function align(one: Int32Array, other: Int32Array): Alignment {
  const partners = new Int32Array(one.length).fill(-1)
  const mostEdits = Math.max(300, Math.ceil(4_000_000 / (one.length + other.length + 1)))
  let [start, otherStart] = [0, 0]
  while (start < one.length || otherStart < other.length) {
    const found = search(one.subarray(start), other.subarray(otherStart), mostEdits)
    notePairs(found, partners.subarray(start), otherStart)
    start += found.length
    otherStart += found.otherLength
  }
  return partners
}

/**
 * Ukkonen's search: for each number of edits, how far each diagonal comes. A diagonal is the items done of the other less those
 * done of the one.
 */
interface Search {
  /** The number of items of the one that are aligned: all, or those up to which the most edits brought it. */
  readonly length: number
  readonly otherLength: number
  /** By number of edits: items of the one done on each diagonal, that of `-edits` first. */
  readonly reached: readonly Int32Array[]
}

const outOfReach = -1

function search(one: Int32Array, other: Int32Array, mostEdits: number): Search {
  const goal = other.length - one.length
  const reached: Int32Array[] = []
  for (let edits = 0; ; edits++) {
    const before = reached[edits - 1]
    const now = new Int32Array(2 * edits + 1).fill(outOfReach)
    let [furthest, furthestDiagonal] = [-1, 0]
    for (let diagonal = -edits; diagonal <= edits; diagonal++) {
      let done = bestStep(before, edits, diagonal, one.length, other.length)
      if (done === outOfReach) continue
      while (done < one.length && done + diagonal < other.length && one[done] === other[done + diagonal]) done++
      now[diagonal + edits] = done
      if (2 * done + diagonal > furthest) [furthest, furthestDiagonal] = [2 * done + diagonal, diagonal]
    }
    reached.push(now)
    if (goal >= -edits && goal <= edits && now[goal + edits] === one.length) {
      return { length: one.length, otherLength: other.length, reached }
    }
    if (edits >= mostEdits) {
      const length = now[furthestDiagonal + edits] ?? 0
      return { length, otherLength: length + furthestDiagonal, reached }
    }
  }
}

/**
 * The furthest that the last of so many edits brings a diagonal, before equal items bring it on: an item replaced, one
 * more of the other, or one of the one left out.
 *
 * @param before what was reached with one edit less; undefined for none
 */
function bestStep(
  before: Int32Array | undefined,
  edits: number,
  diagonal: number,
  length: number,
  otherLength: number,
): number {
  if (!before) return 0
  const most = Math.min(length, otherLength - diagonal)
  const at = diagonal + edits - 1
  const replaced = replacing(before, at)
  const inserted = inserting(before, at)
  const deleted = deleting(before, at)
  let best = replaced <= most ? replaced : outOfReach
  if (inserted > best && inserted <= most) best = inserted
  if (deleted > best && deleted <= most) best = deleted
  return best
}

function replacing(before: Int32Array, at: number): number {
  const done = before[at] ?? outOfReach
  return done === outOfReach ? outOfReach : done + 1
}

function inserting(before: Int32Array, at: number): number {
  return before[at - 1] ?? outOfReach
}

function deleting(before: Int32Array, at: number): number {
  const done = before[at + 1] ?? outOfReach
  return done === outOfReach ? outOfReach : done + 1
}

/** Walk a search back from its end, and note the pairs. */
function notePairs({ length, otherLength, reached }: Search, partners: Alignment, otherStart: number): void {
  let done = length
  let diagonal = otherLength - length
  for (let edits = reached.length - 1; edits >= 0; edits--) {
    const before = reached[edits - 1]
    const from = bestStep(before, edits, diagonal, length, otherLength)
    for (; done > from; done--) partners[done - 1] = otherStart + diagonal + done - 1
    if (!before) return
    const at = diagonal + edits - 1
    if (replacing(before, at) === from) {
      done--
      partners[done] = otherStart + diagonal + done
    } else if (inserting(before, at) === from) diagonal--
    else {
      diagonal++
      done--
    }
  }
}
