import { ContrailError, type ImageTools, type Trajectory } from '@contrail/core'
import type { NamedVerdict } from '@contrail/recorder'
import type { Reduction } from '@contrail/viewer'
import type { Prices } from '../facts/prices.ts'
import type { SecretSearch } from './find-secrets.ts'

/** The kinds of file that a recording is exported to. */
export const exportFormats = ['html', 'md', 'gif', 'webp'] as const

/** One of {@link exportFormats}. */
export type ExportFormat = (typeof exportFormats)[number]

/** A recording as it is to be exported, with all left out that is not to be in the file. */
export interface Exported {
  readonly directory: string
  readonly trajectory: Trajectory
  readonly verdicts: readonly NamedVerdict[]
  readonly isPublic: boolean
  /** None for a public file: what a run cost is nobody else's concern. */
  readonly prices: Prices
  /** Sentences that the file begins with. */
  readonly notes: readonly string[]
  readonly maxSizeBytes: number
  /** Opens tools for images, once they are needed. */
  readonly images: () => Promise<ImageTools>
  /** Hears all that is to be written before it is. */
  readonly search: SecretSearch
}

/** The content of a file before it is written. */
export interface ExportedFile {
  readonly pieces: Iterable<string | Uint8Array>
  readonly reduced: readonly Reduction[]
}

/**
 * The error of a file that cannot be made as small as it may be.
 *
 * @param leastBytes the size of the smallest one that can be made: so many are enough
 */
export function tooLarge(format: ExportFormat, leastBytes: number, maxBytes: number): ContrailError {
  return new ContrailError(
    'FILE_TOO_LARGE',
    `the smallest ${format} of this run takes ${leastBytes} bytes, and it may take ${maxBytes}: allow more with --max-size ${leastBytes}B`,
    { details: { sizeBytes: leastBytes, maxBytes } },
  )
}
