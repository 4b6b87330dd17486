import { unlessRefused } from '../io/disk-error.ts'
import { join } from 'node:path'
import { removeEmptyAttachments } from '../attachments/locate.ts'
import { namesIn, removeIfThere, statIfThere } from '../io/files.ts'
import { type FramePlan } from '../frames/plan.ts'
import { hashOfFile, holds, namesOf } from '../frames/locate.ts'
import { errnoOf, type Io } from '../io/io.ts'
import { releaseLock } from '../directory/lock.ts'
import { listUntrusted } from '../io/open-untrusted.ts'
import {
  attachmentsFolder,
  isLockName,
  isTemporary,
  lockName,
  fileNames,
  frameFolders,
  withoutExtension,
  hashOfBlob,
  isReencodedBlob,
} from '../directory/names.ts'
import type { ReplacedTrajectory } from '../frames/replaced.ts'
import { severalAtOnce } from '../io/concurrently.ts'

/** A recording folded: its names, and what was replaced under them. */
type Folded = Pick<ReplacedTrajectory, 'plan' | 'replaced'>

/**
 * Find the files that are in a finished recording only while somebody works on it, as relative paths: the lock,
 * temporary files, blobs that have all their names, and their folder when it is empty; frames that another stands for
 * now which has all its names; and re-encoded frames that no line came to name. A blob that the fold does not use is
 * else evidence without a step; it is none of these.
 *
 * @param spent the frames that are known to have all their names, by sha256; default: it is looked
 * @throws {ContrailError} FILE_UNREADABLE
 */
export async function findLeftovers(
  io: Io,
  directory: string,
  folded: Folded,
  spent?: ReadonlySet<string>,
): Promise<string[]> {
  const named = spent ?? (await fullyNamed(io, directory, folded.plan))
  const blobs = await listUntrusted(io, directory, frameFolders.blobs)
  const isSpent = (name: string): boolean => isTemporary(name) || named.has(hashOfBlob(name)) || isOrphan(name, folded)
  const kept = blobs.filter((name) => !isSpent(name))
  const found = blobs.filter(isSpent).map((name) => `${frameFolders.blobs}/${name}`)
  if (blobs.length === 0 && (await isThere(io, directory, frameFolders.blobs))) found.push(frameFolders.blobs)
  found.push(...(await findReplaced(io, directory, folded, kept)))
  found.push(...(await findLabelTemporaries(io, directory)))
  for (const folder of [fileNames.scores, attachmentsFolder]) {
    const names = await listUntrusted(io, directory, folder)
    found.push(...names.filter(isTemporary).map((name) => `${folder}/${name}`))
    const isEmpty = folder === attachmentsFolder && names.length === 0
    if (isEmpty && (await isThere(io, directory, folder))) found.push(folder)
  }
  for (const name of await namesIn(io, directory)) {
    if (isLockName(name) || name.endsWith('.tmp')) found.push(name)
  }
  return found
}

/**
 * Remove the leftovers of a finished recording, and the lock last of all: as long as it is there, somebody knows that
 * there is something to clear. The caller holds it.
 *
 * @param spent as in {@link findLeftovers}
 */
export async function clearLeftovers(
  io: Io,
  directory: string,
  folded: Folded,
  spent?: ReadonlySet<string>,
): Promise<void> {
  const leftovers = await findLeftovers(io, directory, folded, spent)
  const removed = leftovers.filter((path) => ![lockName, frameFolders.blobs, attachmentsFolder].includes(path))
  await severalAtOnce(removed, (path) => removeIfThere(io, join(directory, path)))
  for (const folder of [frameFolders.agent, frameFolders.probe]) {
    if (removed.some((path) => path.startsWith(`${folder}/`))) await io.syncDirectory(join(directory, folder))
  }
  await removeEmptyBlobs(io, directory)
  if (leftovers.some((path) => path.startsWith(attachmentsFolder))) await removeEmptyAttachments(io, directory)
  await releaseLock(io, directory)
  await io.syncDirectory(directory)
}

/** Nobody finishes a recording by its labels: a folder of them that is a link is told by `check`, and nothing of it is ours. */
async function findLabelTemporaries(io: Io, directory: string): Promise<string[]> {
  const names = (await unlessRefused(() => listUntrusted(io, directory, fileNames.labels))) ?? []
  return names.filter(isTemporary).map((name) => `${fileNames.labels}/${name}`)
}

async function isThere(io: Io, directory: string, path: string): Promise<boolean> {
  return (await statIfThere(io, join(directory, path))) !== undefined
}

/** A frame that was re-encoded and died before its line: what it was made from is there. */
function isOrphan(name: string, { plan }: Folded): boolean {
  return isReencodedBlob(name) && !plan.frames.some(({ image }) => image.sha256 === hashOfBlob(name))
}

/**
 * Files with bytes that are not used any more because others stand for them, and second names of frames that lost theirs
 * when two became one. Each is one only if the bytes that stand for it are there, under the name that is promised: what was
 * recorded goes when nothing can be lost by it.
 */
async function findReplaced(
  io: Io,
  directory: string,
  { plan, replaced }: Folded,
  blobs: readonly string[],
): Promise<string[]> {
  if (!replaced) return []
  const names = namesOf(plan)
  const planned = new Set(plan.frames.map(({ path }) => path))
  const paths = blobs.map((name) => `${frameFolders.blobs}/${name}`)
  for (const folder of [frameFolders.agent, frameFolders.probe]) {
    for (const name of await listUntrusted(io, directory, folder)) {
      const path = `${folder}/${name}`
      if (!planned.has(path) && replaced.recordedNames.has(withoutExtension(path))) paths.push(path)
    }
  }
  const found: string[] = []
  for (const path of paths) {
    const hash = await hashOfFile(io, directory, path)
    const isBlob = path.startsWith(frameFolders.blobs)
    const current =
      hash === undefined ? undefined : (replaced.successors.get(hash)?.sha256 ?? (isBlob ? undefined : hash))
    const promised = current === undefined ? [] : (names.get(current)?.paths ?? [])
    if (promised.length > 0 && (await allHold(io, directory, promised, current))) found.push(path)
  }
  return found
}

async function allHold(
  io: Io,
  directory: string,
  paths: readonly string[],
  hash: string | undefined,
): Promise<boolean> {
  for (const path of paths) if (hash === undefined || !(await holds(io, directory, path, hash))) return false
  return true
}

/** The frames of a plan, by sha256, of which every name is there. @throws {ContrailError} FILE_UNREADABLE */
async function fullyNamed(io: Io, directory: string, plan: FramePlan): Promise<ReadonlySet<string>> {
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
