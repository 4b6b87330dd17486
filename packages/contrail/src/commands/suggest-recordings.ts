import { newestFirst, runsAt } from '../terminal/find-recording.ts'
import { countEach } from '@contrail/core'
import { recordingRoot, type RunSummary } from '@contrail/recorder'
import path from 'node:path'
import { nameOf, type Surroundings } from '../terminal/places.ts'
import { toPrintable } from '../terminal/printable.ts'

const suggestionLimit = 100

/**
 * Names of the newest recordings of the default root, for a shell to complete. One that a shell would take apart is left out, and
 * so are all where the root cannot be read.
 */
export async function suggestRecordings({ env }: Surroundings): Promise<{ name: string; description: string }[]> {
  const runs = await runsAt(recordingRoot({ env }))
  const newest = newestFirst(runs).slice(0, suggestionLimit)
  const counts = countEach(runs.flatMap(namesOf))
  const told = newest.flatMap((run) => {
    const { directory, status = 'unreadable', instruction = '' } = run
    const description = toPrintable(`${status}: ${instruction}`, 60)
    // A task that was recorded once is named by itself.
    const own = namesOf(run).filter((name) => counts.get(name) === 1)
    return [nameOf(directory), ...own].map((name) => ({ name, description }))
  })
  const all = runs.length === 0 ? [] : [{ name: 'latest', description: 'the newest recording' }, ...told]
  return all.filter(({ name }) => /^[\w.~/][\w.~/-]*$/.test(name))
}

function namesOf({ directory, taskId }: RunSummary): string[] {
  return [...new Set([taskId, path.basename(directory)])]
}
