const quote = 0x22
const backslash = 0x5c

/** The first place from `at` on that holds no blank of JSON, at most `end`. */
export function skipBlanks(text: string, at: number, end: number): number {
  let position = at
  while (position < end && isBlank(text.charCodeAt(position))) position++
  return position
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09
}

/**
 * The place of the quote that closes a JSON string.
 *
 * @param open the place of the quote that opens it
 * @returns `end` where it is not closed before, -1 where it holds what must be escaped, such as a line end
 */
export function endOfString(text: string, open: number, end: number): number {
  for (let position = open + 1; position < end; position++) {
    const unit = text.charCodeAt(position)
    if (unit === quote) return position
    if (unit === backslash) position++
    else if (unit < 0x20) return -1
  }
  return end
}

/** The end of a value that is no string: the comma or bracket behind it, at most `end`. Strings in it are respected. */
export function endOfValue(text: string, start: number, end: number): number {
  let depth = 0
  for (let position = start; position < end; position++) {
    const unit = text.charCodeAt(position)
    if (unit === quote) {
      const close = endOfString(text, position, end)
      if (close < 0) return end // not JSON, as its reader will find
      position = close
    } else if (unit === 0x7b || unit === 0x5b) depth++
    else if (unit === 0x7d || unit === 0x5d) {
      if (depth === 0) return position
      depth--
    } else if (unit === 0x2c && depth === 0) return position
  }
  return end
}

/** The text that a JSON string stands for, undefined where it is none. `close` is the place of its last quote. */
export function decodeString(text: string, open: number, close: number): string | undefined {
  const content = text.slice(open + 1, close)
  if (!content.includes('\\')) return content
  try {
    return JSON.parse(text.slice(open, close + 1)) as string
  } catch {
    return undefined // an escape that JSON does not know
  }
}

/** Tells whether a text is JSON. It may nest as deep as it likes. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
