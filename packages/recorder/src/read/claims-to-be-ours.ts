import { fileNames, maxFileBytes } from '../directory/names.ts'
import type { Io } from '../io/io.ts'
import { openUntrusted, readAt } from '../io/open-untrusted.ts'
import { parseUntrusted } from '../io/untrusted-json.ts'

/** The beginning of our file: enough to know one that is too large to be parsed. */
const ourBeginning = /^\{\s*"formatVersion": ?\d/
const headBytes = 64

/**
 * Tells whether `trajectory.json` says that Contrail wrote it. One that is torn, overwritten or another tool's does
 * not: whether the recording is ours is then for its journal to say.
 *
 * @throws {ContrailError} FILE_UNREADABLE, FILE_UNSAFE
 */
export async function claimsToBeOurs(io: Io, directory: string): Promise<boolean> {
  const file = await openUntrusted(io, directory, fileNames.trajectory)
  if (!file) return false
  let parsed: ReturnType<typeof parseUntrusted>
  try {
    const { sizeBytes } = file
    if (sizeBytes > maxFileBytes)
      return ourBeginning.test(Buffer.from(await readAt(file, 0, headBytes)).toString('latin1'))
    parsed = parseUntrusted(await readAt(file, 0, sizeBytes))
  } finally {
    await file.close()
  }
  if ('invalid' in parsed) return false
  return typeof (parsed.value as { formatVersion?: unknown } | null)?.formatVersion === 'number'
}
