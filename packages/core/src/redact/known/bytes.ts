import { createSecretSearch, shortestSecret } from './forms.ts'
import { viewsOf } from '../text/views.ts'

/** Where bytes hold a secret. */
export interface SecretHit {
  /** Of its first byte. */
  readonly offset: number
  readonly sizeBytes: number
  /** Index of the secret among those that are looked for. */
  readonly secret: number
}

const windowBytes = 4_000_000
/** The most bytes that one of a secret takes in any form: percent-escapes of JSON escapes of base64 and the like. */
const mostBytesPerByte = 24

/**
 * Make a search for secrets in files, in all the forms in which a redactor finds them. It reads the bytes as they are,
 * whatever they encode: it looks into no image and unpacks no archive. Linear in the bytes; a window of 4 MB is copied.
 *
 * @param secrets each of 4 characters at least; shorter ones are never found
 * @returns hits in the order of the bytes; of several forms that overlap each is told
 */
export function createByteScanner(secrets: readonly string[]): (bytes: Uint8Array) => SecretHit[] {
  const spellings = secrets.flatMap((secret, index) =>
    [...new Set([secret, binaryOf(new TextEncoder().encode(secret))])]
      .filter((text) => text.length >= shortestSecret)
      .map((text) => ({ text, index })),
  )
  const search = createSecretSearch(spellings.map(({ text }) => text))
  const overlap = mostBytesPerByte * spellings.reduce((longest, { text }) => Math.max(longest, text.length), 0)
  return (bytes) => {
    const hits = new Map<string, SecretHit>()
    for (let from = 0; from < bytes.byteLength; from += windowBytes) {
      for (const view of viewsOf(binaryOf(bytes.subarray(from, from + windowBytes + overlap)))) {
        search(view.text, (start, end, spelling) => {
          const secret = spellings[spelling]!.index
          const offset = from + view.originOf(start)
          const sizeBytes = from + view.originOf(end) - offset
          hits.set(`${offset}:${sizeBytes}:${secret}`, { offset, sizeBytes, secret })
        })
      }
    }
    return [...hits.values()].toSorted((a, b) => a.offset - b.offset)
  }
}

/** Text with one UTF-16 unit for each byte. */
export function binaryOf(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let at = 0; at < bytes.byteLength; at += 8_192)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8_192)))
  return parts.join('')
}
