/** JSON of ours and of Stagehand's nests a few levels; a value that is recorded is cut at 64. */
const maxDepth = 256

/**
 * Parse JSON that somebody else may have written: UTF-8 without a bad byte, and not so deep that walking it would exhaust
 * the stack. Bound its size when reading it.
 *
 * @returns the value, or why there is none; nothing is thrown for bad bytes
 */
export function parseUntrusted(bytes: Uint8Array): { value: unknown } | { invalid: string } {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { invalid: 'is not UTF-8' }
  }
  if (exceedsDepth(text, maxDepth)) return { invalid: `nests deeper than ${maxDepth} levels` }
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { invalid: 'is not JSON' }
  }
}

/**
 * Whether JSON text nests deeper than `limit`, found by one linear scan before anything is parsed:
 * walking a value that is a hundred thousand levels deep would exhaust the stack.
 */
export function exceedsDepth(text: string, limit: number): boolean {
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index)
    if (character === 0x22) {
      index = endOfString(text, index)
      if (index < 0) return false
    } else if (character === 0x7b || character === 0x5b) {
      depth++
      if (depth > limit) return true
    } else if (character === 0x7d || character === 0x5d) depth--
  }
  return false
}

/** Where the string ends that a quote opens, else -1: most of a recording stands in strings, which hold no containers. */
function endOfString(text: string, quote: number): number {
  let end = text.indexOf('"', quote + 1)
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

function isEscaped(text: string, at: number): boolean {
  let start = at
  while (text.charCodeAt(start - 1) === 0x5c) start--
  return (at - start) % 2 === 1
}
