import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { JournalEntry, JournalHole } from '@contrail/core'
import { expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { checkRecording, readTrajectory, recoverRecording } from '../../src/index.ts'
import { diskIo } from '../../src/io/io.ts'
import { readJournalOn } from '../../src/journal/follow.ts'
import { readTrajectoryOn } from '../../src/read/read-trajectory.ts'
import { MemoryIo } from '../hostile/memory-io.ts'
import { agentFrame, png, screenshot, stepFinished, stepObserved, wholeRun } from '../support/evidence.ts'
import { failingIo, interceptedIo, systemError } from '../support/intercepted-io.ts'
import { recordUnfinished } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

async function entriesOf(directory: string, io = diskIo): Promise<(JournalEntry | JournalHole)[]> {
  const entries: (JournalEntry | JournalHole)[] = []
  for await (const entry of readJournalOn(io, directory)) entries.push(entry)
  return entries
}

/** An unfinished recording whose journal can be rewritten. */
async function journal(
  events = wholeRun,
): Promise<{ directory: string; path: string; bytes: Buffer; lines: string[] }> {
  const directory = await recordUnfinished(await memoryDirectory(), events)
  await rm(join(directory, '.recording'))
  const path = join(directory, 'core.log')
  const bytes = await readFile(path)
  return { directory, path, bytes, lines: bytes.toString('utf8').trimEnd().split('\n') }
}

/** A line as we write it, of any value. */
function lineOf(value: unknown): string {
  const body = JSON.stringify(value).slice(0, -1)
  return `${body},"crc":"${crc32(body).toString(16).padStart(8, '0')}"}`
}

test('a journal that ends at any byte loads, with all lines that were whole', async () => {
  const { bytes, lines } = await journal([stepFinished(), screenshot(png('one')), stepObserved(), stepFinished()])
  const ends = lines.map((_, index) => Buffer.byteLength(lines.slice(0, index + 1).join('\n')) + 1)
  // In the smallest size all that are near the end of a line, and each third of the others.
  const isTried = (length: number): boolean => length % 3 === 0 || ends.some((end) => Math.abs(length - end) < 20)
  for (let length = 0; length <= bytes.byteLength; length++) {
    if (!inFast(isTried(length), true)) continue
    const io = new MemoryIo(new Map([['/recording/core.log', bytes.subarray(0, length)]]))
    const whole = ends.filter((end) => end <= length).length
    const { status, steps, gaps } = await readTrajectoryOn(io, '/recording')
    expect({ length, status, steps: steps.length, gaps }).toEqual({
      length,
      status: 'killed',
      steps: [0, 0, 1, 1, 1, 2][whole],
      gaps: [],
    })
    expect(await entriesOf('/recording', io)).toHaveLength(whole)
  }
})

test('recover counts a torn tail, keeps it in the file, and is idempotent over it', async () => {
  const { directory, path, bytes } = await journal()
  const torn = Buffer.concat([bytes, Buffer.from('{"seq":17,"at":"20'), Buffer.alloc(100)])
  await writeFile(path, torn)
  expect(await recoverRecording(directory)).toMatchObject({ outcome: 'recovered', tornBytes: 118, steps: 3 })
  expect(await readFile(path)).toEqual(torn)
  const report = await checkRecording(directory)
  expect(report).toMatchObject({ status: 'clean', notes: ['the last 118 bytes of core.log were never committed'] })
  expect(await recoverRecording(directory)).toMatchObject({ outcome: 'already_finished', tornBytes: 118 })
})

test('a bad line in the middle is a gap with its offset, and nothing binds across it', async () => {
  const { directory, path, lines } = await journal([
    agentFrame(png('held')),
    stepFinished(),
    screenshot(png('waiting')),
    stepFinished({ reasoning: 'this line goes bad' }),
    stepObserved({ title: 'after' }),
    stepFinished(),
  ])
  const offset = Buffer.byteLength(lines.slice(0, 4).join('\n')) + 1
  lines[4] = `${lines[4]}`.replace('this line goes bad', 'THIS line goes bad')
  await writeFile(path, `${lines.join('\n')}\n`)

  const entries = await entriesOf(directory)
  expect(entries.map(({ type }) => type)).toEqual([
    'run_started',
    'screenshot',
    'step_finished',
    'screenshot',
    'hole',
    'step_observed',
    'step_finished',
  ])
  expect(entries[4]).toEqual({ type: 'hole', offset, sizeBytes: Buffer.byteLength(lines[4]) + 1, reason: 'checksum' })
  const { steps, gaps } = await readTrajectory(directory)
  // The frame before the hole is not the model's view after it, and the look after it is not of the step before it.
  expect(steps.map((step) => step.agentEvidence.modalities.filter(({ type }) => type === 'image').length)).toEqual([
    1, 0,
  ])
  expect(steps.map((step) => step.probeEvidence.title)).toEqual([undefined, undefined])
  expect(gaps).toMatchObject([
    { what: 'event', reason: 'journal_hole', detail: { offset } },
    { what: 'screenshot', reason: 'journal_hole' },
    { what: 'probe', reason: 'no_step' },
    { what: 'event', reason: 'missing_step', stepIndex: 1 },
  ])
  expect(await checkRecording(directory)).toMatchObject({
    status: 'corrupt',
    problems: [{ code: 'hole', file: 'core.log', offset }, { code: 'unfinished' }],
  })
})

test.each([
  ['a line that is missing', (lines: string[]) => lines.toSpliced(2, 1), 'missing_seq'],
  ['a line that stands there twice', (lines: string[]) => lines.toSpliced(2, 0, lines[2] as string), 'repeated_seq'],
  ['a line of zeros', (lines: string[]) => lines.toSpliced(2, 0, '\0'.repeat(60)), 'checksum'],
  ['an empty line', (lines: string[]) => lines.toSpliced(2, 0, ''), 'checksum'],
  [
    'a line that is whole but of no schema',
    (lines: string[]) => lines.toSpliced(2, 0, lineOf({ seq: 2, type: 'surprise' })),
    'schema',
  ],
  [
    'a line that is whole but nests too deep',
    (lines: string[]) =>
      lines.toSpliced(2, 0, lineOf({ deep: JSON.parse('['.repeat(300) + ']'.repeat(300)) as unknown })),
    'too_deep',
  ],
  ['a first line that is missing', (lines: string[]) => lines.slice(1), 'missing_seq'],
])('%s is a hole', async (_, change, reason) => {
  const { directory, path, lines } = await journal([stepFinished(), stepFinished(), stepFinished()])
  await writeFile(path, `${change(lines).join('\n')}\n`)
  expect((await entriesOf(directory)).filter(({ type }) => type === 'hole')).toMatchObject([{ reason }])
  const { gaps, steps } = await readTrajectory(directory)
  expect(gaps[0]).toMatchObject({ reason: 'journal_hole' })
  expect(steps.length).toBeGreaterThanOrEqual(2)
})

test('a line beyond the cap is passed over without being held in memory', async () => {
  const { directory, path, lines } = await journal([stepFinished(), stepFinished()])
  await writeFile(path, `${lines.toSpliced(2, 0, 'x'.repeat(17_000_000)).join('\n')}\n`)
  const entries = await entriesOf(directory)
  expect(entries.map(({ type }) => type)).toEqual(['run_started', 'step_finished', 'hole', 'step_finished'])
  expect(entries[2]).toMatchObject({ reason: 'too_long', sizeBytes: 17_000_001 })
})

test('unknown fields of an event, also __proto__, come back as they were', async () => {
  const odd = JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"mine":[1,{"a":null}]}') as Record<
    string,
    unknown
  >
  const { directory } = await journal([
    { ...stepFinished({ actionArgs: odd }), colour: 'red' } as unknown as (typeof wholeRun)[number],
  ])
  const [step] = (await readTrajectory(directory)).steps
  expect(step?.extra).toEqual({ colour: 'red' })
  expect(JSON.stringify(step?.actionArgs)).toBe('{"__proto__":{"polluted":true},"constructor":1,"mine":[1,{"a":null}]}')
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test('a later version is refused by name, by every reader', async () => {
  const { directory, path, lines } = await journal([stepFinished()])
  const { crc: _, ...header } = JSON.parse(lines[0] as string) as { crc: string; event: Record<string, unknown> }
  lines[0] = lineOf({ ...header, event: { ...header.event, formatVersion: 2 } })
  await writeFile(path, `${lines.join('\n')}\n`)
  for (const read of [readTrajectory, recoverRecording, entriesOf]) {
    await expect(read(directory)).rejects.toMatchObject({
      code: 'SCHEMA_TOO_NEW',
      details: { version: 2, supported: 1 },
    })
  }
  expect(await checkRecording(directory)).toMatchObject({
    status: 'corrupt',
    problems: [{ code: 'unreadable', file: 'core.log' }],
  })
})

test('a disk that fails while the journal is read is FILE_UNREADABLE, never an empty trajectory', async () => {
  const { directory } = await journal()
  for (const failing of ['open', 'read'] as const) {
    const io = failingIo(({ name, path }) => name === failing && path.endsWith('core.log'))
    await expect(readTrajectoryOn(io, directory)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
    await expect(readTrajectoryOn(io, directory)).rejects.toThrow(/core\.log.*EIO/)
  }
})

test('a disk that fails at any moment of readTrajectory is FILE_UNREADABLE', async () => {
  const unfinished = await journal()
  const { directory: finished } = await journal()
  await recoverRecording(finished)
  const wrong: string[] = []
  for (const directory of [unfinished.directory, finished]) {
    for (let position = 1; ; position++) {
      let count = 0
      let failed = ''
      const io = interceptedIo(({ name, path }) => {
        if (++count !== position || name === 'close') return
        failed = `${name} ${path}`
        throw systemError('EIO')
      })
      const outcome = await readTrajectoryOn(io, directory).then(
        () => 'read',
        (cause: unknown) => (cause as { code?: string }).code,
      )
      if (failed !== '' && outcome !== 'FILE_UNREADABLE') wrong.push(`${failed}: ${outcome}`)
      if (count < position) break
    }
  }
  expect(wrong).toEqual([])
})

test('a journal that is a link or a folder is refused', async () => {
  const { directory, path } = await journal()
  await writeFile(join(directory, '../elsewhere.log'), await readFile(path))
  await rm(path)
  await symlink(join(directory, '../elsewhere.log'), path)
  await expect(readTrajectory(directory)).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  await expect(recoverRecording(directory)).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  await rm(path)
  await mkdir(path)
  await expect(readTrajectory(directory)).rejects.toMatchObject({ name: 'ContrailError' })
})

test('a directory without a recording is JOURNAL_MISSING', async () => {
  await expect(readTrajectory(await memoryDirectory())).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
  await expect(entriesOf('/nowhere/at/all')).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
})
