import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { ContrailError, isContrailError, type JournalEntry, type JournalHole } from '@contrail/core'
import { journalName } from '../directory/names.ts'
import type { Io } from '../io/io.ts'
import { decodeLine } from './line.ts'
import { readLines, type RawLine } from './lines.ts'
import { openUntrusted, type UntrustedFile } from '../io/open-untrusted.ts'

/** No longer journal is read: its entries are all held at once, and no engine has the memory for more. */
const maxJournalBytes = 4_000_000_000

/** Everything that a journal holds, and what of it could not be used. */
export interface JournalScan {
  /** Entries in order of `seq`, a hole where lines are bad or missing. */
  readonly entries: readonly (JournalEntry | JournalHole)[]
  /** Bytes of the whole file, a bad tail included. */
  readonly sizeBytes: number
  readonly sha256: string
  /** Bytes at the end that were never committed. They stay in the file. */
  readonly tornBytes: number
  /** -1 for a journal without a valid line. */
  readonly lastSeq: number
}

/**
 * Read a whole journal. A bad tail with nothing valid after it was never committed and is only counted; a bad line with
 * valid ones after it is corruption and becomes a hole.
 *
 * @throws {ContrailError} JOURNAL_MISSING, JOURNAL_CORRUPT where no line at all is ours, FILE_UNREADABLE (a failing disk
 * is never an empty journal), FILE_UNSAFE, FILE_TOO_LARGE above 4 GB, SCHEMA_TOO_NEW
 */
export async function scanJournal(io: Io, directory: string): Promise<JournalScan> {
  const classifier = new LineClassifier()
  const entries: (JournalEntry | JournalHole)[] = []
  const hash = createHash('sha256')
  let sizeBytes = 0
  let completeLines = 0
  await withJournal(io, directory, async (file) => {
    for await (const line of readLines(file, 0, (chunk) => hash.update(chunk))) {
      entries.push(...classifier.take(line))
      sizeBytes = line.offset + line.sizeBytes
      if (line.complete) completeLines++
    }
  })
  if (completeLines > 0 && classifier.lastSeq < 0) throw notAJournal(directory)
  return {
    entries,
    sizeBytes,
    sha256: hash.digest('hex'),
    tornBytes: classifier.tornBytes,
    lastSeq: classifier.lastSeq,
  }
}

/** Read the entries of a journal that is open. */
export async function readEntries(file: Pick<UntrustedFile, 'read'>): Promise<(JournalEntry | JournalHole)[]> {
  const classifier = new LineClassifier()
  const entries: (JournalEntry | JournalHole)[] = []
  for await (const line of readLines(file, 0)) entries.push(...classifier.take(line))
  return entries
}

/** Tells committed lines from torn and corrupt ones, in one pass. */
export class LineClassifier {
  lastSeq = -1
  private bad: { offset: number; sizeBytes: number; reason: string } | undefined

  /** Bytes at the end with no valid line after them, so far. */
  get tornBytes(): number {
    return this.bad?.sizeBytes ?? 0
  }

  /** Take a line, and return what became certain with it: nothing, an entry, or a hole and the entry after it. */
  take(line: RawLine): (JournalEntry | JournalHole)[] {
    const { bytes, complete } = line
    const decoded = !complete ? { invalid: 'torn' } : typeof bytes === 'string' ? { invalid: bytes } : decodeLine(bytes)
    if ('invalid' in decoded) return this.spoil(line, decoded.invalid)
    if (decoded.seq <= this.lastSeq) return this.spoil(line, 'repeated_seq')
    const skipped = decoded.seq > this.lastSeq + 1
    const hole = this.bad ?? (skipped ? { offset: line.offset, sizeBytes: 0, reason: 'missing_seq' } : undefined)
    this.bad = undefined
    this.lastSeq = decoded.seq
    return hole ? [{ type: 'hole', ...hole }, decoded] : [decoded]
  }

  private spoil(line: RawLine, reason: string): [] {
    const sizeBytes = (this.bad?.sizeBytes ?? 0) + line.sizeBytes
    this.bad = { offset: this.bad?.offset ?? line.offset, sizeBytes, reason: this.bad?.reason ?? reason }
    return []
  }
}

/**
 * Open a journal for reading, use it, close it.
 *
 * @throws {ContrailError} JOURNAL_MISSING, FILE_UNREADABLE, FILE_UNSAFE, FILE_TOO_LARGE above `maxJournalBytes`
 */
export async function withJournal<T>(io: Io, directory: string, use: (file: UntrustedFile) => Promise<T>): Promise<T> {
  const file = await openUntrusted(io, directory, journalName)
  if (!file) throw noJournal(directory)
  try {
    if (file.sizeBytes > maxJournalBytes) throw tooLarge(join(directory, journalName), file.sizeBytes)
    return await use(file)
  } finally {
    await file.close()
  }
}

/** JOURNAL_MISSING for a directory that holds no recording. */
export function noJournal(directory: string): ContrailError {
  return new ContrailError('JOURNAL_MISSING', `${directory} holds no recording: there is no ${journalName} in it`, {
    details: { directory },
  })
}

function tooLarge(path: string, sizeBytes: number): ContrailError {
  const message = `${path} has ${sizeBytes} bytes; a journal of at most ${maxJournalBytes} is read`
  return new ContrailError('FILE_TOO_LARGE', message, { details: { path, sizeBytes, maxBytes: maxJournalBytes } })
}

function notAJournal(directory: string): ContrailError {
  const path = join(directory, journalName)
  return new ContrailError('JOURNAL_CORRUPT', `${path} has no line that Contrail has written: is it another tool's?`, {
    details: { path },
  })
}

/** Tells whether reading a journal failed because there is none of ours: none at all, or one of another tool. */
export function isNotAJournal(cause: unknown): boolean {
  return isContrailError(cause) && (cause.code === 'JOURNAL_CORRUPT' || cause.code === 'JOURNAL_MISSING')
}
