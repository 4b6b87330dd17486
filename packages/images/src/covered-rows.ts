import type { PixelBox } from '@contrail/core'

/** A stretch of one row of pixels: from `left` up to and without `right`. */
export interface Stretch {
  readonly row: number
  readonly left: number
  readonly right: number
}

/** A box in whole pixels within an image: every pixel that it touches. */
interface Cover {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/**
 * Find the pixels of an image that boxes touch, row by row, each pixel once. The time does not grow with the area that boxes
 * share: thousands that lie on each other take no longer than one and their sorting.
 *
 * @throws {TypeError} for a number that is not finite
 */
export function coveredStretches(boxes: readonly PixelBox[], width: number, height: number): Stretch[] {
  const covers = boxes.map((box, index) => toCover(box, index, width, height)).filter((cover) => cover !== undefined)
  const beginning = covers.toSorted((one, other) => one.top - other.top)
  const ending = covers.toSorted((one, other) => one.bottom - other.bottom)
  // How many boxes begin at a column, less those that end there, of the boxes of the current row.
  const changes = new Int32Array(width + 1)
  const stretches: Stretch[] = []
  let begun = 0
  let ended = 0
  for (let row = beginning[0]?.top ?? height; row < height; row += 1) {
    for (; beginning[begun]?.top === row; begun += 1) count(changes, beginning[begun]!, 1)
    for (; ending[ended]?.bottom === row; ended += 1) count(changes, ending[ended]!, -1)
    if (begun > ended) stretches.push(...stretchesOf(changes, row))
    else if (begun === covers.length) break
  }
  return stretches
}

function count(changes: Int32Array, { left, right }: Cover, step: number): void {
  changes[left] = (changes[left] ?? 0) + step
  changes[right] = (changes[right] ?? 0) - step
}

function* stretchesOf(changes: Int32Array, row: number): Generator<Stretch> {
  let depth = 0
  let left = 0
  for (let column = 0; column < changes.length; column += 1) {
    const before = depth
    depth += changes[column] ?? 0
    if (before === 0 && depth > 0) left = column
    else if (before > 0 && depth === 0) yield { row, left, right: column }
  }
}

/** `undefined` where nothing of the box is in the image. */
function toCover({ x, y, width, height }: PixelBox, index: number, columns: number, rows: number): Cover | undefined {
  if (![x, y, width, height].every(Number.isFinite)) {
    throw new TypeError(`boxes[${index}]: expected finite numbers, got ${[x, y, width, height].map(String).join(', ')}`)
  }
  const cover = {
    left: Math.max(0, Math.floor(Math.min(x, x + width))),
    right: Math.min(columns, Math.ceil(Math.max(x, x + width))),
    top: Math.max(0, Math.floor(Math.min(y, y + height))),
    bottom: Math.min(rows, Math.ceil(Math.max(y, y + height))),
  }
  const isEmpty = width === 0 || height === 0 || cover.left >= cover.right || cover.top >= cover.bottom
  return isEmpty ? undefined : cover
}
