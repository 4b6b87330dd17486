import type { z } from 'zod'

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
 * - `OUTPUT_UNAVAILABLE`: a file that was asked for is there already, or cannot be written.
 * - `BROWSER_NOT_FOUND`, `BROWSER_LAUNCH_FAILED`: no browser on this machine, or it did not start.
 * - `PLAYWRIGHT_MISSING`: a browser must be started but `playwright` is not installed.
 * - `MODEL_UNAVAILABLE`: a language model did not answer, in time or at all, or not with a text.
 * - `MODEL_REFUSED`: a language model, or its provider, says no to this request: asking again will not help.
 * - `MODEL_LIMIT`: a cap on calls, tokens or cost is reached.
 * - `MODEL_UNRECORDED`: a script or a cassette has no answer to this request.
 * - `PACKAGE_MISSING`: what was asked for needs an optional package that is not installed.
 * - `WORLD_CHANGED`: another process has stepped a world since changes of it were asked for.
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
  'OUTPUT_UNAVAILABLE',
  'BROWSER_NOT_FOUND',
  'BROWSER_LAUNCH_FAILED',
  'PLAYWRIGHT_MISSING',
  'MODEL_UNAVAILABLE',
  'MODEL_REFUSED',
  'MODEL_LIMIT',
  'MODEL_UNRECORDED',
  'PACKAGE_MISSING',
  'WORLD_CHANGED',
  'PORT_UNAVAILABLE',
] as const

/** One of {@link errorCodes}. Stable across versions; messages are not. */
export type ErrorCode = (typeof errorCodes)[number]

/** The file or directory that an error is about. */
interface PathFacts {
  readonly path?: string
  readonly directory?: string
  readonly root?: string
  /** The name of the system's error, as `ENOSPC`. */
  readonly errno?: string
}

interface SizeFacts extends PathFacts {
  readonly sizeBytes?: number
  readonly maxBytes?: number
}

/** The facts of a call of a model. */
interface ModelFacts {
  /** The id of the model. */
  readonly id?: string
  readonly retryable?: boolean
  readonly retryAfterMs?: number
  /** The status of its provider's HTTP answer. */
  readonly status?: number
}

interface VersionFacts extends PathFacts {
  readonly version?: number
  /** The newest version that is read. */
  readonly supported?: number
}

/** The facts that `details` may hold where the code says which; those of other codes are {@link PathFacts}. */
interface FactsByCode {
  readonly RECORDING_FAILED: PathFacts & {
    /** The `Trajectory` that was known in memory. */
    readonly trajectory?: unknown
  }
  readonly RECORDER_CLOSED: { readonly state?: string }
  readonly JOURNAL_LOCKED: PathFacts & {
    /** The process that writes the recording, and its machine. */
    readonly pid?: number
    readonly host?: string
  }
  readonly JOURNAL_MISSING: PathFacts & {
    /** Recordings near the one that was named. */
    readonly near?: readonly string[]
  }
  readonly SCHEMA_TOO_NEW: VersionFacts
  readonly RECORDING_CORRUPT: PathFacts & { readonly files?: readonly string[] }
  readonly FRAME_MISSING: PathFacts & { readonly sha256?: string }
  readonly FRAME_CORRUPT: PathFacts & { readonly sha256?: string }
  readonly ATTACHMENT_MISSING: PathFacts & { readonly sha256?: string }
  readonly ATTACHMENT_CORRUPT: PathFacts & { readonly sha256?: string }
  readonly FILE_TOO_LARGE: SizeFacts
  readonly FOREIGN_FILES: PathFacts & { readonly foreign?: readonly string[] }
  readonly MODEL_UNAVAILABLE: ModelFacts
  readonly MODEL_REFUSED: ModelFacts
  readonly MODEL_LIMIT: ModelFacts & { readonly cap?: string; readonly limit?: number; readonly used?: number }
  readonly MODEL_UNRECORDED: PathFacts & { readonly differences?: unknown }
  readonly PORT_UNAVAILABLE: { readonly host?: string; readonly port?: number; readonly nextFreePort?: number }
}

/** The facts of an error of this code. All may be absent, and others may be there. */
export type ErrorDetails<Code extends ErrorCode> = Readonly<Record<string, unknown>> &
  (Code extends keyof FactsByCode ? FactsByCode[Code] : PathFacts)

/** An error of one code. */
interface CodedError<Code extends ErrorCode> extends Error {
  readonly name: 'ContrailError'
  readonly code: Code
  readonly details: ErrorDetails<Code>
}

/**
 * The world said no. A caller's mistake is a `TypeError` instead, and an expected outcome is a value.
 * `message` says what to do; `details` holds the facts it was made from, typed by `code`.
 *
 * @example
 * try {
 *   await recoverRecording(directory)
 * } catch (error) {
 *   if (isContrailError(error, 'JOURNAL_LOCKED')) console.log(`process ${error.details.pid} is still writing it`)
 *   else throw error
 * }
 */
export type ContrailError = { [Code in ErrorCode]: CodedError<Code> }[ErrorCode]

/** The same for every copy of this module, in any process's realm. */
const mark: unique symbol = Symbol.for('contrail.error') as never

interface ContrailErrorConstructor {
  new <Code extends ErrorCode>(
    code: Code,
    message: string,
    options?: { cause?: unknown; details?: Record<string, unknown> },
  ): Extract<ContrailError, { code: Code }>
  readonly prototype: ContrailError
}

export const ContrailError = class extends Error {
  override readonly name = 'ContrailError'
  readonly [mark] = true
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
    Object.defineProperty(this, mark, { enumerable: false })
  }
} as unknown as ContrailErrorConstructor

/**
 * Tell an error of Contrail from any other, also where another copy of the library made it, which `instanceof` does not.
 *
 * @param code the one code that it is to have; default any
 * @example
 * if (isContrailError(error, 'JOURNAL_LOCKED')) console.log(error.details.pid)
 */
export function isContrailError<Code extends ErrorCode = ErrorCode>(
  value: unknown,
  code?: Code,
): value is Extract<ContrailError, { code: Code }> {
  return (
    typeof value === 'object' &&
    value !== null &&
    mark in value &&
    (code === undefined || (value as unknown as ContrailError).code === code)
  )
}

/** The words of something that was thrown: the message of an error, else the value as a text. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/**
 * The first thing that a schema finds wrong with a value: `steps.0.id: Invalid input: expected string`.
 *
 * @param before names what stands before the path of the issue; where there is no path either it says `(root)`
 */
export function describeIssue({ issues: [issue] }: z.ZodError, ...before: readonly PropertyKey[]): string {
  const place = [...before, ...(issue?.path ?? [])].map(String).join('.')
  return `${place || '(root)'}: ${issue?.message ?? 'not of its schema'}`
}
