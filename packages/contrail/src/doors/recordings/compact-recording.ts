import { compactRecording as compactWith, type CompactOptions, type CompactReport } from '@contrail/recorder'

/**
 * {@link compactWith} with image tools of its own, which are loaded for this alone.
 *
 * @param options default: all frames of probes, none that the model was given
 * @throws {ContrailError} JOURNAL_MISSING, JOURNAL_CORRUPT for what Contrail has not recorded; JOURNAL_LOCKED while its writer
 * lives; RECORDING_UNFINISHED; RECORDING_CORRUPT, and nothing is changed; RECORDING_FAILED where the disk refuses a write;
 * FILE_UNREADABLE, FILE_UNSAFE, FILE_TOO_LARGE
 */
export async function compactRecording(
  directory: string,
  options: Omit<CompactOptions, 'images'> & Partial<Pick<CompactOptions, 'images'>> = {},
): Promise<CompactReport> {
  if (options.images) return compactWith(directory, { ...options, images: options.images })
  const { openImageTools } = await import('@contrail/images')
  await using images = openImageTools()
  return await compactWith(directory, { ...options, images })
}
