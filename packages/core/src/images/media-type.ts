/**
 * Tell the media type of an image from its first bytes: png, jpeg, gif, webp, avif, bmp.
 *
 * @returns `undefined` for anything else; nothing is decoded
 */
export function sniffMediaType(bytes: Uint8Array): string | undefined {
  if (startsWith(bytes, 0, '\x89PNG\r\n\x1a\n')) return 'image/png'
  if (startsWith(bytes, 0, '\xff\xd8\xff')) return 'image/jpeg'
  if (startsWith(bytes, 0, 'GIF87a') || startsWith(bytes, 0, 'GIF89a')) return 'image/gif'
  if (startsWith(bytes, 0, 'RIFF') && startsWith(bytes, 8, 'WEBP')) return 'image/webp'
  if (isAvif(bytes)) return 'image/avif'
  if (isBmp(bytes)) return 'image/bmp'
  return undefined
}

/**
 * Say of which media type an image is: what was declared (`type/subtype`, made lower case, without parameters), else
 * what its first bytes tell, else `image/png`. A declared text that is no media type is passed over.
 */
export function imageMediaType(declared: unknown, bytes: Uint8Array): string {
  return saneMediaType(declared) ?? sniffMediaType(bytes) ?? 'image/png'
}

/**
 * Read a media type as somebody declared it: `type/subtype` in lower case, without parameters, at most 100 characters.
 *
 * @returns `undefined` for what is no media type
 */
export function saneMediaType(declared: unknown): string | undefined {
  if (typeof declared !== 'string') return undefined
  const end = declared.indexOf(';')
  const name = (end < 0 ? declared : declared.slice(0, end)).trim()
  if (name.length > 100 || !mediaTypePattern.test(name)) return undefined
  return name.toLowerCase()
}

/** File extension of an image, without its dot: png, jpg, gif, webp, avif, bmp, svg, and `bin` for all else. */
export function extensionOf(mediaType: string): string {
  return extensions.get(saneMediaType(mediaType) ?? '') ?? 'bin'
}

// The names RFC 6838 allows. Each half is one character class, so matching is linear.
const mediaTypePattern = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/i

const extensions = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpg'],
  ['image/jpg', 'jpg'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
  ['image/avif', 'avif'],
  ['image/bmp', 'bmp'],
  ['image/svg+xml', 'svg'],
])

/** The first box of the file is `ftyp` and names avif or avis as its brand, or among the brands it is compatible with. */
function isAvif(bytes: Uint8Array): boolean {
  if (!startsWith(bytes, 4, 'ftyp')) return false
  const boxBytes = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)
  for (let at = 8; at + 4 <= Math.min(boxBytes, bytes.length, 128); at += 4) {
    if (startsWith(bytes, at, 'avif') || startsWith(bytes, at, 'avis')) return true
  }
  return false
}

/** Two letters alone would take any text that begins with "BM": the reserved field and the header size must fit too. */
function isBmp(bytes: Uint8Array): boolean {
  if (bytes.length < 26 || !startsWith(bytes, 0, 'BM') || !startsWith(bytes, 6, '\0\0\0\0')) return false
  return [12, 40, 52, 56, 64, 108, 124].includes(bytes[14]!) && startsWith(bytes, 15, '\0\0\0')
}

function startsWith(bytes: Uint8Array, offset: number, magic: string): boolean {
  if (bytes.length < offset + magic.length) return false
  for (let at = 0; at < magic.length; at += 1) {
    if (bytes[offset + at] !== magic.charCodeAt(at)) return false
  }
  return true
}
