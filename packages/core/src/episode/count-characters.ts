/** The number of code points in a text, as Python's `len` counts. A lone surrogate is one. */
export function countCodePoints(text: string, start = 0, end = text.length): number {
  let count = 0
  for (let index = start; index < end; count++) index += splitsPair(text, index + 1) && index + 2 <= end ? 2 : 1
  return count
}

/** The code points that one text lost and the other gained, between their common beginning and their common end. */
export function countChanged(before: string, after: string): number {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++
  if (splitsPair(before, start) || splitsPair(after, start)) start--
  let tail = 0
  while (
    tail < shorter - start &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  ) {
    tail++
  }
  const ends = [before.length - tail, after.length - tail] as const
  const isSplit = splitsPair(before, ends[0]) || splitsPair(after, ends[1])
  const [beforeEnd, afterEnd] = isSplit ? [ends[0] + 1, ends[1] + 1] : ends
  return countCodePoints(before, start, beforeEnd) + countCodePoints(after, start, afterEnd)
}

/** Tells if a cut at an index would part the two units of one code point. */
function splitsPair(text: string, index: number): boolean {
  return isBetween(text.charCodeAt(index - 1), 0xd800, 0xdbff) && isBetween(text.charCodeAt(index), 0xdc00, 0xdfff)
}

function isBetween(unit: number, first: number, last: number): boolean {
  return unit >= first && unit <= last
}
