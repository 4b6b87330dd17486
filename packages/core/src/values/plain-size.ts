/** `-1.2345678901234567e-100`, with room. */
const longestNumber = 32

/**
 * Tells whether the JSON of plain data has at most so many bytes whatever its texts hold: most data does, and is not
 * written only to be measured. False where that is not certain.
 */
export function fitsSurely(value: unknown, limitBytes: number): boolean {
  const waiting: unknown[] = [value]
  let left = limitBytes
  for (let next = waiting.pop(); next !== undefined && left >= 0; next = waiting.pop()) {
    if (typeof next === 'string') left -= next.length * 6 + 2
    else if (typeof next !== 'object' || next === null) left -= longestNumber
    else {
      left -= 2
      for (const [key, item] of Object.entries(next)) {
        left -= key.length * 6 + 4
        waiting.push(item)
      }
    }
  }
  return left >= 0
}
