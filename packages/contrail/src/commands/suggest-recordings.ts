import { listRuns, recordingRoot } from '@contrail/recorder'
import path from 'node:path'
import type { Surroundings } from '../terminal/places.ts'
import { toPrintable } from '../terminal/printable.ts'

const suggestionLimit = 100

/**
 * Names of the newest recordings of the default root, for a shell to complete. One that a shell would take apart is left out, and
 * so are all where the root cannot be read.
 */
export async function suggestRecordings({ env }: Surroundings): Promise<{ name: string; description: string }[]> {
  const runs = await listRuns(recordingRoot({ env })).catch(() => [])
  const newest = runs.toSorted((a, b) => (b.startedAt ?? '').localeCompare(a.startedAt ?? '')).slice(0, suggestionLimit)
  const told = newest.map(({ directory, status = 'unreadable', instruction = '' }) => ({
    name: path.basename(path.dirname(directory)) + '/' + path.basename(directory),
    description: toPrintable(`${status}: ${instruction}`, 60),
  }))
  const all = runs.length === 0 ? [] : [{ name: 'latest', description: 'the newest recording' }, ...told]
  return all.filter(({ name }) => /^[\w.~/-]+$/.test(name))
}
