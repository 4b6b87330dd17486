import { join } from 'node:path'
import type { Frame, ImageReference } from '@contrail/core'
import { attachmentName, attachmentsFolder, frameFolders, blobPath } from '../directory/names.ts'

/** A file that is written under its hash before a line names it: a frame, or an attachment. */
export interface HashedFile extends Frame {
  readonly isAttachment?: boolean
}

/** The folder of a recording in which it stands. */
export function folderOf({ isAttachment }: HashedFile): string {
  return isAttachment === true ? attachmentsFolder : frameFolders.blobs
}

/** The sha256 of a frame, the path of an attachment. */
export function keyOf(file: HashedFile): string {
  return file.isAttachment === true ? `${attachmentsFolder}/${attachmentName(referenceOf(file))}` : file.sha256
}

export function pathOf(directory: string, file: HashedFile): string {
  return join(directory, file.isAttachment === true ? keyOf(file) : blobPath(referenceOf(file)))
}

function referenceOf({ sha256, mediaType, bytes }: Frame): ImageReference {
  return { sha256, mediaType, sizeBytes: bytes.byteLength }
}
