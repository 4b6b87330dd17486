/** Width in pixels as the header of a PNG says it; undefined for bytes that are no PNG. */
export function pngWidth(bytes: Uint8Array): number | undefined {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return bytes.length >= 24 && header.getUint32(0) === 0x89504e47 ? header.getUint32(16) : undefined
}
