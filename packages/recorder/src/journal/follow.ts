import { setTimeout as sleep } from 'node:timers/promises'
import { createTreeResolver, type JournalEntry, type JournalHole } from '@contrail/core'
import { diskIo, type Io } from '../io/io.ts'
import { readLines } from './lines.ts'
import { readLock } from '../directory/lock.ts'
import { LineClassifier, withJournal } from './scan.ts'

/**
 * Read the journal of a recording, finished or not, entry by entry. Bad stretches come as holes; a bad tail is left out. An
 * entry that refers to an aria tree has that tree; only where its line is lost the reference stays.
 *
 * @throws {ContrailError} JOURNAL_MISSING, FILE_UNREADABLE, SCHEMA_TOO_NEW
 */
export function readJournal(directory: string): AsyncGenerator<JournalEntry | JournalHole> {
  return readJournalOn(diskIo, directory)
}

/** {@link readJournal} on another disk. */
export function readJournalOn(io: Io, directory: string): AsyncGenerator<JournalEntry | JournalHole> {
  return readFrom(startOfJournal(), directory, io)
}

/**
 * Follow the journal of a recording while it is written: what is there, then each entry as it is committed.
 * Ends after `run_finished`, when the writer is gone, or when `signal` aborts.
 *
 * @param options.pollMs how often the file is looked at; default 100
 * @throws {ContrailError} as `readJournal`
 */
export async function* followJournal(
  directory: string,
  options: { signal?: AbortSignal; pollMs?: number } = {},
): AsyncGenerator<JournalEntry | JournalHole> {
  const place = startOfJournal()
  while (!options.signal?.aborted) {
    // Asked before reading: a writer that ends in between has written all that it will by the time we read.
    const live = (await readLock(diskIo, directory)).state === 'live'
    for await (const entry of readFrom(place, directory, diskIo)) {
      if (options.signal?.aborted) return
      yield entry
      if (entry.type === 'run_finished') return
    }
    if (!live) return
    // The sleep fails only when the signal aborts, and the loop asks for that next.
    await sleep(options.pollMs ?? 100, undefined, options.signal ? { signal: options.signal } : {}).catch(
      () => undefined,
    )
  }
}

interface Place {
  offset: number
  readonly classifier: LineClassifier
  readonly resolveTree: (entry: JournalEntry) => JournalEntry
}

function startOfJournal(): Place {
  return { offset: 0, classifier: new LineClassifier(), resolveTree: createTreeResolver() }
}

/** Yield what is committed from a place on, and move the place behind it. A line still being written is read again. */
async function* readFrom(place: Place, directory: string, io: Io): AsyncGenerator<JournalEntry | JournalHole> {
  const found: (JournalEntry | JournalHole)[][] = []
  await withJournal(io, directory, async (file) => {
    for await (const line of readLines(file, place.offset)) {
      if (!line.complete) break
      place.offset = line.offset + line.sizeBytes
      found.push(place.classifier.take(line))
    }
  })
  for (const entry of found.flat()) yield entry.type === 'hole' ? entry : place.resolveTree(entry)
}
