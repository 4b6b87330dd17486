import { listRuns, recordingRoot, type RunSummary } from '@contrail/recorder'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Surroundings } from './places.ts'

/**
 * Find the recording that somebody names: a path, `<runId>/<taskId>` below the default root, the id of a task that was recorded
 * there once, `latest`, or `latest:<taskId>`. The id of a run there names its folder.
 *
 * @returns its directory; the name itself, as a path, where it names none or several, so that the command says what is wrong with it
 */
export async function findRecording(name: string, { env, cwd }: Surroundings): Promise<string> {
  if (existsSync(path.resolve(cwd, name))) return name
  const root = recordingRoot({ env })
  const parts = name.split('/')
  if (parts.length === 2) {
    const isPair = parts.every((part) => part !== '' && part !== '.' && part !== '..')
    const below = path.join(root, ...parts)
    return isPair && existsSync(below) ? below : name
  }
  if (parts.length > 2) return name
  const runs = await runsAt(root)
  const [, wanted] = /^latest(?::(.+))?$/s.exec(name) ?? []
  if (name === 'latest' || wanted !== undefined) {
    const fitting = runs.filter((run) => run.startedAt !== undefined && (wanted === undefined || isOfTask(run, wanted)))
    return newestFirst(fitting)[0]?.directory ?? name
  }
  const [first, ...others] = runs.filter((run) => isOfTask(run, name))
  if (first) return others.length === 0 ? first.directory : name
  const run = path.join(root, name)
  return name.startsWith('.') || !existsSync(run) ? name : run
}

/** A task is known by its id, and by the folder that it is kept in. */
function isOfTask({ taskId, directory }: RunSummary, wanted: string): boolean {
  return taskId === wanted || path.basename(directory) === wanted
}

/** The recordings of a root. One that cannot be read holds nothing that could be named, chosen or suggested. */
export async function runsAt(root: string): Promise<RunSummary[]> {
  return listRuns(root).catch(() => [])
}

/** The recordings of a list, the newest first; those that do not say when they started come last. */
export function newestFirst(runs: readonly RunSummary[]): RunSummary[] {
  return runs.toSorted((a, b) => (b.startedAt ?? '').localeCompare(a.startedAt ?? ''))
}
