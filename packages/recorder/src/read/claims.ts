import { unlessRefused } from '../io/disk-error.ts'
import { z } from 'zod'
import { attachmentMissingGap } from '../attachments/locate.ts'
import { fileNames, hashOfAttachment, maxFileBytes } from '../directory/names.ts'
import type { Io } from '../io/io.ts'
import { readUntrusted } from '../io/open-untrusted.ts'
import { parseUntrusted } from '../io/untrusted-json.ts'

/**
 * The claims of `trajectory.json` about what it was made from: the journal, the log of frames, and the frames that were
 * gone.
 */
const TrajectoryClaims = z.looseObject({
  gaps: z
    .array(
      z.looseObject({
        reason: z.string(),
        detail: z.looseObject({ sha256: z.string().optional() }).optional().catch(undefined),
      }),
    )
    .catch([]),
  journal: z.looseObject({ sha256: z.string() }).optional().catch(undefined),
  framesLog: z
    .object({ sizeBytes: z.number().nonnegative(), sha256: z.string(), lost: z.array(z.string()).optional() })
    .optional()
    .catch(undefined),
})
export type TrajectoryClaims = z.infer<typeof TrajectoryClaims>

/**
 * Read what `trajectory.json` says of its sources.
 *
 * @returns undefined where it is not JSON any more, is too large to be parsed, or is no plain file: the comparison of its bytes
 * says so
 * @throws {ContrailError} FILE_UNREADABLE: a disk that fails is never a file that says nothing
 */
export async function readClaims(io: Io, directory: string): Promise<TrajectoryClaims | undefined> {
  const bytes = await unlessRefused(() => readUntrusted(io, directory, fileNames.trajectory, maxFileBytes))
  const parsed = bytes && parseUntrusted(bytes)
  return !parsed || 'invalid' in parsed ? undefined : TrajectoryClaims.safeParse(parsed.value).data
}

/** The attachments, of a list of paths, that `trajectory.json` says were missing when it was made. */
export function goneAttachments({ gaps }: TrajectoryClaims, paths: readonly string[]): string[] {
  const gone = new Set(gaps.flatMap(({ reason, detail }) => (reason === attachmentMissingGap ? [detail?.sha256] : [])))
  return paths.filter((path) => gone.has(hashOfAttachment(path)))
}
