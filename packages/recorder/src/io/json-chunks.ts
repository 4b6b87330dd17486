const firstChunkBytes = 64_000
const chunkBytes = 1_000_000
const indentation = '  '

/** JSON as we write it: two spaces, no newline at the end, as Stagehand's writer does. For what is small. */
export function toJsonBytes(value: unknown): Uint8Array {
  return Buffer.concat([...jsonChunks(value)])
}

/**
 * The bytes of `JSON.stringify(value, null, 2)` piece by piece, so that a whole may be larger than the longest string of
 * the engine. Objects are taken apart by their fields, and arrays in them by their items; each such part is one string, and no
 * chunk ends within one.
 *
 * @param value plain data: nothing in it has a `toJSON`
 */
export function* jsonChunks(value: unknown): Generator<Uint8Array> {
  let chunk = Buffer.allocUnsafeSlow(0)
  let sizeBytes = 0
  for (const text of texts(value, 2, 0)) {
    // No unit of UTF-16 takes more bytes than three.
    const mostBytes = text.length * 3
    if (sizeBytes + mostBytes > chunk.byteLength) {
      if (sizeBytes > 0) yield chunk.subarray(0, sizeBytes)
      chunk = Buffer.allocUnsafeSlow(Math.max(sizeBytes > 0 ? chunkBytes : firstChunkBytes, mostBytes))
      sizeBytes = 0
    }
    sizeBytes += chunk.write(text, sizeBytes, 'utf8')
  }
  if (sizeBytes > 0) yield chunk.subarray(0, sizeBytes)
}

/**
 * @param levels how many levels of containers are taken apart
 * @param depth how deep the value stands
 */
function* texts(value: unknown, levels: number, depth: number): Generator<string> {
  const isArray = Array.isArray(value)
  if (levels === 0 || typeof value !== 'object' || value === null) {
    yield nestedJson(value, depth)
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
  const indent = indentation.repeat(depth)
  const inner = indent + indentation
  yield isArray ? '[' : '{'
  for (const [at, [label, field]] of fields.entries()) {
    yield `${at === 0 ? '' : ','}\n${inner}${label}`
    yield* texts(field, levels - 1, depth + 1)
  }
  yield `\n${indent}${isArray ? ']' : '}'}`
}

/** The JSON of a value as it stands so deep in another: written inside as many arrays, which are taken off again. */
function nestedJson(value: unknown, depth: number): string {
  let nested = value
  let before = 0
  let behind = 0
  for (let level = 0; level < depth; level++) {
    nested = [nested]
    before += '[\n'.length + indentation.length * (level + 1)
    behind += '\n]'.length + indentation.length * level
  }
  const json = JSON.stringify(nested, null, indentation) ?? 'null'
  return json.slice(before, json.length - behind)
}

/** JSON leaves such fields out of an object; in an array they stand as null. */
function isWritten(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol'
}
