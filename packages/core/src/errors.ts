/**
 * Every way in which the world can say no. The list is closed: a new refusal gets a new line here.
 *
 * - `RECORDING_FAILED`: the disk refused a write; `details.trajectory` is what was known in memory.
 * - `RECORDER_CLOSED`: an event came after `finish()` or `cancel()`.
 * - `DIRECTORY_UNAVAILABLE`: the directory of a recording could not be made or opened.
 * - `JOURNAL_LOCKED`: another process is writing this recording.
 * - `JOURNAL_MISSING`: the directory holds no recording.
 * - `JOURNAL_CORRUPT`: the journal cannot be read as one.
 * - `RECORDING_UNFINISHED`, `RECORDING_CORRUPT`: a recording is to be compacted and is not finished, or not as it was written.
 * - `SCHEMA_TOO_NEW`: a later version of Contrail wrote it.
 * - `FRAME_MISSING`, `FRAME_CORRUPT`: an image that the journal names is not there, or is not what it was.
 * - `ATTACHMENT_MISSING`, `ATTACHMENT_CORRUPT`: an attachment that an event refers to is not there, or is not what it was.
 * - `FILE_UNSAFE`: a link, a device, or a path that leaves its directory.
 * - `FILE_TOO_LARGE`, `FILE_INVALID`: a file beyond its size cap, or not of its schema.
 * - `FOREIGN_FILES`: a recording is to be removed and holds files that are not Contrail's.
 * - `FILE_UNREADABLE`: the disk failed while a file was read.
 * - `BROWSER_NOT_FOUND`, `BROWSER_LAUNCH_FAILED`: no browser on this machine, or it did not start.
 * - `PLAYWRIGHT_MISSING`: a browser must be started but `playwright` is not installed.
 * - `MODEL_UNAVAILABLE`: a language model did not answer, in time or at all, or not with a text.
 * - `MODEL_REFUSED`: a language model, or its provider, says no to this request: asking again will not help.
 * - `MODEL_LIMIT`: a cap on calls, tokens or cost is reached.
 * - `MODEL_UNRECORDED`: a script or a cassette has no answer to this request.
 * - `PORT_UNAVAILABLE`: the viewer cannot listen at the port or the host that it was given.
 */
export const errorCodes = [
  'RECORDING_FAILED',
  'RECORDER_CLOSED',
  'DIRECTORY_UNAVAILABLE',
  'JOURNAL_LOCKED',
  'JOURNAL_MISSING',
  'JOURNAL_CORRUPT',
  'RECORDING_UNFINISHED',
  'RECORDING_CORRUPT',
  'SCHEMA_TOO_NEW',
  'FRAME_MISSING',
  'FRAME_CORRUPT',
  'ATTACHMENT_MISSING',
  'ATTACHMENT_CORRUPT',
  'FILE_UNSAFE',
  'FILE_TOO_LARGE',
  'FILE_INVALID',
  'FOREIGN_FILES',
  'FILE_UNREADABLE',
  'BROWSER_NOT_FOUND',
  'BROWSER_LAUNCH_FAILED',
  'PLAYWRIGHT_MISSING',
  'MODEL_UNAVAILABLE',
  'MODEL_REFUSED',
  'MODEL_LIMIT',
  'MODEL_UNRECORDED',
  'PORT_UNAVAILABLE',
] as const

/** One of {@link errorCodes}. Stable across versions; messages are not. */
export type ErrorCode = (typeof errorCodes)[number]

/**
 * The world said no. A caller's mistake is a `TypeError` instead, and an expected outcome is a value.
 * `message` says what to do; `details` holds the facts it was made from.
 */
export class ContrailError extends Error {
  override readonly name = 'ContrailError'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }
}
