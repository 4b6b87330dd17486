import { createViewScanner, viewsOfBytes, type SecretHit } from '../../src/redact/known/bytes.ts'

/** Searches the bytes of a file for secrets, as a scan of recordings does. */
export function createByteScanner(secrets: readonly string[]): (bytes: Uint8Array) => SecretHit[] {
  const scan = createViewScanner(secrets)
  return (bytes) => scan(viewsOfBytes(bytes))
}
