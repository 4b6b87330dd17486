/** More values of one result than these are not looked at. */
const mostValues = 5_000
/** A text that is longer than this, or has lines, is no field of a line. */
const longestField = 200

/**
 * Write plain data as a text in which a line is what belongs together: the fields of one record, each behind its name, or one item
 * of a list. An empty line parts what does not belong together. A text stays as it is.
 */
export function dataLines(value: unknown): string {
  const blocks: string[] = []
  let left = mostValues
  // The last is the next: what is waiting is in reverse order.
  const waiting: { name: string; value: unknown }[] = [{ name: '', value }]
  for (let next = waiting.pop(); next !== undefined && left > 0; next = waiting.pop()) {
    left -= 1
    const { name, value: found } = next
    if (typeof found !== 'object' || found === null) {
      const text = textOfScalar(found)
      if (text !== '') blocks.push(isField(text) && name !== '' ? `${name}: ${text}` : text)
      continue
    }
    if (Array.isArray(found)) {
      for (const item of (found as unknown[]).slice(0, left).toReversed()) waiting.push({ name, value: item })
      continue
    }
    const entries = Object.entries(found as Record<string, unknown>).slice(0, left)
    const fields = entries.filter(([, one]) => typeof one !== 'object' && isField(textOfScalar(one)))
    left -= fields.length
    const line = fields.map(([key, one]) => `${key}: ${textOfScalar(one)}`).join(', ')
    if (line !== '') blocks.push(name === '' ? line : `${name} ${line}`)
    const others = entries.filter((entry) => !fields.includes(entry) && entry[1] !== null)
    for (const [key, one] of others.toReversed()) waiting.push({ name: key, value: one })
  }
  return blocks.join('\n\n')
}

function textOfScalar(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function isField(text: string): boolean {
  return text !== '' && text.length <= longestField && !text.includes('\n')
}
