/** A text as it reads once parts of it are written as what they stand for, and the way back to where it came from. */
export interface TextView {
  readonly text: string
  /** The place in the original text at which the unit at this place of the view begins. */
  originOf(at: number): number
  /** The place in the original text at which what ends at this place of the view ends: before what stands for nothing. */
  endOf(at: number): number
}

/** A part of a text, `[start, end)`, and what it stands for, which is no longer. */
export interface Part {
  readonly start: number
  readonly end: number
  readonly stands: string
}

/** A text as it is. */
export function wholeView(text: string): TextView {
  return { text, originOf: itself, endOf: itself }
}

function itself(at: number): number {
  return at
}

/**
 * Write a text with what its parts stand for.
 *
 * @param next finds the next part from a place on
 * @returns `undefined` when there is none
 */
export function rewrite(text: string, next: (from: number) => Part | undefined): TextView | undefined {
  let part = next(0)
  if (!part) return undefined
  // Where the stretches between parts begin, in the view and in its origin, and where in the origin what is before them ends.
  let [starts, origins, ends] = [new Int32Array(64), new Int32Array(64), new Int32Array(64)]
  let stretches = 1
  let written = ''
  let from = 0
  for (; part; part = next(from)) {
    const { start, end, stands } = part
    written += text.slice(from, start) + stands
    from = end
    if (stands.length === end - start) continue
    if (stretches === starts.length) [starts, origins, ends] = [doubled(starts), doubled(origins), doubled(ends)]
    starts[stretches] = written.length
    origins[stretches] = end
    ends[stretches] = stands === '' ? start : end
    stretches += 1
  }
  /** The number of stretches that begin before a place. */
  const countBefore = (at: number): number => {
    let low = 0
    for (let high = stretches; low < high;) {
      const middle = (low + high) >>> 1
      if (starts[middle]! < at) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    text: written + text.slice(from),
    originOf(at) {
      const last = countBefore(at + 1) - 1
      return origins[last]! + at - starts[last]!
    },
    endOf(at) {
      const count = countBefore(at)
      if (count < stretches && starts[count] === at) return ends[count]!
      return origins[count - 1]! + at - starts[count - 1]!
    },
  }
}

function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(numbers.length * 2)
  larger.set(numbers)
  return larger
}
