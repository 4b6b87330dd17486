/** Tell a text, or nothing of what is none. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Tell a finite number, or nothing of what is none. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Tell the field of a value that may be anything. */
export function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined
}

/** List the texts of plain data, in order, at most `most` of them. */
export function textsIn(value: unknown, most = 2_000): string[] {
  const texts: string[] = []
  const waiting: unknown[] = [value]
  while (waiting.length > 0 && texts.length < most) {
    const next = waiting.pop()
    if (typeof next === 'string') texts.push(next)
    else if (typeof next === 'number') texts.push(String(next))
    else if (typeof next === 'object' && next !== null)
      for (const item of Object.values<unknown>(next as Record<string, unknown>).toReversed()) waiting.push(item)
  }
  return texts
}

/** Read a text that is data as JSON; nothing of one that is not. */
export function dataIn(text: string): unknown {
  if (text.length > 1_000_000 || !/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    // It only began like data.
    return undefined
  }
}

/** Put a text on one line of so many characters. */
export function oneLine(text: string, most: number): string {
  const line = text
    .slice(0, most * 4)
    .replaceAll(/\s+/g, ' ')
    .trim()
  return line.length <= most ? line : `${line.slice(0, most - 1).toWellFormed()}…`
}

/** Round to 3 digits behind the point, as scores are told. */
export function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000 + 0
}
