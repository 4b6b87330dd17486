/** JSON of ours and of Stagehand's nests a few levels; a value that is recorded is cut at 64. */
const maxDepth = 256
/** A trajectory of 100,000 steps has about 6 million. Each costs far more memory and time than its few bytes say. */
const mostValues = 20_000_000

/**
 * Parse JSON that somebody else may have written: UTF-8 without a bad byte, not so deep that walking it would exhaust
 * the stack, and not of so many values that making them would hold the process. Bound its size when reading it.
 *
 * @param options.maxValues how many values it may have, default 20,000,000
 * @returns the value, or why there is none; nothing is thrown for bad bytes
 */
export function parseUntrusted(
  bytes: Uint8Array,
  { maxValues = mostValues }: { maxValues?: number } = {},
): { value: unknown } | { invalid: string } {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { invalid: 'is not UTF-8' }
  }
  const excess = findExcess(text, { maxDepth, maxValues })
  if (excess === 'depth') return { invalid: `nests deeper than ${maxDepth} levels` }
  if (excess === 'values') return { invalid: `holds more than ${maxValues} values` }
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { invalid: 'is not JSON' }
  }
}

/**
 * The limit that a JSON text exceeds, found by one linear scan before anything is parsed: walking a value that is a
 * hundred thousand levels deep would exhaust the stack, and 100 MB of empty objects take 20 seconds.
 */
export function findExcess(
  text: string,
  { maxDepth: deepest, maxValues }: { maxDepth: number; maxValues: number },
): 'depth' | 'values' | undefined {
  let depth = 0
  // Every value but the first of a container stands behind a comma, and every container is one.
  let values = 1
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index)
    if (character === 0x22) {
      index = endOfString(text, index)
      if (index < 0) return undefined
    } else if (character === 0x7b || character === 0x5b) {
      depth++
      values++
      if (depth > deepest) return 'depth'
    } else if (character === 0x7d || character === 0x5d) depth--
    else if (character === 0x2c) values++
    if (values > maxValues) return 'values'
  }
  return undefined
}

/** The end of the string that a quote opens, else -1: most of a recording is in strings, which hold no containers. */
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
