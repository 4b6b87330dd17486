/** The room that an item needs on a page. */
export interface Sizing<T> {
  /** Rows of an item that is shown. */
  rowsOf(item: T): number
  /** True of an item that is to be shown before all others. */
  isImportant(item: T): boolean
}

/**
 * Fit items into a number of rows. What is left out stands as arrays of neighbours, each one row.
 * Important items are kept first, then the beginning and the end; order is kept.
 *
 * @param rowLimit at least 3
 */
export function condense<T>(items: readonly T[], rowLimit: number, sizing: Sizing<T>): readonly (T | readonly T[])[] {
  const kept = new Set<number>()
  const fits = (at: number): boolean => {
    kept.add(at)
    if (countRows(items, kept, sizing) <= rowLimit) return true
    kept.delete(at)
    return false
  }
  if (items.length <= rowLimit && items.reduce((sum, item) => sum + sizing.rowsOf(item), 0) <= rowLimit) return items
  for (let at = 0; at < items.length; at += 1) if (sizing.isImportant(items[at] as T) && !fits(at)) break
  for (const at of outsideIn(items.length)) if (!kept.has(at) && !fits(at)) break
  return group(items, kept)
}

/** 0, last, 1, last - 1, ... */
function* outsideIn(length: number): Generator<number> {
  for (let at = 0; at < length / 2; at += 1) {
    yield at
    if (length - 1 - at !== at) yield length - 1 - at
  }
}

function countRows<T>(items: readonly T[], kept: ReadonlySet<number>, { rowsOf }: Sizing<T>): number {
  let rows = 0
  let next = 0
  for (const place of [...kept].toSorted((a, b) => a - b)) {
    rows += rowsOf(items[place] as T) + (place > next ? 1 : 0)
    next = place + 1
  }
  return rows + (next < items.length ? 1 : 0)
}

function group<T>(items: readonly T[], kept: ReadonlySet<number>): readonly (T | readonly T[])[] {
  const parts: (T | T[])[] = []
  let hidden: T[] = []
  items.forEach((item, at) => {
    if (!kept.has(at)) return void hidden.push(item)
    if (hidden.length > 0) parts.push(hidden)
    hidden = []
    parts.push(item)
  })
  if (hidden.length > 0) parts.push(hidden)
  return parts
}
