import { join } from 'node:path'
import { ContrailError } from '@contrail/core'
import { namesIn, statIfThere } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import { attachmentsFolder, fileNames, frameFolders, isOwnName, isTemporary } from './names.ts'

/**
 * The names that may be in a folder of a recording. A name that is not here is nothing that Contrail or Stagehand has
 * put there.
 */
const folders: Readonly<Record<string, { isOurs: (name: string) => boolean; below?: readonly string[] }>> = {
  '.': {
    isOurs: (name) => isOwnName(name) || name === 'metadata.json',
    below: ['screenshots', fileNames.scores, fileNames.labels, attachmentsFolder],
  },
  screenshots: {
    isOurs: () => false,
    below: Object.values(frameFolders).map((path) => path.slice('screenshots/'.length)),
  },
  [frameFolders.agent]: { isOurs: isFrameName },
  [frameFolders.probe]: { isOurs: isFrameName },
  [frameFolders.blobs]: { isOurs: isHashName },
  [attachmentsFolder]: { isOurs: isHashName },
  [fileNames.scores]: { isOurs: isJsonName },
  [fileNames.labels]: { isOurs: isJsonName },
}

/** The files that a desktop leaves in every folder that somebody has looked at. */
const litter: ReadonlySet<string> = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini'])

/**
 * Find files in the directory of a recording that are clearly somebody else's, by their name or because they are
 * folders where we have none: paths relative to it, a folder as one with a slash at its end. Links of our names are
 * none of these: only the link itself would be removed.
 *
 * @throws {ContrailError} FILE_UNREADABLE
 */
export async function findForeign(io: Io, directory: string, folder = '.'): Promise<string[]> {
  const { isOurs, below = [] } = folders[folder] ?? { isOurs: () => false }
  const found: string[] = []
  for (const name of await namesIn(io, join(directory, folder))) {
    const path = folder === '.' ? name : `${folder}/${name}`
    const isFolder = (await statIfThere(io, join(directory, path)))?.kind === 'directory'
    if (isFolder && below.includes(name)) found.push(...(await findForeign(io, directory, path)))
    else if (isFolder) found.push(`${path}/`)
    else if (!isOurs(name) && !below.includes(name) && !litter.has(name)) found.push(path)
  }
  return found
}

/** FOREIGN_FILES for a recording that holds what is somebody else's, naming a few of it. */
export function foreignFiles(directory: string, foreign: readonly string[]): ContrailError {
  const message = `${directory} holds what is not Contrail's: ${listForeign(foreign)}; move it away, or force the removal`
  return new ContrailError('FOREIGN_FILES', message, { details: { directory, foreign: foreign.slice(0, 20) } })
}

/** A few of them, and how many more there are. */
export function listForeign(foreign: readonly string[]): string {
  const shown = foreign.slice(0, 5).join(', ')
  return foreign.length > 5 ? `${shown} and ${foreign.length - 5} more` : shown
}

function isFrameName(name: string): boolean {
  return /^(?:\d+(?:_\d+)?|initial|final)\.[a-z0-9]{2,5}(?:\.tmp)?$/.test(name)
}

function isHashName(name: string): boolean {
  return /^[0-9a-f]{64}(?:\.compact)?\.[a-z0-9]{2,5}$/.test(name) || isTemporary(name)
}

function isJsonName(name: string): boolean {
  return name.endsWith('.json') || isTemporary(name)
}
