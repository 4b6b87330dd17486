import { join } from 'node:path'
import { namesIn, removeIfThere, statIfThere } from './files.ts'
import { frameFolders, type FramePlan } from './frame-plan.ts'
import { hashOfBlob, namesOf } from './frames.ts'
import { errnoOf, type Io } from './io.ts'
import { lockName, releaseLock } from './lock.ts'
import { listUntrusted } from './open-untrusted.ts'
import { severalAtOnce } from './several-at-once.ts'
import { fileNames } from './trajectory-file.ts'

/**
 * What stands in a finished recording only while somebody works on it, as relative paths: the lock, temporary files,
 * blobs that have all their names, and their folder when it is empty. A blob that the fold does not use is evidence
 * without a step; it is none of these.
 *
 * @param spent the frames that have all their names, by sha256; see {@link fullyNamed}
 * @throws {ContrailError} FILE_UNREADABLE
 */
export async function findLeftovers(io: Io, directory: string, spent: ReadonlySet<string>): Promise<string[]> {
  const blobs = await listUntrusted(io, directory, frameFolders.blobs)
  const found = blobs
    .filter((name) => isTemporary(name) || spent.has(hashOfBlob(name)))
    .map((name) => `${frameFolders.blobs}/${name}`)
  if (blobs.length === 0 && (await isThere(io, directory, frameFolders.blobs))) found.push(frameFolders.blobs)
  for (const name of await listUntrusted(io, directory, fileNames.scores)) {
    if (isTemporary(name)) found.push(`${fileNames.scores}/${name}`)
  }
  for (const name of await namesIn(io, directory)) {
    if (name === lockName || name.startsWith(`${lockName}.stale-`) || name.endsWith('.tmp')) found.push(name)
  }
  return found
}

/**
 * Remove the leftovers of a finished recording, and the lock last of all: as long as it is there, somebody knows that
 * there is something to clear. The caller holds it.
 *
 * @param spent as in {@link findLeftovers}
 */
export async function clearLeftovers(io: Io, directory: string, spent: ReadonlySet<string>): Promise<void> {
  const leftovers = await findLeftovers(io, directory, spent)
  const removed = leftovers.filter((path) => path !== lockName && path !== frameFolders.blobs)
  await severalAtOnce(removed, (path) => removeIfThere(io, join(directory, path)))
  await removeEmptyBlobs(io, directory)
  await releaseLock(io, directory)
  await io.syncDirectory(directory)
}

async function isThere(io: Io, directory: string, path: string): Promise<boolean> {
  return (await statIfThere(io, join(directory, path))) !== undefined
}

function isTemporary(name: string): boolean {
  return name.startsWith('.tmp-')
}

/**
 * The frames of a plan, by sha256, of which every name is there.
 *
 * @throws {ContrailError} FILE_UNREADABLE
 */
export async function fullyNamed(io: Io, directory: string, plan: FramePlan): Promise<ReadonlySet<string>> {
  const spent = new Set<string>()
  await severalAtOnce(namesOf(plan), async ([hash, { paths }]) => {
    const stats = await Promise.all(paths.map((path) => statIfThere(io, join(directory, path))))
    if (stats.every((stat) => stat?.kind === 'file')) spent.add(hash)
  })
  return spent
}

/** The folder of blobs goes when nothing is left in it; either way it is durable what went. */
async function removeEmptyBlobs(io: Io, directory: string): Promise<void> {
  const blobs = join(directory, frameFolders.blobs)
  try {
    await io.rmdir(blobs)
    await io.syncDirectory(join(directory, 'screenshots'))
  } catch (cause) {
    const code = errnoOf(cause) ?? ''
    if (['ENOTEMPTY', 'EEXIST'].includes(code)) await io.syncDirectory(blobs)
    else if (code !== 'ENOENT') throw cause
  }
}
