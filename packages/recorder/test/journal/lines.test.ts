import { rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { JournalEntry, JournalHole } from '@contrail/core'
import { expect, test } from 'vitest'
import { bySize, inFast } from '../../../../scripts/test-size.ts'
import { checkRecording, listRuns, readJournal, readTrajectory } from '../../src/index.ts'
import { diskIo } from '../../src/io/io.ts'
import { decodeLine, encodeLine } from '../../src/journal/line.ts'
import { readLines } from '../../src/journal/lines.ts'
import { LineClassifier, scanJournal } from '../../src/journal/scan.ts'
import { seeded } from '../faults/rig/sim-disk.ts'
import { wholeRun } from '../support/evidence.ts'
import { recordUnfinished } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'
import { withinTime } from '../hostile/within-time.ts'

interface Reading {
  readonly entries: readonly (JournalEntry | JournalHole)[]
  readonly tornBytes: number
}

/** Read a journal as it is when every line is cut out and decoded by itself. */
function lineByLine(bytes: Uint8Array): Reading {
  const entries: (JournalEntry | JournalHole)[] = []
  let lastSeq = -1
  let bad: JournalHole | undefined
  for (let offset = 0; offset < bytes.byteLength;) {
    const end = bytes.indexOf(0x0a, offset)
    const next = end === -1 ? bytes.byteLength : end + 1
    const decoded = end === -1 ? { invalid: 'torn' } : decodeLine(bytes.subarray(offset, next))
    if ('invalid' in decoded || decoded.seq <= lastSeq) {
      const reason = 'invalid' in decoded ? decoded.invalid : 'repeated_seq'
      bad = { ...(bad ?? { type: 'hole', offset, reason }), sizeBytes: (bad?.sizeBytes ?? 0) + next - offset }
    } else {
      if (bad) entries.push(bad)
      else if (decoded.seq > lastSeq + 1) entries.push({ type: 'hole', offset, sizeBytes: 0, reason: 'missing_seq' })
      entries.push(decoded)
      bad = undefined
      lastSeq = decoded.seq
    }
    offset = next
  }
  return { entries, tornBytes: bad?.sizeBytes ?? 0 }
}

/** The same by the reader, which is given so many bytes at a time. */
async function read(bytes: Uint8Array, atOnce: () => number): Promise<Reading> {
  const classifier = new LineClassifier()
  const entries: (JournalEntry | JournalHole)[] = []
  const file = {
    read: async (buffer: Uint8Array, position: number) => {
      const part = bytes.subarray(position, position + Math.min(atOnce(), buffer.byteLength))
      buffer.set(part)
      return part.byteLength
    },
  }
  let nextOffset = 0
  for await (const line of readLines(file, 0)) {
    expect(line.offset).toBe(nextOffset)
    nextOffset += line.sizeBytes
    entries.push(...classifier.take(line))
  }
  expect(nextOffset).toBe(bytes.byteLength)
  return { entries, tornBytes: classifier.tornBytes }
}

function withChecksum(body: string): string {
  return `${body},"crc":"${crc32(body).toString(16).padStart(8, '0')}"}\n`
}

async function entriesOf(directory: string): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = []
  for await (const entry of readJournal(directory)) if (entry.type !== 'hole') entries.push(entry)
  return entries
}

const strange = [
  '\n',
  '\r\n',
  '\n\n\n',
  'abcdefghijklmnopqrs\n',
  `${'x'.repeat(63)}\n`,
  `${'x'.repeat(64)}\n`,
  `${'x'.repeat(65)}\n`,
  `${'y'.repeat(700)}\n`,
  'a,"crc":"00000000"}\n',
  `${'a'.repeat(60)},"crc":"00000000"}\n`,
  withChecksum('a'),
  withChecksum('{"no":"entry"'),
  withChecksum(`{"seq":1,"padding":"${'z'.repeat(60)}"`),
  withChecksum(`{"torn":"${'z'.repeat(60)}`),
  '\0'.repeat(100),
]

test('lines that are passed over at a glance leave the same entries, holes and torn bytes as one by one', async () => {
  const entries = await entriesOf(await recordUnfinished(await memoryDirectory(), wholeRun))
  const valid = entries.map((entry) => Buffer.from(encodeLine(entry)))
  const random = seeded(7)
  const below = (limit: number): number => Math.floor(random() * limit)
  // What takes a line that matters for one that does not is found in each fourth round.
  for (let round = 0; round < bySize({ fast: 200, faults: 1_500, long: 1_500 }); round++) {
    const parts: Uint8Array[] = []
    for (const line of valid) {
      for (let count = below(4) * below(3); count > 0; count--) {
        parts.push(Buffer.from(strange[below(strange.length)] as string))
      }
      if (below(6) > 0) parts.push(below(8) > 0 ? line : line.subarray(0, below(line.byteLength)))
    }
    const whole = Buffer.concat(parts)
    const bytes = whole.subarray(0, below(3) > 0 ? whole.byteLength : below(whole.byteLength))
    const largest = [1_000_000, 300, 20, 1][below(round % 20 === 0 ? 4 : 3)] as number
    expect(await read(bytes, () => 1 + below(largest))).toEqual(lineByLine(bytes))
  }
})

type Place = 'alone' | 'behind' | 'between'
const everywhere: readonly Place[] = ['alone', 'behind', 'between']

test.each([
  ['newlines', everywhere, '\n'],
  ['lines of 20 bytes', inFast<readonly Place[]>(['alone'], everywhere), 'abcdefghijklmnopqrs\n'],
  ['lines of 20 bytes that end like ours', inFast<readonly Place[]>(['behind'], everywhere), 'a,"crc":"00000000"}\n'],
  [
    'lines of 20 bytes with a checksum that holds',
    inFast<readonly Place[]>(['between'], everywhere),
    withChecksum('a'),
  ],
] as const)('8 MB of %s cost no reader more than a moment, %j lines of ours', async (_, places, text) => {
  const root = await memoryDirectory()
  const directory = await recordUnfinished(root)
  const lines = (await entriesOf(directory)).map(encodeLine)
  const flood = Buffer.alloc(8_000_000, text)
  const [first, ...rest] = lines as [Uint8Array, ...Uint8Array[]]
  const journals = { alone: [flood], behind: [...lines, flood], between: [first, flood, ...rest] }
  for (const place of places) {
    const journal = journals[place]
    await writeFile(join(directory, 'core.log'), Buffer.concat(journal))
    const steps = await withinTime(() =>
      readTrajectory(directory).then(
        (trajectory) => trajectory.steps.length,
        (cause: unknown) => (cause as { code?: string }).code,
      ),
    )
    expect(steps).toBe(journal.length === 1 ? 'JOURNAL_CORRUPT' : 3)
    expect((await withinTime(() => listRuns(root)))[0]?.steps).toBe(journal.length === 1 ? undefined : 3)
    expect((await withinTime(() => checkRecording(directory))).status).not.toBe('clean')
  }
})

test('a journal beyond the size cap is refused and its size and the cap named, by every reader', async () => {
  const directory = await recordUnfinished(await memoryDirectory())
  await rm(join(directory, '.recording'))
  await truncate(join(directory, 'core.log'), 4_000_000_001)
  const refusal = { code: 'FILE_TOO_LARGE', message: expect.stringMatching(/4000000001 bytes.*at most 4000000000/) }
  await expect(readTrajectory(directory)).rejects.toMatchObject(refusal)
  await expect(scanJournal(diskIo, directory)).rejects.toMatchObject(refusal)
  await expect(entriesOf(directory)).rejects.toMatchObject(refusal)
  expect(await checkRecording(directory)).toMatchObject({ status: 'corrupt', problems: [{ file: 'core.log' }] })
})
