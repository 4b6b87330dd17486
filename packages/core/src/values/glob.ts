/**
 * Compare a text with a pattern, of which `*` stands for any characters and `?` for one; case counts. No pattern takes longer than
 * its length times that of the text.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let [at, place] = [0, 0]
  // Where the last star stands, and how far it has reached.
  let [star, reached] = [-1, 0]
  while (place < text.length) {
    if (pattern[at] === '*') [star, reached, at] = [at, place, at + 1]
    else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[place]))
      [at, place] = [at + 1, place + 1]
    else if (star < 0) return false
    else [reached, at, place] = [reached + 1, star + 1, reached + 1]
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}
