import { z } from 'zod'
import { problemOf, type CheckProblem } from './check-report.ts'
import { withMissingFrames, type FoldedJournal } from './fold-recording.ts'
import { holds, namesOf } from './frames.ts'
import type { Io } from './io.ts'
import { findLeftovers } from './leftovers.ts'
import { readUntrusted } from './open-untrusted.ts'
import { journalName } from './scan-journal.ts'
import { readListedScores, readScores, taskDataFile } from './task-data.ts'
import { fileNames, maxFileBytes, timesFile, toJsonBytes, trajectoryFile } from './trajectory-file.ts'
import { parseUntrusted } from './untrusted-json.ts'

/**
 * Compare everything in a finished recording with what its journal and its scores make. A frame that was missing
 * already when the recording was finished is a gap that `trajectory.json` tells of, and no problem.
 */
export async function checkFinished(io: Io, root: string, folded: FoldedJournal): Promise<CheckProblem[]> {
  const inspection = new Inspection(io, root)
  const bytes = await inspection.read(fileNames.trajectory)
  const claims = bytes && parseClaims(bytes)
  const goneThen = new Set(
    claims?.gaps.flatMap(({ reason, detail }) => (reason === 'frame_missing' ? [detail?.sha256] : [])),
  )
  const missing = [...namesOf(folded.plan).values()].map(({ image }) => image)
  const trajectory = withMissingFrames(
    folded.trajectory,
    missing.filter(({ sha256 }) => goneThen.has(sha256)),
  )
  inspection.compare(fileNames.trajectory, bytes, trajectoryFile(trajectory, folded.plan, folded.scan))
  if (claims?.journal && claims.journal.sha256 !== folded.scan.sha256) {
    inspection.found('differs', journalName, 'is not the journal that trajectory.json was made from')
  }
  inspection.compare(fileNames.times, await inspection.read(fileNames.times), timesFile(trajectory))
  await inspection.attempt(fileNames.taskData, () => checkScores(inspection, trajectory))
  for (const { path, image } of folded.plan.frames) {
    if (goneThen.has(image.sha256)) continue
    await inspection.attempt(path, async () => {
      if (await holds(io, root, path, image.sha256)) return
      inspection.found('frame', path, `does not hold frame ${image.sha256}`)
    })
  }
  for (const file of await findLeftovers(io, root, folded.plan)) {
    inspection.found('leftover', file, 'is left over; "contrail recover" clears it')
  }
  return inspection.problems
}

async function checkScores(inspection: Inspection, trajectory: FoldedJournal['trajectory']): Promise<void> {
  const { io, root } = inspection
  const scores = await readScores(io, root)
  const listed = (await readListedScores(io, root)) ?? scores
  const hashes = new Map(listed.map(({ name, sha256 }) => [name, sha256]))
  const recorded = scores.filter(({ name }) => hashes.has(name))
  inspection.compare(fileNames.taskData, await inspection.read(fileNames.taskData), taskDataFile(trajectory, recorded))
  for (const { name, sha256 } of scores) {
    const file = `${fileNames.scores}/${name}.json`
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

  /** The bytes of a file; undefined where it is not there, or cannot be read, which is a problem found. */
  async read(file: string): Promise<Uint8Array | undefined> {
    let bytes: Uint8Array | undefined
    await this.attempt(file, async () => {
      bytes = await readUntrusted(this.io, this.root, file, maxFileBytes)
    })
    return bytes
  }

  compare(file: string, found: Uint8Array | undefined, expected: object): void {
    if (this.unread.has(file)) return
    if (!found) this.found('missing', file, 'is not there')
    else if (Buffer.compare(found, toJsonBytes(expected)) !== 0) {
      this.found('differs', file, 'is not what the journal and the scores make')
    }
  }
}

/** What `trajectory.json` says about the journal and the frames it was made from. */
const Claims = z.looseObject({
  gaps: z
    .array(
      z.looseObject({
        reason: z.string(),
        detail: z.looseObject({ sha256: z.string().optional() }).optional().catch(undefined),
      }),
    )
    .catch([]),
  journal: z.looseObject({ sha256: z.string() }).optional().catch(undefined),
})

/** Undefined where it is not JSON any more: the comparison of its bytes says so. */
function parseClaims(bytes: Uint8Array): z.infer<typeof Claims> | undefined {
  const parsed = parseUntrusted(bytes)
  return 'invalid' in parsed ? undefined : Claims.safeParse(parsed.value).data
}
