import { listRuns, recordingRoot } from '@contrail/recorder'
import path from 'node:path'
import type { Surroundings } from '../terminal/places.ts'

const nearLimit = 5
/** A longer name is nobody's slip of the hand. */
const nameLimit = 100

/** Recordings that somebody may have meant. */
export interface NearRecordings {
  /** As `<runId>/<taskId>`, at most 5, the nearest first. */
  readonly near: readonly string[]
  /** The number of recordings of the default root that are of a task of just this name. */
  readonly sameTask: number
}

/** Find recordings below the default root whose names are like one that names none, or several. */
export async function findNear(name: string, { env }: Surroundings): Promise<NearRecordings> {
  // What cannot be listed is near to nothing; the refusal of the name stands by itself.
  const runs = await listRuns(recordingRoot({ env })).catch(() => [])
  const wanted = name.replace(/^latest:/, '').slice(0, nameLimit)
  const told = runs.map(({ directory, taskId, startedAt = '' }) => {
    const [run, task] = [path.basename(path.dirname(directory)), path.basename(directory)]
    const distance = Math.min(...[taskId, task, `${run}/${task}`].map((one) => distanceOf(wanted, one)))
    return { name: `${run}/${task}`, distance, startedAt }
  })
  const near = told
    .filter(({ distance }) => distance <= Math.max(2, wanted.length / 2))
    .toSorted((a, b) => a.distance - b.distance || (a.startedAt < b.startedAt ? 1 : -1))
  return {
    near: near.slice(0, nearLimit).map((one) => one.name),
    sameTask: told.filter(({ distance }) => distance === 0).length,
  }
}

/** The number of characters to put in, take out or change to make one name of another; a name that begins alike is near. */
function distanceOf(from: string, to: string): number {
  const [one, other] = [from.toLowerCase(), to.slice(0, nameLimit).toLowerCase()]
  if (one === other) return 0
  if (one !== '' && (other.startsWith(one) || one.startsWith(other))) return 1
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let at = 1; at <= one.length; at += 1) {
    const next = [at]
    for (let place = 1; place <= other.length; place += 1) {
      const changed = row[place - 1]! + (one[at - 1] === other[place - 1] ? 0 : 1)
      next.push(Math.min(row[place]! + 1, next[place - 1]! + 1, changed))
    }
    row = next
  }
  return row[other.length]!
}
