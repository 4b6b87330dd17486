import type { KnownSecrets } from './known/known.ts'
import type { Scan, SecretSpan } from './replace.ts'
import { hintsOf } from './text/hints.ts'
import { parsePlaceholder } from './text/placeholder.ts'
import type { Report } from './text/report.ts'
import { everyView } from './text/views.ts'

/** More bytes of a text are not searched for what is known by its name or shape. */
export const mostTextBytes = 256_000
/** More bytes that are no text are not searched under all escapes. */
const mostBinaryBytes = 32_000

/** A value that a search finds, and its kind. */
type Found = Pick<SecretSpan, 'value' | 'kind'>

/**
 * Find a secret in bytes: a known value in any form, and, where they are a text in UTF-8, what is known by its name or shape.
 *
 * Many bytes hold nobody up, 1 to 3 ms a MB. Of a text of more than 256 kB the first 256 kB are searched for names and
 * shapes; of more than 32 kB that are no text, and of the rest of a text, those places are searched where a known value begins as
 * it is, or as JSON, an address or HTML escape it.
 *
 * @param scan.known finds known values in a text, `scan.all` names and shapes too
 */
export function findInBytes(
  bytes: Uint8Array,
  known: readonly KnownSecrets[],
  scan: { known: Scan; all: Scan },
): Found | undefined {
  const looksLikeText = isText(bytes)
  if (bytes.byteLength <= (looksLikeText ? mostTextBytes : mostBinaryBytes)) return findIn(bytes, scan)
  const inHead = looksLikeText ? findIn(bytes.subarray(0, mostTextBytes), scan) : undefined
  if (inHead) return inHead
  for (const { start, end } of known.flatMap((secrets) => secrets.rangesIn(bytes))) {
    const found = findIn(bytes.subarray(start, end), { known: scan.known, all: scan.known })
    if (found) return found
  }
  return undefined
}

function findIn(bytes: Uint8Array, scan: { known: Scan; all: Scan }): Found | undefined {
  const whole = new TextDecoder().decode(bytes)
  // What is no text has names and shapes by chance.
  const search = /[\0\ufffd]/.test(whole) ? scan.known : scan.all
  const found: Found[] = []
  const held = hintsOf(whole)
  for (const [depth, { text }] of everyView(whole, held).entries()) {
    const report: Report = (start, end, kind, value = text.slice(start, end)) => {
      if (end > start && !parsePlaceholder(value)) found.push({ kind, value })
    }
    search(text, depth, report, text === whole ? held : hintsOf(text))
    if (found[0]) return found[0]
  }
  return undefined
}

/**
 * Tells whether bytes begin as a text in UTF-8 does: without what means nothing, and without control characters but
 * those of formats.
 */
function isText(bytes: Uint8Array): boolean {
  const head = new TextDecoder().decode(bytes.subarray(0, 8_000), { stream: true })
  // oxlint-disable-next-line no-control-regex -- white space, backspace and the beginning of a terminal's escapes are of texts
  return !/[\0-\x07\x0e-\x1a\x1c-\x1f\ufffd]/.test(head)
}
