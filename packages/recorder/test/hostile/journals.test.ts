import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { assembleTrajectory, ContrailError, treeOf, withTree, type JournalEntry } from '@contrail/core'
import { expect, test } from 'vitest'
import { bySize } from '../../../../scripts/test-size.ts'
import { checkRecording, readTrajectory, recoverRecording } from '../../src/index.ts'
import { checkRecordingOn } from '../../src/check/check.ts'
import { recoverRecordingOn } from '../../src/finish/recover.ts'
import { readJournalOn } from '../../src/journal/follow.ts'
import { readTrajectoryOn } from '../../src/read/read-trajectory.ts'
import { seeded, type Random } from '../faults/rig/sim-disk.ts'
import { plainData } from '../support/evidence.ts'
import { listTree, readTree } from '../support/file-tree.ts'
import { recordUnfinished, recordWholeRun } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'
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
    const trajectory = await readTrajectoryOn(io, '/recording')
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
  for await (const entry of readJournalOn(io, '/recording')) if (entry.type !== 'hole') entries.push(entry)
  return entries
}

/** Find where `check` and `recover` do not say of a journal what `readTrajectory` says. */
async function disagreements(io: MemoryIo, outcome: Outcome): Promise<string[]> {
  const report = await withinTime(() => checkRecordingOn(io, '/recording'))
  const recovered = await withinTime(async () => {
    try {
      return await recoverRecordingOn(io, '/recording', { dryRun: true })
    } catch (cause) {
      if (cause instanceof ContrailError) return { code: cause.code }
      throw cause
    }
  })
  const [problem] = report.problems
  if ('code' in outcome) {
    const isNamed = report.status === 'corrupt' && problem?.code === 'unreadable' && problem.file === 'core.log'
    return [
      ...(isNamed ? [] : ['check does not name a journal that cannot be read']),
      ...('code' in recovered && recovered.code === outcome.code ? [] : ['recover does not refuse it as well']),
    ]
  }
  const tellsHole = report.problems.some(({ code }) => code === 'hole')
  const isAgreed = 'steps' in recovered && recovered.outcome === 'recovered' && recovered.steps === outcome.stepCount
  return [
    ...(tellsHole === hasHole(outcome) && report.status !== 'clean' ? [] : ['check says something else of holes']),
    ...(isAgreed ? [] : ['recover finds other steps']),
  ]
}

function hasHole({ gaps }: { gaps: readonly { reason: string }[] }): boolean {
  return gaps.some(({ reason }) => reason === 'journal_hole')
}

const damagedJournals = bySize({ fast: 600, faults: 9_000, long: 50_000 })
const forgedJournals = bySize({ fast: 200, faults: 1_000, long: 10_000 })

test(`of ${damagedJournals} damaged journals every one gives steps as they were, or says what is missing`, async () => {
  const io = await inMemory(await recordUnfinished(await memoryDirectory()))
  const journal = Buffer.from(io.files.get('/recording/core.log') as Uint8Array)
  const original = await entriesIn(io)
  // What a journal says that ends after n entries.
  const prefixes = [0, ...original.keys()].map((_, count) =>
    stepsOf(assembleTrajectory(original.slice(0, count)) as never),
  )
  const firstLine = journal.subarray(0, journal.indexOf(0x0a) + 1)
  const random = seeded(20_260_601)
  const seen = { whole: 0, shorter: 0, holes: 0, refused: 0 }
  const faults: string[] = []

  for (let round = 0; round < damagedJournals; round++) {
    const { name, bytes } = round % 3 === 2 ? mutateLines(journal, random) : mutateBytes(journal, random)
    const found = (fault: string): void => void faults.push(`round ${round}, ${name}: ${fault}`)
    io.files.set('/recording/core.log', bytes)
    const outcome = await withinTime(() => outcomeOf(io))
    if (round % 10 === 0) for (const fault of await disagreements(io, outcome)) found(fault)
    if ('code' in outcome) {
      seen.refused++
      if (outcome.code !== 'JOURNAL_CORRUPT') found(outcome.code)
      if (bytes.includes(firstLine)) found('refused although its first line is whole')
      continue
    }
    if (hasHole(outcome)) seen.holes++
    else {
      const length = prefixes.lastIndexOf(outcome.steps)
      if (length < 0) found('the steps are not those that were recorded up to some line')
      if (length === original.length) seen.whole++
      else seen.shorter++
    }
    if (round % 3 !== 0 && !hasHole(outcome)) continue
    const kept = await entriesIn(io)
    for (const entry of kept) {
      if (!isAsWritten(entry, original, kept)) found(`entry ${entry.seq} is not what was written`)
    }
    const isPrefix = kept.every(({ seq }, index) => seq === index)
    if (!isPrefix && !hasHole(outcome)) found('entries are missing in the middle, and nobody says so')
  }
  expect(faults).toEqual([])
  expect(Math.min(seen.whole, seen.shorter, seen.holes)).toBeGreaterThan(damagedJournals / 18)
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
}, 120_000)

/** An entry has its tree, or still refers to one whose line is lost. */
function isAsWritten(entry: JournalEntry, original: readonly JournalEntry[], kept: readonly JournalEntry[]): boolean {
  const written = original[entry.seq]
  const tree = treeOf(entry)
  if (!written || typeof tree !== 'object') return JSON.stringify(entry) === JSON.stringify(written)
  const whole = withTree(entry, treeOf(written) as string)
  return JSON.stringify(whole) === JSON.stringify(written) && !kept.some(({ seq }) => seq === tree.$sameAs)
}

/** A line that was changed by somebody who knows how to make its checksum. */
function forge(original: string, random: Random): { name: string; line: string } {
  const { name, text } = mutateJson(original.replace(/,"crc":"[0-9a-f]{8}"\}$/, '}'), random)
  const body = text.slice(0, -1)
  return { name, line: `${body},"crc":"${crc32(body).toString(16).padStart(8, '0')}"}` }
}

test(`of ${forgedJournals} journals that were forged with right checksums every one is taken at its word or refused`, async () => {
  const io = await inMemory(await recordUnfinished(await memoryDirectory()))
  const journal = Buffer.from(io.files.get('/recording/core.log') as Uint8Array).toString()
  const random = seeded(7)
  const seen = { taken: 0, holes: 0, refused: 0 }
  const faults: string[] = []
  for (let round = 0; round < forgedJournals; round++) {
    const lines = journal.trimEnd().split('\n')
    const target = Math.floor(random() * lines.length)
    const forged = forge(lines[target] as string, random)
    lines[target] = forged.line
    io.files.set('/recording/core.log', Buffer.from(`${lines.join('\n')}\n`))
    const outcome = await withinTime(() => outcomeOf(io))
    const found = (fault: string): void => void faults.push(`round ${round}, line ${target}, ${forged.name}: ${fault}`)
    if (round % 3 === 0) for (const fault of await disagreements(io, outcome)) found(fault)
    if ('code' in outcome) {
      if (outcome.code !== 'SCHEMA_TOO_NEW') found(outcome.code)
      seen.refused++
      continue
    }
    // Every entry is what a line says.
    const said = lines.filter(isShallow).map((text) => JSON.parse(text) as Said)
    const entries = await entriesIn(io)
    for (const entry of entries) {
      const isSaid = said.some(
        (line) => line.seq === entry.seq && line.type === entry.type && isAtItsWord(entry, line, entries),
      )
      if (!isSaid) found(`entry ${entry.seq} is not what its line says`)
    }
    if (hasHole(outcome)) seen.holes++
    else seen.taken++
  }
  expect(faults).toEqual([])
  expect(seen.taken).toBeGreaterThan(forgedJournals / 10)
  expect(seen.holes).toBeGreaterThan(forgedJournals / 10)
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
}, 60_000)

interface Said {
  readonly seq: number
  readonly type: string
  readonly event: Record<string, unknown>
}

function isAtItsWord(entry: JournalEntry, { event }: Said, entries: readonly JournalEntry[]): boolean {
  const keys = ['actionArgs', 'toolOutput', 'actionName', 'reasoning', 'url', 'message', 'usage', 'status']
  const got = entry.event as Record<string, unknown>
  // The tree itself, or that of an entry before it; what refers to nothing stays as it is.
  const { ariaTree } = event as { ariaTree?: { $sameAs?: unknown } }
  const isBefore = ({ seq }: JournalEntry): boolean => seq === ariaTree?.$sameAs && seq < entry.seq
  const tree = entries.filter(isBefore).map(treeOf)[0] ?? ariaTree
  if (ariaTree !== undefined && JSON.stringify(got['ariaTree']) !== JSON.stringify(tree)) return false
  return keys.every((key) => event[key] === undefined || JSON.stringify(got[key]) === JSON.stringify(event[key]))
}

/** Tells whether the test itself can walk a line. */
function isShallow(text: string): boolean {
  return !text.includes('['.repeat(300))
}

test('a damaged journal of a finished recording is named by check, and does not change what is read', async () => {
  const io = await inMemory(await recordWholeRun(await memoryDirectory()))
  const journal = Buffer.from(io.files.get('/recording/core.log') as Uint8Array)
  const before = stepsOf(await readTrajectoryOn(io, '/recording'))
  const random = seeded(11)
  const faults: string[] = []
  for (let round = 0; round < bySize({ fast: 40, faults: 500, long: 2_000 }); round++) {
    const { name, bytes } = round % 2 === 0 ? mutateLines(journal, random) : mutateBytes(journal, random)
    io.files.set('/recording/core.log', bytes)
    const { status, problems } = await withinTime(() => checkRecordingOn(io, '/recording'))
    const isFound = status === 'corrupt' && problems.some(({ file }) => file === 'core.log')
    if (isFound === journal.equals(bytes)) faults.push(`round ${round}, ${name}: ${status}`)
    if (stepsOf(await readTrajectoryOn(io, '/recording')) !== before) faults.push(`round ${round}, ${name}: steps`)
  }
  expect(faults).toEqual([])
})

test(
  'what recover makes of a damaged journal is what was read before, twice the same',
  { timeout: 180_000 },
  async () => {
    const random = seeded(13)
    for (let round = 0; round < bySize({ fast: 6, faults: 25, long: 100 }); round++) {
      const directory = await recordUnfinished(await memoryDirectory())
      const journal = await readFile(join(directory, 'core.log'))
      const { bytes } = round % 2 === 0 ? mutateLines(journal, random) : mutateBytes(journal, random)
      await writeFile(join(directory, 'core.log'), bytes)
      const before = await readTrajectory(directory).catch(() => undefined)
      if (!before) continue
      await recoverRecording(directory)
      expect(stepsOf(await readTrajectory(directory))).toBe(stepsOf(before))
      const tree = await readTree(directory)
      await recoverRecording(directory, { force: true })
      expect(await readTree(directory)).toEqual(tree)
      expect((await checkRecording(directory)).status).toBe(hasHole(before) ? 'corrupt' : 'clean')
    }
  },
)
