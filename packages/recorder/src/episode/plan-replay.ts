import { posix } from 'node:path'
import {
  AttachmentReference,
  ContrailError,
  FileChange,
  findPlaceholders,
  type ImageReference,
  isContrailError,
  maxAttachmentBytes,
  type Step,
  type Trajectory,
} from '@contrail/core'
import { sha256 } from '../system.ts'

/** A reader of attachments, e.g. of `createAttachmentReader`. What it throws, or does not have, is missing. */
export type ReadAttachment = (
  reference: AttachmentReference,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>

/** A change of a file that is to be made again. */
export interface PlannedChange {
  /** From 0. */
  readonly step: number
  /** Relative, with forward slashes, without `.` and `..`. */
  readonly path: string
  /** Undefined where nobody knows. */
  readonly before: AttachmentReference | null | undefined
  readonly after: AttachmentReference | null
}

/**
 * Why a step cannot be replayed, found before anything is written: its content was not kept (`missing`), is not what was
 * recorded (`changed`), was over 8 MB (`too_large`), or held a secret, so that only the rest of it is there (`redacted`).
 */
export type ContentFault = 'content_missing' | 'content_changed' | 'content_too_large' | 'content_redacted'

/** The changes of a trajectory in order, and the steps that cannot be replayed. */
export interface ReplayPlan {
  readonly changes: readonly PlannedChange[]
  readonly faults: ReadonlyMap<number, ContentFault>
}

/**
 * Read out of a trajectory which files are to be written and removed. Contents are read and verified, and let go again.
 *
 * @param hasStart whether the files before the first step are given; else they are made of what the recording knows
 * @throws {ContrailError} FILE_UNSAFE for a path that is absolute, leaves its folder, or is one of git's own
 */
export async function planReplay(
  trajectory: Trajectory<ImageReference>,
  readAttachment: ReadAttachment,
  hasStart: boolean,
): Promise<ReplayPlan> {
  const changes: PlannedChange[] = []
  const faults = new Map<number, ContentFault>()
  const mentioned = new Set<string>()
  const knowsStart =
    typeof (trajectory.task['episode'] as { initialTree?: unknown } | undefined)?.initialTree === 'string'
  for (const [step, recorded] of trajectory.steps.entries()) {
    const change = changeOf(recorded)
    if (!change) continue
    if (change === 'unknown') {
      faults.set(step, 'content_missing')
      continue
    }
    const path = safePath(change.path)
    const isFirst = !mentioned.has(path)
    mentioned.add(path)
    const before = change.before ?? (isFirst && !knowsStart ? undefined : null)
    changes.push({ step, path, before, after: change.after })
    // A name that held a secret is another name now.
    const isRedacted = findPlaceholders(change.path).length > 0 || change.before?.redacted === true
    const needed = [change.after, isFirst && !hasStart ? change.before : null]
    const fault = isRedacted ? 'content_redacted' : await firstFault(needed, readAttachment)
    if (fault) faults.set(step, fault)
  }
  return { changes, faults }
}

/** Read a content and verify it. */
export async function readContent(
  reference: AttachmentReference,
  readAttachment: ReadAttachment,
): Promise<Uint8Array | ContentFault> {
  if (reference.redacted === true) return 'content_redacted'
  if (reference.sizeBytes > maxAttachmentBytes) return 'content_too_large'
  try {
    const bytes = await readAttachment(reference)
    if (!bytes) return 'content_missing'
    return sha256(bytes) === reference.sha256 ? bytes : 'content_changed'
  } catch (cause) {
    const code = isContrailError(cause) ? cause.code : undefined
    if (code === 'ATTACHMENT_CORRUPT') return 'content_changed'
    return code === 'FILE_TOO_LARGE' ? 'content_too_large' : 'content_missing'
  }
}

/** @returns undefined for a step that changes no file; `unknown` where a change was recorded without its content */
function changeOf({ episode }: Step<ImageReference>): FileChange | 'unknown' | undefined {
  if (episode?.fileDiff === undefined) return undefined
  return FileChange.safeParse(episode.fileDiff).data ?? 'unknown'
}

async function firstFault(
  references: readonly (AttachmentReference | null)[],
  readAttachment: ReadAttachment,
): Promise<ContentFault | undefined> {
  for (const reference of references) {
    const content = reference ? await readContent(reference, readAttachment) : undefined
    if (typeof content === 'string') return content
  }
  return undefined
}

/**
 * Read a path as one below a folder. What only git writes is refused, since git would execute it.
 *
 * @throws {ContrailError} FILE_UNSAFE
 */
function safePath(given: string): string {
  const path = posix.normalize(given)
  const names = path.split('/')
  const leaves = given === '' || posix.isAbsolute(given) || /[\0\\]|^[A-Za-z]:/.test(given) || names[0] === '..'
  const isFile = !path.endsWith('/') && path !== '.'
  if (!leaves && isFile && !names.some((name) => name.toLowerCase() === '.git')) return path
  throw new ContrailError(
    'FILE_UNSAFE',
    `the recording names ${JSON.stringify(given)}, which is no file below a folder`,
    {
      details: { path: given },
    },
  )
}
