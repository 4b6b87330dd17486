/**
 * Whether JSON text nests deeper than `limit`, found by one linear scan before anything is parsed:
 * walking a value that is a hundred thousand levels deep would exhaust the stack.
 */
export function exceedsDepth(text: string, limit: number): boolean {
  let depth = 0
  let inString = false
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index)
    if (inString) {
      if (character === 0x5c) index++
      else if (character === 0x22) inString = false
    } else if (character === 0x22) inString = true
    else if (character === 0x7b || character === 0x5b) {
      depth++
      if (depth > limit) return true
    } else if (character === 0x7d || character === 0x5d) depth--
  }
  return false
}
