const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const encodeTable = Uint8Array.from(standard, (digit) => digit.charCodeAt(0))
const padding = 0x3d
const notADigit = 0xff
const decodeTable = new Uint8Array(256).fill(notADigit)
for (const [value, code] of encodeTable.entries()) decodeTable[code] = value
decodeTable['-'.charCodeAt(0)] = 62
decodeTable['_'.charCodeAt(0)] = 63

/** Encode bytes in the standard alphabet of RFC 4648, padded, on one line. */
export function encodeBase64(bytes: Uint8Array): string {
  const digits = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(padding)
  let out = 0
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at
    const bits = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    digits[out] = encodeTable[bits >> 18]!
    digits[out + 1] = encodeTable[(bits >> 12) & 63]!
    if (left > 1) digits[out + 2] = encodeTable[(bits >> 6) & 63]!
    if (left > 2) digits[out + 3] = encodeTable[bits & 63]!
    out += 4
  }
  return new TextDecoder().decode(digits)
}

/**
 * Decode base64 strictly, so that prose is not taken for bytes.
 *
 * The standard or the URL alphabet (not a mixture of both); padding may be left out, but what is there must be right;
 * line breaks (CR, LF) are passed over, as MIME writes them, other white space is not; bits left over at the end must
 * be zero.
 *
 * @returns the bytes (none for an empty text), or `undefined` for anything that is not base64
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4))
  let out = 0
  let digits = 0
  let paddings = 0
  let bits = 0
  let standardSeen = false
  let urlSeen = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x0a || code === 0x0d) continue
    if (code === padding) {
      paddings += 1
      continue
    }
    const value = code < 256 ? decodeTable[code]! : notADigit
    if (value === notADigit || paddings > 0) return undefined
    if (value > 61) {
      if (code === 0x2b || code === 0x2f) standardSeen = true
      else urlSeen = true
    }
    bits = ((bits << 6) | value) & 0xffffff
    digits += 1
    if (digits % 4 === 0) {
      bytes[out] = bits >> 16
      bytes[out + 1] = (bits >> 8) & 255
      bytes[out + 2] = bits & 255
      out += 3
    }
  }
  if (standardSeen && urlSeen) return undefined
  const over = digits % 4
  if (over === 1 || (paddings > 0 && (over === 0 || over + paddings !== 4))) return undefined
  if (over === 2) {
    if ((bits & 15) !== 0) return undefined
    bytes[out] = (bits >> 4) & 255
    out += 1
  }
  if (over === 3) {
    if ((bits & 3) !== 0) return undefined
    bytes[out] = (bits >> 10) & 255
    bytes[out + 1] = (bits >> 2) & 255
    out += 2
  }
  return bytes.slice(0, out)
}
