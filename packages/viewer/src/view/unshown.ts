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

/** Look why a frame cannot be shown: it is read for that. @returns undefined for one that can be */
export async function findProblem(image: Image): Promise<string | undefined> {
  try {
    const bytes = await image.read()
    return shownTypeOf(bytes) === undefined ? describeUnshown(bytes, image.mediaType) : undefined
  } catch (cause) {
    return describeUnreadable(cause)
  }
}
