import { maxLineBytes, minLineBytes, strangeBytesAt } from './line.ts'
import type { UntrustedFile } from '../io/open-untrusted.ts'

const newline = 0x0a
const firstChunkBytes = 16 * 1024
const maxChunkBytes = 256 * 1024

/**
 * A stretch of a journal up to and with its newline. The last one may lack it: then it is not `complete`. Lines one after
 * the other that cannot be ours at a glance are one stretch, so that a file of nothing else costs little.
 */
export interface RawLine {
  readonly offset: number
  readonly sizeBytes: number
  readonly complete: boolean
  /** The bytes to decode; else why there is nothing: beyond the size cap, or no line of ours at a glance. */
  readonly bytes: Uint8Array | 'too_long' | 'checksum'
}

/**
 * Cut a file into lines, reading in chunks, from `offset` to its present end. Memory is bounded by the longest line
 * that is allowed.
 *
 * @param onChunk hears every byte that was read, in order
 */
export async function* readLines(
  file: Pick<UntrustedFile, 'read'>,
  offset: number,
  onChunk: (chunk: Uint8Array) => void = () => undefined,
): AsyncGenerator<RawLine> {
  let lineOffset = offset
  let held: Uint8Array[] = []
  let heldBytes = 0
  let position = offset
  let isAfterStrange = false

  const take = (complete: boolean): RawLine => {
    const tooLong = heldBytes > maxLineBytes
    const line: RawLine = {
      offset: lineOffset,
      sizeBytes: heldBytes,
      complete,
      bytes: tooLong ? 'too_long' : held.length === 1 ? (held[0] as Uint8Array) : Buffer.concat(held),
    }
    lineOffset += heldBytes
    held = []
    heldBytes = 0
    return line
  }
  const passOver = (sizeBytes: number): RawLine => {
    const line: RawLine = { offset: lineOffset, sizeBytes, complete: true, bytes: 'checksum' }
    lineOffset += sizeBytes
    return line
  }
  const hold = (part: Uint8Array): void => {
    heldBytes += part.byteLength
    if (heldBytes > maxLineBytes) held = []
    else held.push(part)
  }

  // Lines are parts of the chunks they were read into, so a chunk is never written to twice; what a read has left of it
  // serves the next one. Small journals cost a small chunk. The next read is under way while the lines of one are used.
  let chunkBytes = firstChunkBytes
  let room = new Uint8Array(chunkBytes)
  const readOn = (): Promise<number> => {
    const reading = file.read(room, position)
    // It fails where it is awaited, which may be long after.
    reading.catch(() => undefined)
    return reading
  }
  let reading = readOn()
  try {
    for (let count = await reading; count > 0; count = await reading) {
      position += count
      const read = room.subarray(0, count)
      room = room.subarray(count)
      if (room.byteLength === 0) {
        chunkBytes = Math.min(chunkBytes * 4, maxChunkBytes)
        room = new Uint8Array(chunkBytes)
      }
      reading = readOn()
      onChunk(read)
      let start = 0
      for (;;) {
        const strangeBytes = heldBytes === 0 ? strangeBytesAt(read, start, isAfterStrange) : 0
        if (strangeBytes > 0) yield passOver(strangeBytes)
        start += strangeBytes
        const end = read.indexOf(newline, start)
        if (end === -1) break
        hold(read.subarray(start, end + 1))
        isAfterStrange = heldBytes <= minLineBytes
        yield take(true)
        start = end + 1
      }
      if (start < count) hold(read.subarray(start))
    }
  } finally {
    // Who reads no further closes the file.
    await reading.catch(() => undefined)
  }
  if (heldBytes > 0) yield take(false)
}
