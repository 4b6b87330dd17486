import { recordingRoot } from '@contrail/recorder'
import path from 'node:path'
import { runsAt } from '../terminal/find-recording.ts'
import { canBeTyped, nameOf, type Surroundings } from '../terminal/places.ts'

const nearLimit = 5
/** A longer name is nobody's slip of the hand. */
const nameLimit = 100

/** Recordings that somebody may have meant. */
export interface NearRecordings {
  /** Names that are taken, at most 5, the nearest first: `<runId>/<taskId>`, `latest`, `latest:<taskId>`. */
  readonly near: readonly string[]
  /** True where none is like the name: then they are those of the newest recordings. */
  readonly isFar: boolean
  /** The number of recordings of the default root that are of a task of just this name. */
  readonly sameTask: number
}

/** Later than any time: of names that are as near `latest` comes first. */
const lastOfAll = '~'

/** A name that can be taken. Of two that are as near the later one comes first. */
interface Candidate {
  readonly name: string
  readonly distance: number
  readonly startedAt: string
}

/** Find names of recordings below the default root that are like one that names none, or several. */
export async function findNear(name: string, { env }: Surroundings): Promise<NearRecordings> {
  const runs = await runsAt(recordingRoot({ env }))
  const [word = '', task] = name.split(/:(.*)/s, 2).map((part) => part.slice(0, nameLimit))
  const known = runs.map(({ directory, taskId, startedAt = '' }) => {
    return { taskId, folder: path.basename(directory), pair: nameOf(directory), startedAt }
  })
  const recordings = known.map(({ taskId, folder, pair, startedAt }): Candidate => {
    const distance = Math.min(...[taskId, folder, pair].map((one) => distanceOf(name.slice(0, nameLimit), one)))
    return { name: pair, distance, startedAt }
  })
  // A word that is like `latest` is told with the tasks that may stand behind it.
  const isLatest = runs.length > 0 && isNear({ distance: distanceOf(word, 'latest') }, word)
  const words =
    isLatest && task === undefined
      ? [{ name: 'latest', distance: distanceOf(word, 'latest'), startedAt: lastOfAll }]
      : []
  const ofTasks =
    isLatest && task !== undefined
      ? known.map(({ taskId, folder, startedAt }) => ({
          name: `latest:${canBeTyped(taskId) ? taskId : folder}`,
          distance: distanceOf(task, taskId),
          startedAt,
        }))
      : []
  const near = ofTasks.length > 0 ? ofTasks : [...words, ...recordings.filter((one) => isNear(one, name))]
  const isFar = near.length === 0
  const told = isFar ? recordings.map((one) => ({ ...one, distance: 0 })) : near
  const ordered = told.toSorted((a, b) => a.distance - b.distance || (a.startedAt < b.startedAt ? 1 : -1))
  return {
    near: [...new Set(ordered.map((one) => one.name))].slice(0, nearLimit),
    isFar,
    sameTask: recordings.filter(({ distance }) => distance === 0).length,
  }
}

/** Tells whether a name may be a slip of the hand, or the beginning of another. */
function isNear({ distance }: Pick<Candidate, 'distance'>, name: string): boolean {
  return distance <= Math.max(2, Math.min(name.length, nameLimit) / 2)
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
