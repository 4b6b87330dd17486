import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { assemble, ContrailError, type JournalEntry } from '@contrail/core'
import { expect, test } from 'vitest'
import { check, readJournal, readTrajectory, recover } from '../../src/index.ts'
import { seeded, type Random } from '../faults/sim-disk.ts'
import { plainData } from '../support/evidence.ts'
import { listTree, readTree } from '../support/file-tree.ts'
import { recordUnfinished, recordWholeRun } from '../support/recording.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { MemoryIo } from './memory-io.ts'
import { mutateBytes, mutateJson, mutateLines } from './mutations.ts'
import { withinTime } from './within-time.ts'

type Outcome = { code: string } | { steps: string; stepCount: number; gaps: readonly { reason: string }[] }

/** All files of a directory, as if they were in `/recording`. */
async function inMemory(directory: string): Promise<MemoryIo> {
  const files = new Map<string, Uint8Array>()
  for (const path of await listTree(directory)) {
    if (!path.endsWith('/')) files.set(`/recording/${path}`, await readFile(join(directory, path)))
  }
  files.delete('/recording/.recording')
  return new MemoryIo(files)
}

async function outcomeOf(io: MemoryIo): Promise<Outcome> {
  try {
    const trajectory = await readTrajectory('/recording', { io })
    const { steps, gaps } = trajectory
    return { steps: stepsOf(trajectory), stepCount: steps.length, gaps }
  } catch (cause) {
    if (cause instanceof ContrailError) return { code: cause.code }
    throw cause
  }
}

/** The steps of a trajectory as text. The order of keys is no part of what they say. */
function stepsOf(trajectory: Parameters<typeof plainData>[0]): string {
  return JSON.stringify((plainData(trajectory) as { steps: unknown }).steps, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}

async function entriesIn(io: MemoryIo): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = []
  for await (const entry of readJournal('/recording', { io })) if (entry.type !== 'hole') entries.push(entry)
  return entries
}

/** What `readTrajectory`, `check` and `recover` say about one journal must be the same. */
async function expectAgreement(io: MemoryIo, outcome: Outcome): Promise<void> {
  const report = await withinTime(() => check('/recording', { io }))
  const recovered = await withinTime(() =>
    recover('/recording', { io, dryRun: true }).catch((cause: unknown) => {
      if (cause instanceof ContrailError) return { code: cause.code }
      throw cause
    }),
  )
  if ('code' in outcome) {
    expect(report).toMatchObject({ status: 'corrupt', problems: [{ code: 'unreadable', file: 'core.log' }] })
    expect(recovered).toEqual({ code: outcome.code })
    return
  }
  const holes = outcome.gaps.filter(({ reason }) => reason === 'journal_hole')
  expect(report.problems.some(({ code }) => code === 'hole')).toBe(holes.length > 0)
  expect(report.status).not.toBe('clean')
  expect(recovered).toMatchObject({ outcome: 'recovered', steps: outcome.stepCount })
}

test('of 9,000 damaged journals every one gives steps as they were, or says what is missing', async () => {
  const io = await inMemory(await recordUnfinished(await temporaryDirectory()))
  const journal = Buffer.from(io.files.get('/recording/core.log') as Uint8Array)
  const original = await entriesIn(io)
  const originalTexts = original.map((entry) => JSON.stringify(entry))
  // What a journal says that ends after n entries.
  const prefixes = [0, ...originalTexts.keys()].map((_, count) => stepsOf(assemble(original.slice(0, count)) as never))
  const firstLine = journal.subarray(0, journal.indexOf(0x0a) + 1)
  const random = seeded(20_260_601)
  const seen = { whole: 0, shorter: 0, holes: 0, refused: 0 }
  const faults: string[] = []

  for (let round = 0; round < 9_000; round++) {
    const { name, bytes } = round % 3 === 2 ? mutateLines(journal, random) : mutateBytes(journal, random)
    const found = (fault: string): void => void faults.push(`round ${round}, ${name}: ${fault}`)
    io.files.set('/recording/core.log', bytes)
    const outcome = await withinTime(() => outcomeOf(io))
    if (round % 5 === 0) await expectAgreement(io, outcome)
    if ('code' in outcome) {
      seen.refused++
      if (outcome.code !== 'JOURNAL_CORRUPT') found(outcome.code)
      if (bytes.includes(firstLine)) found('refused although its first line is whole')
      continue
    }
    const kept = await entriesIn(io)
    for (const entry of kept) {
      if (JSON.stringify(entry) !== originalTexts[entry.seq]) found(`entry ${entry.seq} is not what was written`)
    }
    const isPrefix = kept.every(({ seq }, index) => seq === index)
    const hasHole = outcome.gaps.some(({ reason }) => reason === 'journal_hole')
    if (!isPrefix && !hasHole) found('entries are missing in the middle, and nobody says so')
    if (!hasHole && outcome.steps !== prefixes[kept.length]) found('the steps are not those that were recorded')
    if (hasHole) seen.holes++
    else if (kept.length === original.length) seen.whole++
    else seen.shorter++
  }
  expect(faults).toEqual([])
  expect(Math.min(seen.whole, seen.shorter, seen.holes)).toBeGreaterThan(500)
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
}, 120_000)

/** A line that was changed by somebody who knows how to make its checksum. */
function forge(line: string, random: Random): { name: string; line: string } {
  const { name, text } = mutateJson(line.replace(/,"crc":"[0-9a-f]{8}"\}$/, '}'), random)
  const body = text.slice(0, -1)
  return { name, line: `${body},"crc":"${crc32(body).toString(16).padStart(8, '0')}"}` }
}

test(
  'of 1,000 journals that were forged with right checksums every one is taken at its word or refused',
  { timeout: 60_000 },
  async () => {
    const io = await inMemory(await recordUnfinished(await temporaryDirectory()))
    const journal = Buffer.from(io.files.get('/recording/core.log') as Uint8Array).toString()
    const random = seeded(7)
    const seen = { taken: 0, holes: 0, refused: 0 }
    const faults: string[] = []
    for (let round = 0; round < 1_000; round++) {
      const lines = journal.trimEnd().split('\n')
      const target = Math.floor(random() * lines.length)
      const { name, line } = forge(lines[target] as string, random)
      lines[target] = line
      io.files.set('/recording/core.log', Buffer.from(`${lines.join('\n')}\n`))
      const outcome = await withinTime(() => outcomeOf(io))
      await expectAgreement(io, outcome)
      const at = `round ${round}, line ${target}: ${name}`
      if ('code' in outcome) {
        expect(['SCHEMA_TOO_NEW'], at).toContain(outcome.code)
        seen.refused++
        continue
      }
      // Every entry is what a line says.
      const said = lines.filter(isShallow).map((text) => JSON.parse(text) as Said)
      for (const entry of await entriesIn(io)) {
        const isSaid = said.some(
          (line) => line.seq === entry.seq && line.type === entry.type && isAtItsWord(entry, line),
        )
        if (!isSaid) faults.push(`${at}: entry ${entry.seq} is not what its line says`)
      }
      const holes = outcome.gaps.filter(({ reason }) => reason === 'journal_hole').length
      if (holes > 0) seen.holes++
      else seen.taken++
    }
    expect(faults).toEqual([])
    expect(seen.taken).toBeGreaterThan(100)
    expect(seen.holes).toBeGreaterThan(100)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  },
)

interface Said {
  readonly seq: number
  readonly type: string
  readonly event: Record<string, unknown>
}

function isAtItsWord(entry: JournalEntry, { event }: Said): boolean {
  const keys = ['actionArgs', 'toolOutput', 'actionName', 'reasoning', 'ariaTree', 'url', 'message', 'usage', 'status']
  const got = entry.event as Record<string, unknown>
  return keys.every((key) => event[key] === undefined || JSON.stringify(got[key]) === JSON.stringify(event[key]))
}

/** Whether the test itself can walk a line. */
function isShallow(text: string): boolean {
  return !text.includes('['.repeat(300))
}

test('a damaged journal of a finished recording is named by check, and does not change what is read', async () => {
  const io = await inMemory(await recordWholeRun(await temporaryDirectory()))
  const journal = Buffer.from(io.files.get('/recording/core.log') as Uint8Array)
  const before = stepsOf(await readTrajectory('/recording', { io }))
  const random = seeded(11)
  for (let round = 0; round < 500; round++) {
    const { name, bytes } = round % 2 === 0 ? mutateLines(journal, random) : mutateBytes(journal, random)
    io.files.set('/recording/core.log', bytes)
    const report = await withinTime(() => check('/recording', { io }))
    const isSame = journal.equals(bytes)
    expect(report.status, name).toBe(isSame ? 'clean' : 'corrupt')
    if (!isSame)
      expect(
        report.problems.map(({ file }) => file),
        name,
      ).toContain('core.log')
    expect(stepsOf(await readTrajectory('/recording', { io }))).toBe(before)
  }
})

test(
  'what recover makes of a damaged journal is what was read before, twice the same',
  { timeout: 60_000 },
  async () => {
    const random = seeded(13)
    for (let round = 0; round < 25; round++) {
      const directory = await recordUnfinished(await temporaryDirectory())
      const journal = await readFile(join(directory, 'core.log'))
      const { bytes } = round % 2 === 0 ? mutateLines(journal, random) : mutateBytes(journal, random)
      await writeFile(join(directory, 'core.log'), bytes)
      const before = await readTrajectory(directory).catch(() => undefined)
      if (!before) continue
      await recover(directory)
      expect(stepsOf(await readTrajectory(directory))).toBe(stepsOf(before))
      const tree = await readTree(directory)
      await recover(directory, { force: true })
      expect(await readTree(directory)).toEqual(tree)
      const holes = before.gaps.filter(({ reason }) => reason === 'journal_hole').length
      expect((await check(directory)).status).toBe(holes > 0 ? 'corrupt' : 'clean')
    }
  },
)
