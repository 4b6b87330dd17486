import { z } from 'zod'
import { Sha256 } from './event-fields.ts'

/** The most bytes that one attachment may have. What is larger is a gap. */
export const maxAttachmentBytes = 8_000_000

/**
 * A reference to the bytes of an attachment, as it stands in events: the sha256 (64 lower-case hex digits) of what is stored.
 * `redacted`: a secret was taken out first, so that these are not the bytes that were given.
 */
export const AttachmentReference = z.looseObject({
  sha256: Sha256,
  sizeBytes: z.number().int().nonnegative(),
  mediaType: z.string(),
  redacted: z.literal(true).optional(),
})
export type AttachmentReference = {
  sha256: string
  sizeBytes: number
  mediaType: string
  redacted?: true | undefined
}

/** A keeper of bytes that are no image of a page, e.g. a recorder. */
export interface Attachments {
  /**
   * Keep bytes, also none at all, and give what stands for them in events. Equal bytes are kept once. A secret in them is
   * replaced. More than 8 MB are not kept: that is a gap.
   *
   * @returns the reference, when the bytes are as durable as an event would be
   */
  attach(bytes: Uint8Array, options: { mediaType: string }): Promise<AttachmentReference>
}

/**
 * A change of a file by one step. `before: null`: there was no file, or nobody knows (the first mention of a path in an
 * episode without a workspace). `after: null`: the file was removed. `charsChanged`: null where the text before is not known.
 */
export const FileChange = z.looseObject({
  path: z.string(),
  before: AttachmentReference.nullable(),
  after: AttachmentReference.nullable(),
  charsChanged: z.number().int().nonnegative().nullable().optional(),
})
export type FileChange = {
  path: string
  before: AttachmentReference | null
  after: AttachmentReference | null
  charsChanged?: number | null | undefined
}
