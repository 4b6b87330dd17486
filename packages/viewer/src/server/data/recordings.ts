import { hash } from 'node:crypto'
import { basename, dirname, resolve } from 'node:path'
import { present } from '@contrail/core'
import { listRuns, summariseRecording, type RunSummary } from '@contrail/recorder'
import type { RecordingRow } from '../../view/protocol.ts'

/** The recordings that a server shows, each by a key. No request names a path. */
export interface Recordings {
  rows(): readonly RecordingRow[]
  /** The rows as JSON by their keys, each time they were looked at another map. */
  texts(): ReadonlyMap<string, string>
  /** A hash of all rows: the same where they are the same, also in another process. */
  version(): string
  /** The directory of a key; undefined for what is no key. */
  directoryOf(key: string): string | undefined
  /** Look at the disk again. */
  refresh(): Promise<void>
}

const textLimit = 240

/**
 * Make an index of the recordings below a root, or of a single one.
 *
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when the root cannot be read
 */
export async function openRecordings(place: { root: string } | { directory: string }): Promise<Recordings> {
  let rows: RecordingRow[] = []
  let texts: ReadonlyMap<string, string> = new Map()
  let version: string | undefined
  const directories = new Map<string, string>()
  let under: Promise<void> | undefined
  const look = async (): Promise<void> => {
    const found = 'root' in place ? await listRuns(place.root) : [await summarise(place.directory)]
    rows = found.map(toRow).toSorted((a, b) => compare(b.startedAt ?? '', a.startedAt ?? '') || compare(a.key, b.key))
    texts = new Map(rows.map((row) => [row.key, JSON.stringify(row)]))
    version = undefined
    directories.clear()
    for (const [at, row] of found.map((run) => [run.directory, toRow(run)] as const)) directories.set(row.key, at)
  }
  const recordings: Recordings = {
    rows: () => rows,
    texts: () => texts,
    version: () => (version ??= hashOf([...texts.values()].join('\n'))),
    directoryOf: (key) => directories.get(key),
    refresh: () => (under ??= look().finally(() => (under = undefined))),
  }
  await recordings.refresh()
  return recordings
}

async function summarise(directory: string): Promise<RunSummary> {
  const path = resolve(directory)
  const place = { directory: path, runId: basename(dirname(path)), taskId: basename(path), finished: false }
  return (await summariseRecording(path)) ?? { ...place, error: 'holds no recording' }
}

/** The key of a recording: 16 hex digits that say nothing of its place. */
function keyOf(directory: string): string {
  return hashOf(resolve(directory))
}

function hashOf(text: string): string {
  return hash('sha256', text).slice(0, 16)
}

function toRow(run: RunSummary): RecordingRow {
  const { directory, error, startedAt, durationMs, steps, failedSteps, gaps, verdicts } = run
  const isRunFolder = run.taskId === ''
  return present({
    key: keyOf(directory),
    run: isRunFolder ? basename(directory) : basename(dirname(directory)),
    task: isRunFolder ? '' : basename(directory),
    runId: run.runId.slice(0, textLimit),
    taskId: run.taskId.slice(0, textLimit),
    status: run.status ?? ('unreadable' as const),
    error: error?.slice(0, textLimit * 4),
    instruction: run.instruction?.slice(0, textLimit),
    finalAnswer: run.finalAnswer?.slice(0, textLimit),
    steps,
    failed: failedSteps,
    gaps,
    startedAt,
    durationMs,
    verdicts: verdicts?.length ?? 0,
  })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
