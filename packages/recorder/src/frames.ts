import { join } from 'node:path'
import { ContrailError, extensionOf, type ImageReference } from '@contrail/core'
import { sha256 } from './environment.ts'
import { readWhole } from './files.ts'
import { frameFolders, type FramePlan } from './frame-plan.ts'
import { errnoOf, type Io } from './io.ts'
import { openUntrusted } from './open-untrusted.ts'

/** No frame is larger; see `snapshotEvent`. */
export const maxFrameBytes = 50_000_000

/** The name under which a frame waits until the recording is finished, relative to its directory. */
export function blobPath(image: ImageReference): string {
  return `${frameFolders.blobs}/${image.sha256}.${extensionOf(image.mediaType)}`
}

/** Where the frames of a recording really are. */
export interface LocatedFrames {
  /** Relative path by sha256, of bytes that were verified. */
  readonly paths: ReadonlyMap<string, string>
  readonly missing: readonly ImageReference[]
}

/**
 * Find every frame of a plan: among the blobs, else under a name that the plan gives it. A file whose bytes are not
 * the frame's does not count. The one way in which readers, finalise, recover and check look for frames.
 */
export async function locateFrames(io: Io, directory: string, plan: FramePlan): Promise<LocatedFrames> {
  const candidates = new Map<string, { image: ImageReference; paths: string[] }>()
  for (const { image, path } of plan.frames) {
    const candidate = candidates.get(image.sha256) ?? { image, paths: [blobPath(image)] }
    const blob = blobPath(image)
    candidate.paths.push(...(candidate.paths.includes(blob) ? [path] : [blob, path]))
    candidates.set(image.sha256, candidate)
  }
  const paths = new Map<string, string>()
  const missing: ImageReference[] = []
  for (const [hash, { image, paths: places }] of candidates) {
    const place = await firstHolding(io, directory, places, hash)
    if (place === undefined) missing.push(image)
    else paths.set(hash, place)
  }
  return { paths, missing }
}

/** Whether a file holds exactly the bytes of a hash. A file that is not there, or is no plain file, does not. */
export async function holds(io: Io, path: string, hash: string): Promise<boolean> {
  try {
    return sha256(await readWhole(io, path, maxFrameBytes)) === hash
  } catch (cause) {
    const absent = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR'].includes(errnoOf(cause) ?? '')
    if (absent || cause instanceof ContrailError) return false
    throw cause
  }
}

async function firstHolding(
  io: Io,
  directory: string,
  places: readonly string[],
  hash: string,
): Promise<string | undefined> {
  for (const place of places) if (await holds(io, join(directory, place), hash)) return place
  return undefined
}

/**
 * Read a frame through the door for untrusted files, and verify it.
 *
 * @throws {ContrailError} FRAME_MISSING, FRAME_CORRUPT, FILE_UNSAFE, FILE_TOO_LARGE
 */
export async function readFrame(
  io: Io,
  directory: string,
  places: readonly string[],
  image: { sha256?: string },
): Promise<Uint8Array> {
  let corrupt: string | undefined
  for (const place of places) {
    const bytes = await openUntrusted(io, directory, place, maxFrameBytes).catch((cause: unknown) => {
      if (cause instanceof ContrailError && cause.code === 'FRAME_MISSING') return undefined
      throw cause
    })
    if (bytes && (image.sha256 === undefined || sha256(bytes) === image.sha256)) return bytes
    if (bytes) corrupt = place
  }
  const details = { directory, places, sha256: image.sha256 }
  if (corrupt !== undefined) {
    throw new ContrailError('FRAME_CORRUPT', `${join(directory, corrupt)} is not the image that was recorded`, {
      details,
    })
  }
  throw new ContrailError('FRAME_MISSING', `no file of ${directory} holds frame ${image.sha256 ?? places[0]}`, {
    details,
  })
}
