const chunkBytes = 1_000_000
const indentation = '  '

/** JSON as we write it: two spaces, no newline at the end, as Stagehand's writer does. For what is small. */
export function toJsonBytes(value: unknown): Uint8Array {
  return Buffer.concat([...jsonChunks(value)])
}

/**
 * The bytes of `JSON.stringify(value, null, 2)` piece by piece, so that a whole may be larger than the longest string of
 * the engine. Objects are taken apart by their fields, and arrays in them by their items; each such part is one string.
 *
 * @param value plain data: nothing in it has a `toJSON`
 */
export function* jsonChunks(value: unknown): Generator<Uint8Array> {
  let held: string[] = []
  let heldLength = 0
  for (const text of texts(value, 2, '')) {
    held.push(text)
    heldLength += text.length
    if (heldLength < chunkBytes) continue
    yield Buffer.from(held.join(''), 'utf8')
    held = []
    heldLength = 0
  }
  if (heldLength > 0) yield Buffer.from(held.join(''), 'utf8')
}

/** @param levels how many levels of containers are taken apart */
function* texts(value: unknown, levels: number, indent: string): Generator<string> {
  const isArray = Array.isArray(value)
  if (levels === 0 || typeof value !== 'object' || value === null) {
    // No string of JSON holds a line break, so every one stands between two parts.
    yield (JSON.stringify(value, null, indentation) ?? 'null').replaceAll('\n', `\n${indent}`)
    return
  }
  const fields = isArray
    ? value.map((item: unknown) => ['', item] as const)
    : Object.entries(value)
        .filter(([, field]) => isWritten(field))
        .map(([key, field]) => [`${JSON.stringify(key)}: `, field] as const)
  if (fields.length === 0) {
    yield isArray ? '[]' : '{}'
    return
  }
  const inner = indent + indentation
  yield isArray ? '[' : '{'
  for (const [at, [label, field]] of fields.entries()) {
    yield `${at === 0 ? '' : ','}\n${inner}${label}`
    yield* texts(field, levels - 1, inner)
  }
  yield `\n${indent}${isArray ? ']' : '}'}`
}

/** JSON leaves such fields out of an object; in an array they stand as null. */
function isWritten(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol'
}
