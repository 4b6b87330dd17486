import { isContrailError, toEvents, type JournalEntry, type JournalHole } from '@contrail/core'
import { followJournal, readTrajectory } from '@contrail/recorder'
import path from 'node:path'
import type { Writable } from 'node:stream'
import { once } from 'node:events'
import type { ExitCode, Paint } from '../../terminal/command-result.ts'
import type { Surroundings } from '../../terminal/places.ts'
import { createLining } from '../facts/lines.ts'
import { assertRecording } from '../recordings-at.ts'
import { createTeller } from './tell-event.ts'
import { toPrintableLine } from '../../terminal/printable.ts'

/**
 * Follow a recording from its beginning: one line an event, until the run ends, its writer is gone, or the signal aborts. As JSON
 * a line is an entry of the journal.
 *
 * @returns 0 where it came to its end, or nobody wanted to see it; 1 where it ended otherwise or was killed
 * @throws {ContrailError} JOURNAL_MISSING, FILE_UNREADABLE, SCHEMA_TOO_NEW
 */
export async function tailRecording(
  input: {
    directory: string
    json: boolean
    signal: AbortSignal
    stdout: Writable
    paint: Paint
    columns?: number | undefined
  } & Surroundings,
): Promise<ExitCode> {
  const { json, signal, stdout, paint, columns, cwd } = input
  const directory = path.resolve(cwd, input.directory)
  await assertRecording(directory, input)
  const tell = await createTeller(createLining(paint, columns))
  let status: string | undefined
  for await (const entry of entriesOf(directory, signal)) {
    const line = json ? toPrintableLine(entry) : tell(entry)
    if (!stdout.write(`${line}\n`)) await once(stdout, 'drain')
    if (entry.type === 'run_finished') ({ status } = entry.event)
  }
  if (signal.aborted && status === undefined) return 0
  if (status === undefined && !json)
    stdout.write(`${paint('bad', 'The run never said that it ended: its writer is gone.')}\n`)
  return status === 'complete' ? 0 : 1
}

/**
 * Follow the entries of a recording. One that somebody else recorded has no journal: its events are those that would
 * have led to it.
 */
async function* entriesOf(directory: string, signal: AbortSignal): AsyncGenerator<JournalEntry | JournalHole> {
  try {
    yield* followJournal(directory, { signal })
  } catch (error) {
    if (!isContrailError(error) || error.code !== 'JOURNAL_MISSING') throw error
    yield* toEvents(await readTrajectory(directory))
  }
}
