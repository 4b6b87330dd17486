import { join } from 'node:path'
import { readWhole } from './files.ts'
import type { Io } from './io.ts'
import { fileNames, maxFileBytes } from './trajectory-file.ts'

/**
 * Whether `trajectory.json` says that Contrail wrote it. One that is torn, overwritten or another tool's does not:
 * whether the recording is ours is then for its journal to say.
 *
 * @throws {ContrailError} FILE_UNREADABLE, FILE_UNSAFE, FILE_TOO_LARGE
 */
export async function claimsToBeOurs(io: Io, directory: string): Promise<boolean> {
  const text = Buffer.from(await readWhole(io, join(directory, fileNames.trajectory), maxFileBytes)).toString('utf8')
  try {
    const value = JSON.parse(text) as { formatVersion?: unknown } | null
    return typeof value?.formatVersion === 'number'
  } catch {
    return false
  }
}
