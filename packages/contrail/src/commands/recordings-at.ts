import { ContrailError, type Trajectory } from '@contrail/core'
import {
  findRecordings,
  isRecording,
  readTrajectory,
  recordingRoot,
  type FindOptions,
  type FoundRecordings,
} from '@contrail/recorder'
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { canBeTyped, formatCommand, formatPath, quoteWord, type Surroundings } from '../terminal/places.ts'
import { toPrintable } from '../terminal/printable.ts'
import { findNear } from './near-recordings.ts'

/**
 * Make sure that a directory is a recording.
 *
 * @throws {ContrailError} JOURNAL_MISSING, saying which recordings are near; DIRECTORY_UNAVAILABLE when it cannot be read
 */
export async function assertRecording(directory: string, surroundings: Surroundings): Promise<void> {
  if (!(await isRecording(directory))) throw await refusalOf(directory, surroundings)
}

/**
 * Read the recording that somebody names.
 *
 * @throws {ContrailError} as `assertRecording` and `readTrajectory`
 */
export async function readRecording(
  input: { directory: string } & Surroundings,
): Promise<{ directory: string; trajectory: Trajectory }> {
  const directory = path.resolve(input.cwd, input.directory)
  await assertRecording(directory, input)
  return { directory, trajectory: await readTrajectory(directory) }
}

/**
 * Find the root of recordings that somebody names, else the default one, which may not be there yet.
 *
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE where one is named that is not there
 */
export function rootAt(named: string | undefined, { env, cwd }: Surroundings): { root: string; isThere: boolean } {
  const root = named === undefined ? recordingRoot({ env }) : path.resolve(cwd, named)
  const isThere = existsSync(root)
  if (isThere || named === undefined) return { root, isThere }
  throw new ContrailError('DIRECTORY_UNAVAILABLE', `${root} does not exist`, { details: { root } })
}

/**
 * Find the recordings at a directory, which is to be one or to hold some.
 *
 * @throws {ContrailError} as `assertRecording`
 */
export async function findSomeRecordings(
  directory: string,
  surroundings: Surroundings,
  options: FindOptions = {},
): Promise<FoundRecordings> {
  const found = (await isDirectory(directory)) ? await findRecordings(directory, options) : undefined
  const count = (found?.recordings.length ?? 0) + (found?.passedOver ?? 0)
  if (found === undefined || count === 0) throw await refusalOf(directory, surroundings)
  return found
}

async function refusalOf(directory: string, surroundings: Surroundings): Promise<ContrailError> {
  const name = formatPath(directory, surroundings.cwd)
  if (!existsSync(directory)) return refusalOfName(directory, surroundings)
  const parent = path.dirname(directory)
  if (await isRecording(parent)) {
    return noRecording(
      directory,
      `${name} is a part of a recording; name its directory: ${formatPath(parent, surroundings.cwd)}`,
    )
  }
  const near = (await findRecordings(directory)).recordings.map((run) => run.directory)
  const [first] = near
  const advice =
    first === undefined
      ? howToList(surroundings)
      : `there ${near.length === 1 ? 'is one' : `are ${near.length}`} below it, e.g. ${formatPath(first, surroundings.cwd)}`
  return noRecording(directory, `${name} holds no recording itself; ${advice}`, near)
}

/** Nothing is there: then it was a name, of which some are like it. */
async function refusalOfName(directory: string, surroundings: Surroundings): Promise<ContrailError> {
  const typed = path.relative(surroundings.cwd, directory)
  const { near, isFar, sameTask } = await findNear(typed, surroundings)
  const name = formatPath(directory, surroundings.cwd)
  const list = near.map((one) => quoteWord(toPrintable(one))).join(', ')
  if (sameTask > 1) {
    const newest = canBeTyped(typed) ? `latest:${name}, or ` : ''
    const message = `${name} is the task of ${sameTask} recordings; say which, e.g. ${newest}${list}`
    return noRecording(directory, message, near)
  }
  const how = howToList(surroundings)
  const advice = near.length === 0 ? [how] : isFar ? [how, `the newest are ${list}`] : [`near are ${list}`, how]
  return noRecording(directory, [`${name} does not exist`, ...advice].join('; '), near)
}

function howToList(surroundings: Surroundings): string {
  return `"${formatCommand('ls', surroundings)}" lists what there is`
}

function noRecording(directory: string, message: string, near: readonly string[] = []): ContrailError {
  return new ContrailError('JOURNAL_MISSING', message, { details: { directory, near: near.slice(0, 20) } })
}

/** Tells whether a path is a folder. One that cannot be looked at is none; the caller refuses it with a reason. */
export function isDirectory(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
