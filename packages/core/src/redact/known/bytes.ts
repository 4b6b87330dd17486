import { createByteFilter, type ByteRange } from './byte-filter.ts'
import { fileNamesOf } from './file-names.ts'
import { createSecretSearch, shortestSecret, spellingsOf } from './forms.ts'
import type { TextView } from '../text/rewrite.ts'
import { viewsOf } from '../text/views.ts'

/** A place at which bytes hold a secret. */
export interface SecretHit {
  /** Of its first byte. */
  readonly offset: number
  readonly sizeBytes: number
  /** Index of the secret among those that are looked for. */
  readonly secret: number
}

/** Makes a unit of each byte. */
const unitDecoder = new TextDecoder('utf-16le', { ignoreBOM: true })

/**
 * Make a search for secrets in files, in all the forms in which a redactor finds them. It reads the bytes as they are, whatever they
 * encode: it looks into no image and unpacks no archive. Linear in the bytes.
 *
 * @param secrets each of 4 characters at least; shorter ones are never found
 * @returns a search of the views that {@link viewsOfBytes} gives: hits in the order of the bytes; of several forms that overlap each
 * is told
 */
export function createViewScanner(secrets: readonly string[]): (views: readonly TextView[]) => SecretHit[] {
  const asBytes = (text: string): string => viewsOfBytes(new TextEncoder().encode(text))[0]!.text
  // Bytes of a sign may look like signs that no file may have: its name is made of the secret itself.
  const spellings = secrets.flatMap((secret, index) =>
    [...new Set([secret, ...[secret, ...fileNamesOf(secret)].map(asBytes)])]
      .filter((text) => text.length >= shortestSecret)
      .map((text) => ({ text, index })),
  )
  const search = createSecretSearch(spellings.map(({ text }) => text))
  return (views) => {
    const hits = new Map<string, SecretHit>()
    for (const view of views) {
      search(view.text, (start, end, spelling) => {
        const secret = spellings[spelling]!.index
        const offset = view.originOf(start)
        const sizeBytes = view.endOf(end) - offset
        hits.set(`${offset}:${sizeBytes}:${secret}`, { offset, sizeBytes, secret })
      })
    }
    return [...hits.values()].toSorted((a, b) => a.offset - b.offset)
  }
}

/**
 * Make a filter for bytes that are no text, such as a picture's: it tells where a secret may begin as it is, encoded, or as JSON, an
 * address or HTML escape it, in a fraction of the time of a search.
 *
 * @returns ranges that do not touch each other; outside of them none begins
 */
export function createSecretFilter(secrets: readonly string[]): (bytes: Uint8Array) => ByteRange[] {
  return createByteFilter(secrets.flatMap(spellingsOf))
}

/** Bytes read as a text of one unit each, as it is and with its escapes undone. */
export function viewsOfBytes(bytes: Uint8Array): TextView[] {
  return viewsOf(unitDecoder.decode(new Uint16Array(bytes)), true)
}
