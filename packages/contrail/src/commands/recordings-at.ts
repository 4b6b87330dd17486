import { ContrailError } from '@contrail/core'
import { listRuns, summariseRecording, type RunSummary } from '@contrail/recorder'
import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { formatCommand, formatPath, type Surroundings } from '../terminal/places.ts'

/** What a directory is to us, and the recordings that it holds. */
export interface RecordingsAt {
  readonly kind: 'recording' | 'run' | 'root'
  readonly recordings: readonly RunSummary[]
}

/**
 * The recordings at a directory: that which it is itself, else those below it as a root, else those of it as one run.
 * A directory without any counts as a root.
 *
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when it cannot be read, and why
 */
export async function findRecordingsAt(directory: string): Promise<RecordingsAt> {
  if (await isRecording(directory)) return { kind: 'recording', recordings: await summarise([directory]) }
  const below = await listRuns(directory)
  if (below.length > 0) return { kind: 'root', recordings: below }
  const tasks = (await readdir(directory)).toSorted().filter((name) => !name.startsWith('.'))
  const ofRun = await summarise(tasks.map((name) => path.join(directory, name)))
  return ofRun.length > 0 ? { kind: 'run', recordings: ofRun } : { kind: 'root', recordings: [] }
}

/** Whether a directory is a recording, finished or not. One that cannot be looked into is none. */
async function isRecording(directory: string): Promise<boolean> {
  // Who needs the recording meets the same refusal again, and tells it.
  const names = await readdir(directory).catch((): string[] => [])
  return names.includes('core.log') || names.includes('trajectory.json')
}

/**
 * Make sure that a directory is a recording.
 *
 * @throws {ContrailError} JOURNAL_MISSING, saying which recordings are near; DIRECTORY_UNAVAILABLE when it cannot be read
 */
export async function assertRecording(directory: string, surroundings: Surroundings): Promise<void> {
  if (!(await isRecording(directory))) throw await refusalOf(directory, surroundings)
}

/**
 * The recordings at a directory, which is to be one or to hold some.
 *
 * @throws {ContrailError} as `assertRecording`
 */
export async function findSomeRecordings(directory: string, surroundings: Surroundings): Promise<RecordingsAt> {
  const found = (await isDirectory(directory)) ? await findRecordingsAt(directory) : undefined
  if (found === undefined || found.recordings.length === 0) throw await refusalOf(directory, surroundings)
  return found
}

async function refusalOf(directory: string, surroundings: Surroundings): Promise<ContrailError> {
  const name = formatPath(directory, surroundings.cwd)
  if (!existsSync(directory)) return noRecording(directory, `${name} does not exist; ${howToList(surroundings)}`)
  const parent = path.dirname(directory)
  if (await isRecording(parent)) {
    return noRecording(
      directory,
      `${name} is a part of a recording; name its directory: ${formatPath(parent, surroundings.cwd)}`,
    )
  }
  const near = (await findRecordingsAt(directory)).recordings.map((run) => run.directory)
  const [first] = near
  const advice =
    first === undefined
      ? howToList(surroundings)
      : `there ${near.length === 1 ? 'is one' : `are ${near.length}`} below it, e.g. ${formatPath(first, surroundings.cwd)}`
  return noRecording(directory, `${name} holds no recording itself; ${advice}`, near)
}

function howToList(surroundings: Surroundings): string {
  return `"${formatCommand('ls', surroundings)}" lists what there is`
}

function noRecording(directory: string, message: string, near: readonly string[] = []): ContrailError {
  return new ContrailError('JOURNAL_MISSING', message, { details: { directory, near: near.slice(0, 20) } })
}

/** What is no folder is refused with its reason, whatever it is. */
function isDirectory(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function summarise(directories: readonly string[]): Promise<RunSummary[]> {
  const recordings: RunSummary[] = []
  for (const directory of directories) {
    const found = await summariseRecording(directory)
    if (found) recordings.push(found)
  }
  return recordings
}
