/** Every name in the directory of a recording, and what such names say (design, section 6). */
import { extensionOf, type AttachmentReference, type ImageReference } from '@contrail/core'

/** The name of the journal in a recording's directory. */
export const journalName = 'core.log'

/** The name of the file that says who is writing. It is made straight after the directory and removed last. */
export const lockName = '.recording'

/** The beginning of a lock's name until it names its owner. */
export const preparedLockPrefix = `${lockName}.new-`

/** The name of the log that says which frames were re-encoded. */
export const framesLogName = 'frames.log'

/** The names of the derived files and of the folders of judgements. `trajectory.json` is written last: its presence means finished. */
export const fileNames = {
  trajectory: 'trajectory.json',
  times: 'times.json',
  taskData: 'task_data.json',
  scores: 'scores',
  labels: 'labels',
} as const

/** The folders of frames in a recording, relative to its directory. */
export const frameFolders = {
  agent: 'screenshots/agent',
  probe: 'screenshots/probe',
  blobs: 'screenshots/blobs',
} as const

/** The folder of bytes that are no image of a page, relative to the directory. */
export const attachmentsFolder = 'attachments'

/** The beginning of a recording's name while it is being removed, and after a removal that was cut off. */
export const removedPrefix = '.removed-'

/** The size that no frame exceeds; see `snapshotEvent`. */
export const maxFrameBytes = 50_000_000

/** The size up to which a derived file is read as a whole: about what one string of the engine can hold. */
export const maxFileBytes = 512_000_000

const names = new Set<string>([
  ...Object.values(fileNames),
  journalName,
  'screenshots',
  attachmentsFolder,
  framesLogName,
])

/** Tells if Contrail puts something of this name into the directory of a recording, for good or while it works on it. */
export function isOwnName(name: string): boolean {
  const whole = name.endsWith('.tmp') ? name.slice(0, -'.tmp'.length) : name
  return names.has(whole) || isLockName(name)
}

/** Tells if these are the names of a recording, finished or not. */
export function isOfRecording(namesInIt: readonly string[]): boolean {
  return namesInIt.includes(journalName) || namesInIt.includes(fileNames.trajectory)
}

/** Tells if it is a lock, one that was being taken, or one that was being taken over. */
export function isLockName(name: string): boolean {
  return name === lockName || name.startsWith(preparedLockPrefix) || name.startsWith(`${lockName}.stale-`)
}

/** The name under which a frame waits until the recording is finished, relative to its directory. */
export function blobPath(image: ImageReference): string {
  return `${frameFolders.blobs}/${image.sha256}.${extensionOf(image.mediaType)}`
}

/**
 * The same for a frame that was re-encoded. Its name says so: what was recorded is kept whether a line came to name it or
 * not, and what was made from that is not.
 */
export function reencodedBlobPath(image: ImageReference): string {
  return `${frameFolders.blobs}/${image.sha256}.compact.${extensionOf(image.mediaType)}`
}

/** Tells if a blob is a frame that was re-encoded. */
export function isReencodedBlob(name: string): boolean {
  return name.split('.')[1] === 'compact'
}

/** The sha256 in the name of a blob or an attachment. */
export function hashOfBlob(name: string): string {
  return name.split('.', 1)[0] as string
}

/** The sha256 in the path of an attachment. */
export function hashOfAttachment(path: string): string {
  return hashOfBlob(path.slice(attachmentsFolder.length + 1))
}

/** The name of an attachment, relative to {@link attachmentsFolder}. */
export function attachmentName({ sha256, mediaType }: AttachmentReference): string {
  const type = mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return `${sha256}.${extensions.get(type) ?? extensionOf(mediaType)}`
}

/** Tells if a file among blobs, attachments, scores or labels is one that is still being written, or was when its process died. */
export function isTemporary(name: string): boolean {
  return name.startsWith('.tmp-')
}

/** Extensions that people's tools know. All else is `bin`. */
const extensions: ReadonlyMap<string, string> = new Map([
  ['text/plain', 'txt'],
  ['text/markdown', 'md'],
  ['text/html', 'html'],
  ['text/css', 'css'],
  ['text/csv', 'csv'],
  ['text/x-python', 'py'],
  ['text/javascript', 'js'],
  ['application/json', 'json'],
  ['application/xml', 'xml'],
  ['application/pdf', 'pdf'],
  ['application/zip', 'zip'],
  ['application/gzip', 'gz'],
])

/** A path as it is whatever the media type. */
export function withoutExtension(path: string): string {
  return path.slice(0, path.lastIndexOf('.'))
}
