import type { Io } from './io.ts'
import { readUntrusted } from './open-untrusted.ts'
import { fileNames, maxFileBytes } from './trajectory-file.ts'
import { parseUntrusted } from './untrusted-json.ts'

/**
 * Whether `trajectory.json` says that Contrail wrote it. One that is torn, overwritten or another tool's does not:
 * whether the recording is ours is then for its journal to say.
 *
 * @throws {ContrailError} FILE_UNREADABLE, FILE_UNSAFE, FILE_TOO_LARGE
 */
export async function claimsToBeOurs(io: Io, directory: string): Promise<boolean> {
  const bytes = await readUntrusted(io, directory, fileNames.trajectory, maxFileBytes)
  const parsed = bytes && parseUntrusted(bytes)
  if (!parsed || 'invalid' in parsed) return false
  return typeof (parsed.value as { formatVersion?: unknown } | null)?.formatVersion === 'number'
}
