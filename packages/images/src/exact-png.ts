/** The chunks that make the pixels of a PNG, or say nothing of them: https://www.w3.org/TR/png-3/#11Chunks */
const plainChunks: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'sRGB', 'sBIT', 'pHYs'])

const headerBytes = 8
/** Length, name and checksum. */
const chunkFrameBytes = 12

/**
 * Tells whether eight bits each of red, green, blue and alpha are all that there is to a PNG: no deeper samples, no
 * colour profile, gamma or chromaticities, no orientation, no further frames, no words, nothing behind its end. Of any
 * other, equal pixels would not prove that nothing is lost.
 *
 * @param bytes begin as a PNG does
 */
export function isPlainPng(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let position = headerBytes
  while (position + chunkFrameBytes <= bytes.byteLength) {
    const length = view.getUint32(position)
    const name = String.fromCharCode(...bytes.subarray(position + 4, position + 8))
    if (!plainChunks.has(name)) return false
    if (name === 'IHDR' && (bytes[position + 16] ?? 16) > 8) return false
    position += chunkFrameBytes + length
    if (name === 'IEND') return position === bytes.byteLength
  }
  return false
}
