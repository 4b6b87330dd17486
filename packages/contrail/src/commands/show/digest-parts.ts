/** A part of a text that has to fit into a room. Parts are told in their order; they get room by their rank, the lowest first. */
export interface Part {
  readonly rank: number
  readonly text: string
  /** The thing that it tells. Of several parts of one thing the one that gets room first is told. */
  readonly of?: number
  /** True where its beginning says something too: then it may be cut. Any other is told whole or not at all. */
  readonly canBeCut?: boolean
  /** So much of the room is its own, from 0 to 1; it gets more where room is left. */
  readonly share?: number
}

/**
 * Give parts a room, of which each takes its text and a newline.
 *
 * @param room in characters
 * @returns the text of each part that is told, maybe cut
 */
export function fitParts<T extends Part>(parts: readonly T[], room: number): Map<T, string> {
  const given = new Map<T, string>()
  const told = new Set<number>()
  const ownOf = ({ text, share = 0 }: Part): number => Math.min(text.length + 1, Math.floor(room * share))
  let left = room
  let owned = parts.reduce((sum, part) => sum + ownOf(part), 0)
  const give = (part: T, most: number): void => {
    const before = given.get(part)
    if (before === undefined && part.of !== undefined && told.has(part.of)) return
    const text = part.canBeCut ? cut(part.text, most - 1) : part.text
    if (text === '' || text.length >= most) return
    given.set(part, text)
    if (part.of !== undefined) told.add(part.of)
    left -= text.length - (before ?? '').length + (before === undefined ? 1 : 0)
  }
  const ranked = parts.toSorted((a, b) => a.rank - b.rank)
  for (const part of ranked) {
    owned -= ownOf(part)
    give(part, part.share === undefined ? left - owned : ownOf(part))
  }
  // What is left over goes to those that were cut.
  for (const part of ranked) {
    const before = given.get(part)
    if (part.canBeCut && before !== part.text) give(part, left + (before === undefined ? 0 : before.length + 1))
  }
  return given
}

/** The beginning of a text, with `…` where it was cut; no character is cut in two. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  if (limit < 1) return ''
  const head = text.slice(0, limit - 1)
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}…`
}
