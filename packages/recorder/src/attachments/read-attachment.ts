import { withPlainFile } from '../io/blocking-files.ts'
import { lstatSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ContrailError, maxAttachmentBytes, type AttachmentReference } from '@contrail/core'
import { attachmentName, attachmentsFolder, hashOfBlob } from '../directory/names.ts'
import { isAbsent, unreadable } from '../io/disk-error.ts'
import { sha256 } from '../system.ts'

/**
 * Make a reader of the attachments of a recording. It blocks, so that who has a trajectory in memory can be asked without
 * waiting. The directory is untrusted: no link is followed, only plain files are read, and the bytes are verified.
 *
 * @returns throws ContrailError ATTACHMENT_MISSING, ATTACHMENT_CORRUPT, FILE_UNSAFE, FILE_TOO_LARGE, FILE_UNREADABLE
 */
export function createAttachmentReader(directory: string): (reference: AttachmentReference) => Uint8Array {
  const folder = join(resolve(directory), attachmentsFolder)
  return (reference) => {
    const missing = (): ContrailError => attachmentMissing(reference, `${folder} does not hold`)
    const stat = statOf(folder)
    if (!stat) throw missing()
    if (!stat.isDirectory()) throw unsafe(folder)
    const path = join(folder, attachmentName(reference))
    const bytes = readPlain(path) ?? readPlain(otherName(folder, reference) ?? path)
    if (!bytes) throw missing()
    if (sha256(bytes) === reference.sha256) return bytes
    throw new ContrailError('ATTACHMENT_CORRUPT', `${path} is not the attachment that was recorded`, {
      details: { path, sha256: reference.sha256 },
    })
  }
}

/** ATTACHMENT_MISSING, saying where it was looked for. */
export function attachmentMissing({ sha256: hash }: AttachmentReference, where: string): ContrailError {
  return new ContrailError('ATTACHMENT_MISSING', `${where} attachment ${hash}`, { details: { sha256: hash } })
}

/** Equal bytes are stored once, under the extension of who came first. */
function otherName(folder: string, reference: AttachmentReference): string | undefined {
  const name = readdirSync(folder).find((other) => hashOfBlob(other) === reference.sha256)
  return name === undefined ? undefined : join(folder, name)
}

function readPlain(path: string): Uint8Array | undefined {
  const stat = statOf(path)
  if (!stat) return undefined
  if (!stat.isFile()) throw unsafe(path)
  try {
    const bytes = withPlainFile(path, (descriptor, { ino, size }) => {
      if (size <= maxAttachmentBytes) return ino === stat.ino ? readFileSync(descriptor) : undefined
      throw new ContrailError('FILE_TOO_LARGE', `${path} has ${size} bytes; no attachment has so many`, {
        details: { path, sizeBytes: size, maxBytes: maxAttachmentBytes },
      })
    })
    if (!bytes) throw unsafe(path)
    return bytes
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw unreadable(path, cause)
  }
}

function statOf(path: string): ReturnType<typeof lstatSync> | undefined {
  try {
    return lstatSync(path)
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw unreadable(path, cause)
  }
}

function unsafe(path: string): ContrailError {
  return new ContrailError('FILE_UNSAFE', `${path} is a link, or no plain file`, { details: { path } })
}
