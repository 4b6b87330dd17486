import { unlessRefused } from '../io/disk-error.ts'
import { join, resolve } from 'node:path'
import { ContrailError, type ImageReference } from '@contrail/core'
import { frameFolders, isTemporary, maxFrameBytes, hashOfBlob } from '../directory/names.ts'
import { sha256 } from '../system.ts'
import { type FramePlan } from './plan.ts'
import { diskIo, type Io } from '../io/io.ts'
import { listUntrusted, readUntrusted } from '../io/open-untrusted.ts'
import { severalAtOnce } from '../io/concurrently.ts'

/** Each different image of a plan, and the names that a finished recording promises for it. */
export function namesOf(plan: FramePlan): ReadonlyMap<string, { image: ImageReference; paths: readonly string[] }> {
  const names = new Map<string, { image: ImageReference; paths: string[] }>()
  for (const { image, path } of plan.frames) {
    const known = names.get(image.sha256)
    if (known) known.paths.push(path)
    else names.set(image.sha256, { image, paths: [path] })
  }
  return names
}

/** The frames of a recording where they really are. */
export interface LocatedFrames {
  /** Relative path by sha256, of bytes that were verified, now or when this process wrote them. */
  readonly paths: ReadonlyMap<string, string>
  readonly missing: readonly ImageReference[]
}

/**
 * Find every frame of a plan: among the blobs, else under a name that the plan gives it. A file whose bytes are not
 * the frame's does not count. The one way in which finalise, recover and check look for frames.
 *
 * @param written the sha256 of frames that this very process has written among the blobs, every byte of them. Such a blob
 * need only be there: to read it again would prove no more than the cache of the system. Default none
 * @throws {ContrailError} FILE_UNREADABLE
 */
export async function locateFrames(
  io: Io,
  directory: string,
  plan: FramePlan,
  written: ReadonlySet<string> = new Set(),
): Promise<LocatedFrames> {
  const blobs = await blobsOf(io, directory)
  const names = namesOf(plan)
  const found = new Map<string, string>()
  await severalAtOnce(names, async ([hash, { paths }]) => {
    const blob = blobs.get(hash)
    const isWritten = blob !== undefined && written.has(hash)
    const places = blob === undefined ? paths : [blob, ...paths]
    const place = isWritten ? blob : await firstHolding(io, directory, places, hash)
    if (place !== undefined) found.set(hash, place)
  })
  // In the order of the plan, whatever was found first.
  const missing = [...names].flatMap(([hash, { image }]) => (found.has(hash) ? [] : [image]))
  return { paths: found, missing }
}

/**
 * Find the blobs that do not hold the frame that their name says. Recovery makes nothing of them and leaves them: they are all that
 * there is of it.
 *
 * @throws {ContrailError} FILE_UNREADABLE
 */
export async function findDamagedBlobs(io: Io, directory: string): Promise<string[]> {
  const damaged: string[] = []
  for (const name of await listUntrusted(io, directory, frameFolders.blobs)) {
    const path = `${frameFolders.blobs}/${name}`
    if (!isTemporary(name) && !(await holds(io, directory, path, hashOfBlob(name)))) damaged.push(path)
  }
  return damaged
}

/** Tells whether a file holds exactly the bytes of a hash. A file that is not there, or is no plain file, does not. */
export async function holds(io: Io, directory: string, path: string, hash: string): Promise<boolean> {
  return (await hashOfFile(io, directory, path)) === hash
}

/**
 * The sha256 of a file; undefined for one that is not there, is no plain file, or is larger than any frame.
 *
 * @throws {ContrailError} FILE_UNREADABLE
 */
export async function hashOfFile(io: Io, directory: string, path: string): Promise<string | undefined> {
  const bytes = await unlessRefused(() => readUntrusted(io, directory, path, maxFrameBytes))
  return bytes && sha256(bytes)
}

/**
 * Read a frame through the door for untrusted files, and verify it: under one of its names, else among the blobs.
 *
 * @throws {ContrailError} FRAME_MISSING, FRAME_CORRUPT, FILE_UNSAFE, FILE_TOO_LARGE, FILE_UNREADABLE
 */
export async function readFrame(
  io: Io,
  directory: string,
  names: readonly string[],
  image: { readonly sha256?: string },
): Promise<Uint8Array> {
  let corrupt: string | undefined
  for await (const place of placesOf(io, directory, names, image.sha256)) {
    const bytes = await readUntrusted(io, directory, place, maxFrameBytes)
    if (bytes && (image.sha256 === undefined || sha256(bytes) === image.sha256)) return bytes
    if (bytes) corrupt = place
  }
  const details = { directory, names, sha256: image.sha256 }
  if (corrupt !== undefined) {
    throw new ContrailError('FRAME_CORRUPT', `${join(directory, corrupt)} is not the image that was recorded`, {
      details,
    })
  }
  throw new ContrailError('FRAME_MISSING', `no file of ${directory} holds frame ${image.sha256 ?? names[0]}`, {
    details,
  })
}

/**
 * Read a frame of a recording that is being written, by its hash; in a finished one `Image.read()` finds it.
 *
 * @throws {ContrailError} as {@link readFrame}
 */
export async function readBlob(directory: string, hash: string): Promise<Uint8Array> {
  return readFrame(diskIo, resolve(directory), [], { sha256: hash })
}

/** The names again at the end: a recording that is finished this moment loses its blobs after it has its names. */
async function* placesOf(
  io: Io,
  directory: string,
  names: readonly string[],
  hash: string | undefined,
): AsyncGenerator<string> {
  yield* names
  const blob = hash === undefined ? undefined : (await blobsOf(io, directory)).get(hash)
  if (blob === undefined) return
  yield blob
  yield* names
}

/** Relative path of each blob by its hash. Equal bytes may have been declared as two media types: either will do. */
async function blobsOf(io: Io, directory: string): Promise<ReadonlyMap<string, string>> {
  const names = await listUntrusted(io, directory, frameFolders.blobs)
  return new Map(names.map((name) => [hashOfBlob(name), `${frameFolders.blobs}/${name}`]))
}

/**
 * The blob that holds the bytes of a hash.
 *
 * @returns its relative path; undefined where there is none
 */
export async function findBlob(io: Io, directory: string, hash: string): Promise<string | undefined> {
  const blob = (await blobsOf(io, directory)).get(hash)
  return blob !== undefined && (await holds(io, directory, blob, hash)) ? blob : undefined
}

async function firstHolding(
  io: Io,
  directory: string,
  places: readonly string[],
  hash: string,
): Promise<string | undefined> {
  for (const place of places) if (await holds(io, directory, place, hash)) return place
  return undefined
}
