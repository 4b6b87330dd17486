import { resolve } from 'node:path'
import { isContrailError, Verdict } from '@contrail/core'
import { findDamagedAttachments, listAttachments, missingAttachments, namedAttachments } from '../attachments/locate.ts'
import { checkFinished } from './finished.ts'
import { problemOf, statusOf, type CheckProblem, type CheckReport, problemsOfLog } from './report.ts'
import { claimsToBeOurs } from '../read/claims-to-be-ours.ts'
import { namesIn } from '../io/files.ts'
import { foldJournal, type FoldedJournal } from '../read/fold.ts'
import { readScores, type Score } from '../finish/task-data.ts'
import { findDamagedBlobs, locateFrames } from '../frames/locate.ts'
import { diskIo, type Io } from '../io/io.ts'
import { readLock } from '../directory/lock.ts'
import { listUntrusted } from '../io/open-untrusted.ts'
import { findBadLabels } from '../read/labels.ts'
import { blobPath, fileNames, frameFolders, isOfRecording, isOwnName, journalName } from '../directory/names.ts'
import { readTrajectoryOn } from '../read/read-trajectory.ts'
import { isNotAJournal, noJournal } from '../journal/scan.ts'
import { goneAttachments, readClaims, type TrajectoryClaims } from '../read/claims.ts'

/**
 * Verify a recording: fold its journal anew, compare every derived file byte for byte and every frame by its hash.
 *
 * @throws {ContrailError} JOURNAL_MISSING where there is no recording at all, FILE_UNREADABLE where the directory cannot
 * be listed; everything else is in the report
 */
export function checkRecording(directory: string): Promise<CheckReport> {
  return checkRecordingOn(diskIo, directory)
}

/** {@link checkRecording} on another disk. */
export async function checkRecordingOn(io: Io, directory: string): Promise<CheckReport> {
  const root = resolve(directory)
  const names = await namesIn(io, root)
  const isFinished = names.includes(fileNames.trajectory)
  if (!isOfRecording(names)) throw noJournal(root)
  const problems: CheckProblem[] = []
  const notes = strangers(names)
  try {
    const claims = isFinished ? await readClaims(io, root).catch(passOver) : undefined
    const folded = await foldJournal(io, root, claims ? (claims.framesLog ?? 'none') : 'all')
    problems.push(...holes(folded))
    if (folded.scan.tornBytes > 0) {
      notes.push(`the last ${folded.scan.tornBytes} bytes of ${journalName} were never committed`)
    }
    const damaged = await findDamagedBlobs(io, root)
    let read: Promise<Score[]> | undefined
    const scores = (): Promise<Score[]> => (read ??= readScores(io, root))
    const found = isFinished
      ? checkFinished(io, root, folded, claims, scores)
      : checkUnfinished(io, root, folded, damaged)
    problems.push(...(await found), ...damaged.map(toFrameProblem('does not hold the frame that its name says')))
    const attached = await checkAttachments(io, root, folded, claims)
    problems.push(...attached.problems)
    notes.push(...attached.notes)
    problems.push(...(await checkLabels(io, root)))
    notes.push(...(await farVerdicts(folded, scores)))
    if (isFinished) notes.push(...(await strayFrames(io, root, folded, problems)))
  } catch (cause) {
    if (isFinished && isNotAJournal(cause) && !(await claimsToBeOurs(io, root))) return checkForeign(io, root)
    problems.push(problemOf(root, journalName, cause))
  }
  return { directory: root, status: statusOf(problems), problems, notes }
}

/** Verdicts that name a step which the recording does not have: it may be of another one. */
async function farVerdicts({ trajectory }: FoldedJournal, readOnce: () => Promise<Score[]>): Promise<string[]> {
  // A score that cannot be read is a problem of its own.
  const scores = (await readOnce().catch(passOver)) ?? []
  const count = trajectory.steps.length
  return scores.flatMap(({ name, value }) => {
    const { firstPointOfFailure: first, findings = [] } = Verdict.safeParse(value).data ?? {}
    const steps = [...(first ? [first.stepIndex] : []), ...findings.flatMap(({ relatedSteps = [] }) => relatedSteps)]
    const far = steps.find((step) => step >= count)
    return far === undefined
      ? []
      : [`${fileNames.scores}/${name}.json tells of step ${far + 1}, and the recording has ${count}`]
  })
}

/** Pass over an unreadable file; it is reported where its bytes are compared. */
function passOver(cause: unknown): undefined {
  if (!isContrailError(cause)) throw cause
}

function holes({ scan }: FoldedJournal): CheckProblem[] {
  return scan.entries.flatMap((entry) =>
    entry.type === 'hole'
      ? [
          {
            code: 'hole' as const,
            file: journalName,
            offset: entry.offset,
            message: `${entry.sizeBytes} bytes are not as they were written (${entry.reason})`,
          },
        ]
      : [],
  )
}

/** @param damaged the blobs that are there, and are told of for that */
async function checkUnfinished(
  io: Io,
  root: string,
  { plan, replaced }: FoldedJournal,
  damaged: readonly string[],
): Promise<CheckProblem[]> {
  const { state, owner } = await readLock(io, root)
  const message =
    state === 'live'
      ? `is being written by pid ${owner?.pid} on ${owner?.host}`
      : 'is not there: the run was cut off; "contrail recover" finishes it'
  const { missing } = await locateFrames(io, root, plan)
  const gone = missing.map((image) => blobPath(image)).filter((file) => !damaged.includes(file))
  return [
    { code: 'unfinished', file: fileNames.trajectory, message },
    ...problemsOfLog(replaced?.log),
    ...gone.map(toFrameProblem('is not there')),
  ]
}

function toFrameProblem(message: string): (file: string) => CheckProblem {
  return (file) => ({ code: 'frame', file, message })
}

/** Attachments are named by their hash too; of those that a line names none may be missing, but for what a gap says. */
async function checkAttachments(
  io: Io,
  root: string,
  { scan }: FoldedJournal,
  claims: TrajectoryClaims | undefined,
): Promise<{ problems: CheckProblem[]; notes: string[] }> {
  const problem = (file: string, message: string): CheckProblem => ({ code: 'attachment', file, message })
  const named = namedAttachments(scan.entries)
  const there = await listAttachments(io, root)
  const damaged = await findDamagedAttachments(io, root, there)
  const problems = damaged.map((file) => problem(file, 'does not hold the bytes that its name says'))
  const gone = new Set(claims ? goneAttachments(claims, named) : [])
  for (const file of await missingAttachments(io, root, named, new Set(there))) {
    if (!gone.has(file)) problems.push(problem(file, 'is not there'))
  }
  const notes = there.filter((file) => !named.includes(file)).map((file) => `${file} belongs to no event`)
  return { problems, notes }
}

/** Labels are nobody's to make anew, so one that cannot be read is told. */
async function checkLabels(io: Io, root: string): Promise<CheckProblem[]> {
  const message = 'holds no label that can be understood'
  try {
    return (await findBadLabels(io, root)).map((file) => ({ code: 'unreadable', file, message }))
  } catch (cause) {
    return [problemOf(root, fileNames.labels, cause)]
  }
}

async function checkForeign(io: Io, root: string): Promise<CheckReport> {
  const notes = ['not written by Contrail: only its schema and its files can be checked']
  try {
    const { gaps } = await readTrajectoryOn(io, root)
    const problems = gaps.map(({ reason, detail, stepIndex }) => ({
      code: 'missing' as const,
      file: fileNames.trajectory,
      message: `${reason}${stepIndex === undefined ? '' : ` at step ${stepIndex + 1}`}: ${JSON.stringify(detail)}`,
    }))
    return { directory: root, status: statusOf(problems), problems, notes }
  } catch (cause) {
    return { directory: root, status: 'corrupt', problems: [problemOf(root, fileNames.trajectory, cause)], notes }
  }
}

function strangers(names: readonly string[]): string[] {
  return names.filter((name) => !isOwnName(name) && !name.endsWith('.tmp')).map((name) => `${name} is not Contrail's`)
}

/** Pictures under names that the fold does not make. */
async function strayFrames(
  io: Io,
  root: string,
  { plan }: FoldedJournal,
  problems: readonly CheckProblem[],
): Promise<string[]> {
  const known = new Set([...plan.frames.map(({ path }) => path), ...problems.map(({ file }) => file)])
  const notes: string[] = []
  for (const folder of [frameFolders.agent, frameFolders.probe]) {
    for (const name of await listUntrusted(io, root, folder)) {
      if (!known.has(`${folder}/${name}`)) notes.push(`${folder}/${name} belongs to no step`)
    }
  }
  return notes
}
