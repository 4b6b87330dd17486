import { isContrailError, sniffMediaType, type Image } from '@contrail/core'

/** Types that page and browser show as pictures. */
const shownTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp'])

/** The type that bytes say themselves, where it is one that is shown; whatever anybody declared. */
export function shownTypeOf(bytes: Uint8Array): string | undefined {
  const type = sniffMediaType(bytes)
  return type !== undefined && shownTypes.has(type) ? type : undefined
}

/** Say in a sentence why a frame could not be read. */
export function describeUnreadable(cause: unknown): string {
  if (isContrailError(cause, 'FRAME_MISSING')) return 'This frame is missing from the recording.'
  if (isContrailError(cause, 'FRAME_CORRUPT')) return 'This frame is corrupt: its bytes are not what was recorded.'
  return `This frame cannot be read${isContrailError(cause) ? ` (${cause.code})` : ''}.`
}

/**
 * Say in a sentence why a frame that could be read is no picture that can be shown.
 *
 * @param declared the type that it was recorded with
 */
export function describeUnshown(bytes: Uint8Array, declared: string): string {
  const type = sniffMediaType(bytes) ?? declared
  if (shownTypes.has(type)) return `This frame cannot be shown: its bytes are not ${type}.`
  return `A frame of type ${type.slice(0, 60)} cannot be shown.`
}

/** The bytes of a picture, verified, or a sentence that says why there is none to show. */
export type ReadFrame = { readonly bytes: Uint8Array } | { readonly problem: string }

/**
 * Read a frame to show it. Never rejects.
 *
 * @param declared gives the type that it was recorded with
 */
export async function readFrame(read: () => Promise<Uint8Array>, declared: () => string): Promise<ReadFrame> {
  try {
    const bytes = await read()
    return shownTypeOf(bytes) === undefined ? { problem: describeUnshown(bytes, declared()) } : { bytes }
  } catch (cause) {
    return { problem: describeUnreadable(cause) }
  }
}

/** Look why a frame cannot be shown: it is read for that. @returns undefined for one that can be */
export async function findProblem(image: Image): Promise<string | undefined> {
  const frame = await readFrame(
    () => image.read(),
    () => image.mediaType,
  )
  return 'problem' in frame ? frame.problem : undefined
}
