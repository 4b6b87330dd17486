/**
 * The offset of the first sequence of bytes that is not UTF-8.
 *
 * @returns -1 where all of it is
 */
export function findInvalidByte(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0
    const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0
    if (length === 0) return at
    for (let next = 1; next < length; next++) {
      const byte = bytes[at + next] ?? 0
      const [least, most] = next === 1 ? secondByte(lead) : [0x80, 0xbf]
      if (byte < least || byte > most) return at
    }
    at += length
  }
  return -1
}

/** No overlong form, no surrogate, nothing beyond U+10FFFF. */
function secondByte(lead: number): [least: number, most: number] {
  if (lead === 0xe0) return [0xa0, 0xbf]
  if (lead === 0xed) return [0x80, 0x9f]
  if (lead === 0xf0) return [0x90, 0xbf]
  return lead === 0xf4 ? [0x80, 0x8f] : [0x80, 0xbf]
}
