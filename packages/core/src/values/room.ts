import type { Container, Place } from './place.ts'

/** The parts of a value that are lost because it was too large; what is absent lost nothing. */
export type Loss = {
  readonly [
    part in
      | 'lostCharacters'
      | 'lostItems'
      /** Lists and objects that lay too deep. */
      | 'tooDeep'
      /** Bytes that a placeholder stands for, since a secret in them could not be replaced in its place. */
      | 'redactedBytes'
  ]?: number
}

/** The limits of a result, and what is left of them. */
export interface Room {
  keysLeft: number
  /** The bytes that are left of the size if every text so far is cut as short as can be. */
  sizeBytesLeft: number
}

/** The limit that was met. */
export type Limit = 'keys' | 'size'

/** The bytes that the mark of a limit takes in JSON. */
export const markBytes = ',{"$truncated":"size","length":9007199254740991}'.length

/** Take room for what stands in a container. What is negative is given back. */
export function spend(room: Room, container: Container | undefined, keys: number, sizeBytes: number): void {
  room.keysLeft -= keys
  room.sizeBytesLeft -= sizeBytes
  for (let at = container; at; at = at.place.container) {
    at.spentKeys += keys
    at.spentBytes += sizeBytes
  }
}

/**
 * Drop the last item of a list for the sake of what stands in its first ones: of a table that is too long the first rows stay whole,
 * and not the first column. It is the longest list around the container, and has more items than that, lest a sum be
 * dropped for the table beside it. What was lifted out of a value is never dropped.
 *
 * @returns false where there is no such list
 */
export function dropLast(room: Room, container: Container, limit: Limit): boolean {
  let list: Container | undefined
  for (let { place } = container; place.container; { place } = place.container) {
    const above = place.container
    const last = above.kept - 1
    const canDrop = typeof place.key === 'number' && last > 0 && last >= place.key && last >= above.pinned
    const isLonger = above.role !== 'entry' && above.length > (list ?? container).length
    if (canDrop && isLonger) list = above
  }
  if (!list) return false
  if (list.lost === 0) spend(room, list, 0, markBytes)
  list.kept -= 1
  const dropped = list.opened.at(-1)?.place.key === list.kept ? list.opened.pop() : undefined
  spend(room, list, -1 - (dropped?.spentKeys ?? 0), -(dropped?.spentBytes ?? 0))
  markCut(list, limit)
  return true
}

/** Mark a container as cut behind the items that it keeps. */
export function markCut(container: Container, limit: Limit): void {
  const { target, kept, length } = container
  container.lost = length - kept
  if (!Array.isArray(target)) target['$truncated'] = limit
  else target.splice(kept, Infinity, { $truncated: limit, length })
}

/** Tells whether a place is in an item that was dropped. */
export function isDropped(place: Pick<Place, 'container' | 'key'>): boolean {
  for (let { container, key } = place; container; { container, key } = container.place)
    if (typeof key === 'number' && key >= container.kept) return true
  return false
}

/** Pin the items around a place, which are then never dropped. */
export function pin(place: Place): void {
  for (let { container, key } = place; container; { container, key } = container.place)
    if (typeof key === 'number') container.pinned = Math.max(container.pinned, key + 1)
}
