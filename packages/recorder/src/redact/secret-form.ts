/** The form in which a secret is written where it was found. */
export type SecretForm = 'plain' | 'percent' | 'json' | 'html' | 'hex' | 'base64' | 'base64url' | 'escaped'

/**
 * Tell how a secret is written in bytes that a search has found.
 *
 * @param found all bytes of it, and no others
 */
export function formOf(found: Uint8Array, secret: string): SecretForm {
  const text = Buffer.from(found).toString()
  if (text === secret) return 'plain'
  if (text.length >= secret.length * 2 && /^[0-9a-f]+$/i.test(text)) return 'hex'
  if (/%[0-9a-f]{2}/i.test(text)) return 'percent'
  if (text.includes('\\')) return 'json'
  if (text.includes('&')) return 'html'
  if (/^[\w-]+=*$/.test(text)) return /[-_]/.test(text) ? 'base64url' : 'base64'
  return /^[A-Za-z0-9+/\s]+=*$/.test(text) ? 'base64' : 'escaped'
}
