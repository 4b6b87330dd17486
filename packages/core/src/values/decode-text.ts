/** Decode bytes that are a text in UTF-8; undefined for all others. A byte order mark is a part of the text. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Bytes of something else: told by undefined.
    return undefined
  }
}
