import { join } from 'node:path'
import type { JournalEntry, JournalHole } from '@contrail/core'
import { attachmentsFolder, hashOfAttachment, hashOfBlob, isTemporary } from '../directory/names.ts'
import { holds } from '../frames/locate.ts'
import { severalAtOnce } from '../io/concurrently.ts'
import { errnoOf, type Io } from '../io/io.ts'
import { syncFile } from '../io/files.ts'
import { listUntrusted } from '../io/open-untrusted.ts'

/** The reasons of gaps that say why an attachment was never stored. */
export const attachmentGaps = { tooLarge: 'attachment_too_large', refused: 'attachment_write_failed' } as const

/** The reason of a gap for an attachment that was stored once and that no file holds. */
export const attachmentMissingGap = 'attachment_missing'

/** The attachments that a journal says are there, each once, as paths relative to the directory. */
export function namedAttachments(entries: readonly (JournalEntry | JournalHole)[]): string[] {
  const names = new Set<string>()
  const lost = new Set<unknown>()
  const reasons: readonly string[] = Object.values(attachmentGaps)
  for (const entry of entries) {
    if (entry.type === 'hole') continue
    for (const name of entry.attachments ?? []) names.add(name)
    if (entry.type !== 'gap' || !reasons.includes(entry.event.reason)) continue
    lost.add((entry.event.detail as { sha256?: unknown } | undefined)?.sha256)
  }
  return [...names].filter((name) => !lost.has(hashOfBlob(name))).map((name) => `${attachmentsFolder}/${name}`)
}

/**
 * Find the attachments of a list that no file holds.
 *
 * @param written paths that this very process has written, every byte of them: such a file need only be there. Default none
 * @throws {ContrailError} FILE_UNREADABLE, FILE_UNSAFE
 */
export async function missingAttachments(
  io: Io,
  directory: string,
  paths: readonly string[],
  written: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  if (paths.length === 0) return []
  const there = new Map((await listAttachments(io, directory)).map((path) => [hashOfAttachment(path), path]))
  const missing = new Set<string>()
  await severalAtOnce(paths, async (path) => {
    const place = there.get(hashOfAttachment(path))
    const isThere =
      place !== undefined && (written.has(place) || (await holds(io, directory, place, hashOfAttachment(place))))
    if (!isThere) missing.add(path)
  })
  return paths.filter((path) => missing.has(path))
}

/** The files that should be attachments, as paths relative to the directory. @throws {ContrailError} FILE_UNSAFE, FILE_UNREADABLE */
export async function listAttachments(io: Io, directory: string): Promise<string[]> {
  const names = await listUntrusted(io, directory, attachmentsFolder)
  return names.filter((name) => !isTemporary(name)).map((name) => `${attachmentsFolder}/${name}`)
}

/** Tells if the file at a path holds the bytes that its name says. @throws {ContrailError} FILE_UNREADABLE */
function isWholeAttachment(io: Io, directory: string, path: string): Promise<boolean> {
  return holds(io, directory, path, hashOfAttachment(path))
}

/** Find the listed attachments that do not hold the bytes that their name says. @throws {ContrailError} FILE_UNREADABLE */
export async function findDamagedAttachments(io: Io, directory: string, paths: readonly string[]): Promise<string[]> {
  const damaged: string[] = []
  for (const path of paths) if (!(await isWholeAttachment(io, directory, path))) damaged.push(path)
  return damaged
}

/**
 * Make every attachment durable where the acks promised no fsync, and remove those that a power cut has left without
 * their bytes.
 */
export async function settleAttachments(io: Io, directory: string): Promise<void> {
  const paths = await listAttachments(io, directory)
  if (paths.length === 0) return
  await severalAtOnce(paths, async (path) => {
    if (await isWholeAttachment(io, directory, path)) await syncFile(io, join(directory, path))
    else await io.unlink(join(directory, path))
  })
  await io.syncDirectory(join(directory, attachmentsFolder))
}

/** Remove the folder of attachments when nothing is in it. */
export async function removeEmptyAttachments(io: Io, directory: string): Promise<void> {
  try {
    await io.rmdir(join(directory, attachmentsFolder))
  } catch (cause) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errnoOf(cause) ?? '')) throw cause
  }
}
