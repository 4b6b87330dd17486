import { listRuns, recordingRoot } from '@contrail/recorder'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Surroundings } from './places.ts'

/**
 * Find the recording that somebody names: a path, `<runId>/<taskId>` below the default root, or `latest` there.
 *
 * @returns its directory; the name itself, as a path, where it names nothing, so that the command says what is wrong with it
 */
export async function findRecording(name: string, { env, cwd }: Surroundings): Promise<string> {
  if (existsSync(path.resolve(cwd, name))) return name
  const root = recordingRoot({ env })
  if (name === 'latest') {
    // A root that cannot be read has no latest: then it is a name like any other.
    const runs = await listRuns(root).catch(() => [])
    const started = runs.filter(({ startedAt }) => startedAt !== undefined)
    return started.toSorted((a, b) => (a.startedAt! < b.startedAt! ? 1 : -1))[0]?.directory ?? name
  }
  const parts = name.split('/')
  const isPair = parts.length === 2 && parts.every((part) => part !== '' && part !== '.' && part !== '..')
  const below = path.join(root, ...parts)
  return isPair && existsSync(below) ? below : name
}
