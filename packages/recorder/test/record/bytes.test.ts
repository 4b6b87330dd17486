import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import type { EvidenceEvent } from '@contrail/core'
import { expect, test } from 'vitest'
import { stepFinished } from '../support/evidence.ts'
import { createRecorder } from '../support/recording.ts'

const sizeBytes = 4_000_000
const noise = randomBytes(sizeBytes)
/** A PNG by its structure: as large as its noise, and nobody ever decodes it. */
const wholePng = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  chunk('IHDR', Buffer.from([0, 0, 4, 0, 0, 0, 4, 0, 8, 6, 0, 0, 0])),
  chunk('IDAT', deflateSync(noise, { level: 0 })),
  chunk('IEND', Buffer.alloc(0)),
])

const kinds: readonly (readonly [string, Uint8Array])[] = [
  ['a PDF', Buffer.concat([Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1'), noise])],
  [
    'a PDF of text alone',
    Buffer.from('%PDF-1.4\n' + '1 0 obj <</Length 44>> stream (word) endstream\n'.repeat(86_000)),
  ],
  ['an archive', Buffer.concat([Buffer.from('PK\x03\x04\x14\0', 'latin1'), noise])],
  ['a TIFF', Buffer.concat([Buffer.from('II*\0', 'latin1'), noise])],
  ['a PNG that was cut off', wholePng.subarray(0, -20)],
  ['a PNG with a byte too many', Buffer.concat([wholePng, Buffer.from('x')])],
  ['a JPEG without a size', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), noise])],
  ['noise', noise],
  ['one byte over and over', Buffer.alloc(sizeBytes, 7)],
  ['zeros', Buffer.alloc(sizeBytes)],
  ['a table', Buffer.from('1;"A red lamp, dimmable";12.50;in stock\n'.repeat(sizeBytes / 40))],
  ['UTF-16', Buffer.from('The cheapest lamp. '.repeat(sizeBytes / 40), 'utf16le')],
]

const ways: readonly (readonly [string, (bytes: Uint8Array) => EvidenceEvent])[] = [
  ['a frame', (bytes) => ({ type: 'screenshot', screenshot: bytes, url: 'u', evidenceRole: 'agent' })],
  ['a result', (result) => stepFinished({ toolOutput: { ok: true, result } })],
]
const registered = Array.from({ length: 40 }, (_, index) => `secret-${index}-${'xy'.repeat(index % 7)}`)

test.each(ways)(
  'what is no whole picture holds the caller hardly longer as %s than a picture does',
  async (_, eventOf) => {
    const recorder = createRecorder('unused', { persist: false, redact: { secrets: registered } })
    // Of this thread alone: whoever else the machine works for does not count.
    const millisecondsOf = (bytes: Uint8Array): number => {
      const before = process.threadCpuUsage()
      void recorder.record(eventOf(bytes))
      const { user, system } = process.threadCpuUsage(before)
      return (user + system) / 1000
    }
    const quickest = (bytes: Uint8Array): number =>
      Math.min(millisecondsOf(bytes), millisecondsOf(bytes), millisecondsOf(bytes))
    quickest(wholePng)
    const pictureMs = quickest(wholePng)
    const took = kinds.map(([name, bytes]) => [name, Math.round(quickest(bytes))] as const)
    console.log(`ms for 4 MB: a whole PNG ${pictureMs.toFixed(0)}, ${took.map((one) => one.join(' ')).join(', ')}`)
    // As a text each MB took 16 to 95 ms.
    const allowedMs = 3 * pictureMs + (sizeBytes / 1e6) * 12
    expect(took.filter(([, ms]) => ms > allowedMs)).toEqual([])
    await recorder.cancel()
  },
)

function chunk(name: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.byteLength)
  return Buffer.concat([length, Buffer.from(name), data, Buffer.alloc(4)])
}
