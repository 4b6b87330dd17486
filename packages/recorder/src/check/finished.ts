import { namedAttachments } from '../attachments/locate.ts'
import { journalName, framesLogName, fileNames } from '../directory/names.ts'
import { problemOf, type CheckProblem, problemsOfLog } from './report.ts'
import { withMissingAttachments, withMissingFrames, type FoldedJournal } from '../read/fold.ts'
import { readFramesLog } from '../frames/log.ts'
import { stateOfLog } from '../frames/log-state.ts'
import { findBlob, holds, locateFrames, namesOf } from '../frames/locate.ts'
import type { Io } from '../io/io.ts'
import { jsonChunks } from '../io/json-chunks.ts'
import { findLeftovers } from '../finish/leftovers.ts'
import { hasBytes } from '../io/open-untrusted.ts'
import { readListedScores, taskDataFile, type Score } from '../finish/task-data.ts'
import { goneAttachments, type TrajectoryClaims } from '../read/claims.ts'
import { timesFile, trajectoryFile } from '../finish/trajectory-file.ts'

/**
 * Compare everything in a finished recording with what its journal and its scores make. A frame that was missing
 * already when the recording was finished is a gap that `trajectory.json` tells of, and no problem.
 *
 * @param claims what `trajectory.json` says of its sources, which `folded` was made from; undefined where it cannot be read
 */
export async function checkFinished(
  io: Io,
  root: string,
  folded: FoldedJournal,
  claims: TrajectoryClaims | undefined,
  readScores: () => Promise<Score[]>,
): Promise<CheckProblem[]> {
  const inspection = new Inspection(io, root)
  const { goneThen, trajectory } = await checkTrajectory(inspection, folded, claims)
  const isPending = await checkFramesLog(inspection, claims)
  await inspection.compare(fileNames.times, timesFile(trajectory))
  await inspection.attempt(fileNames.taskData, async () => checkScores(inspection, trajectory, await readScores()))
  for (const { path, image } of folded.plan.frames) {
    if (goneThen.has(image.sha256)) continue
    await inspection.attempt(path, async () => {
      if (await holds(io, root, path, image.sha256)) return
      // A compaction that was cut off may have given the name away, and keeps what had it.
      if (isPending && (await findBlob(io, root, image.sha256)) !== undefined) return
      inspection.found('frame', path, `does not hold frame ${image.sha256}`)
    })
  }
  for (const file of await findLeftovers(io, root, folded)) {
    inspection.found('leftover', file, 'is left over; "contrail recover" clears it')
  }
  return inspection.problems
}

/** The trajectory that `trajectory.json` should be, and the frames (by sha256) that were missing when it was made. */
interface Finished {
  readonly goneThen: ReadonlySet<string | undefined>
  readonly trajectory: FoldedJournal['trajectory']
}

async function checkTrajectory(
  inspection: Inspection,
  folded: FoldedJournal,
  claims: TrajectoryClaims | undefined,
): Promise<Finished> {
  const images = [...namesOf(folded.plan).values()].map(({ image }) => image)
  const finishedWithout = (goneThen: Finished['goneThen']): Finished => ({
    goneThen,
    trajectory: withMissingAttachments(
      withMissingFrames(
        folded.trajectory,
        images.filter(({ sha256 }) => goneThen.has(sha256)),
      ),
      claims ? goneAttachments(claims, namedAttachments(folded.scan.entries)) : [],
    ),
  })
  if (claims?.journal && claims.journal.sha256 !== folded.scan.sha256) {
    inspection.found('differs', journalName, 'is not the journal that trajectory.json was made from')
  }
  const gone = claims?.gaps.flatMap(({ reason, detail }) => (reason === 'frame_missing' ? [detail?.sha256] : []))
  const finished = finishedWithout(new Set(gone))
  const fileOf = ({ trajectory }: Finished): object => trajectoryFile({ ...folded, trajectory })
  const same = await inspection.isSame(fileNames.trajectory, fileOf(finished))
  if (same === false && claims === undefined) {
    // Where it cannot tell which frames were missing then, they may be those that are missing now.
    const { missing } = await locateFrames(inspection.io, inspection.root, folded.plan)
    const other = finishedWithout(new Set(missing.map(({ sha256 }) => sha256)))
    if (missing.length > 0 && (await inspection.isSame(fileNames.trajectory, fileOf(other)))) return other
  }
  inspection.tell(fileNames.trajectory, same)
  return finished
}

/** Tells whether `frames.log` goes on behind what `trajectory.json` was made from. */
async function checkFramesLog(inspection: Inspection, claims: TrajectoryClaims | undefined): Promise<boolean> {
  let isPending = false
  await inspection.attempt(framesLogName, async () => {
    const log = await readFramesLog(inspection.io, inspection.root)
    isPending = claims !== undefined && stateOfLog(log, claims.framesLog) === 'pending'
    inspection.problems.push(...problemsOfLog(log, claims))
  })
  return isPending
}

async function checkScores(
  inspection: Inspection,
  trajectory: FoldedJournal['trajectory'],
  scores: readonly Score[],
): Promise<void> {
  const { io, root } = inspection
  const listed = (await readListedScores(io, root)) ?? scores
  const hashes = new Map(listed.map(({ name, sha256 }) => [name, sha256]))
  const recorded = scores.filter(({ name }) => hashes.has(name))
  await inspection.compare(fileNames.taskData, taskDataFile(trajectory, recorded))
  for (const { name, sha256, value } of scores) {
    const file = `${fileNames.scores}/${name}.json`
    if (value === undefined) inspection.found('unreadable', file, 'is no JSON, and so no verdict')
    if (!hashes.has(name)) inspection.found('unfinished', file, 'is not in task_data.json; "contrail recover" adds it')
    else if (hashes.get(name) !== sha256) inspection.found('differs', file, 'is not the score that was recorded')
  }
  for (const { name } of listed) {
    if (recorded.some((score) => score.name === name)) continue
    inspection.found('missing', `${fileNames.scores}/${name}.json`, 'is not there')
  }
}

/** Collects what is wrong with the files of one directory. A file that cannot be read is a problem, and not the end. */
class Inspection {
  readonly problems: CheckProblem[] = []
  readonly io: Io
  readonly root: string
  private readonly unread = new Set<string>()

  constructor(io: Io, root: string) {
    this.io = io
    this.root = root
  }

  found(code: CheckProblem['code'], file: string, message: string): void {
    this.problems.push({ code, file, message })
  }

  async attempt(file: string, look: () => Promise<void>): Promise<void> {
    try {
      await look()
    } catch (cause) {
      const problem = problemOf(this.root, file, cause)
      this.unread.add(problem.file)
      this.problems.push(problem)
    }
  }

  /**
   * Tells whether a file has the bytes of this value; undefined where it is not there, or cannot be read, which is a
   * problem found.
   */
  async isSame(file: string, expected: object): Promise<boolean | undefined> {
    let same: boolean | undefined
    await this.attempt(file, async () => {
      same = await hasBytes(this.io, this.root, file, jsonChunks(expected))
    })
    return same
  }

  tell(file: string, same: boolean | undefined): void {
    if (this.unread.has(file) || same === true) return
    if (same === undefined) this.found('missing', file, 'is not there')
    else this.found('differs', file, 'is not what the journal and the scores make')
  }

  async compare(file: string, expected: object): Promise<void> {
    this.tell(file, await this.isSame(file, expected))
  }
}
