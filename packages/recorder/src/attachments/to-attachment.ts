import { decodeText, maxAttachmentBytes, type AttachmentReference, type Redactor } from '@contrail/core'
import { sha256 } from '../system.ts'

/** Bytes as they are kept, and what stands for them in events. */
export interface Attachment {
  readonly reference: AttachmentReference
  readonly bytes: Uint8Array
}

/**
 * Take a snapshot of bytes, without their secrets. As in events, secrets go first, and what is hashed is what is stored.
 * What is too large to be stored anyway is hashed as it is.
 */
export function toAttachment(given: Uint8Array, mediaType: string, redactor: Redactor): Attachment {
  const copy = given.slice()
  const bytes = copy.byteLength > maxAttachmentBytes ? copy : (withoutSecrets(copy, redactor) ?? copy)
  const reference = { sha256: sha256(bytes), sizeBytes: bytes.byteLength, mediaType: redactor.identifier(mediaType) }
  return { reference: bytes === copy ? reference : { ...reference, redacted: true }, bytes }
}

/** @returns undefined where there is no secret */
function withoutSecrets(bytes: Uint8Array, redactor: Redactor): Uint8Array | undefined {
  const text = decodeText(bytes)
  const redacted = text === undefined ? redactor.bytes(bytes) : redactor.text(text)
  return redacted === undefined || redacted === text ? undefined : Buffer.from(redacted)
}
