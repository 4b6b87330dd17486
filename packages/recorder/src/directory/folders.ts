import { join } from 'node:path'
import { ContrailError } from '@contrail/core'
import { attachmentsFolder, fileNames, frameFolders } from './names.ts'
import { statIfThere } from '../io/files.ts'
import type { Io } from '../io/io.ts'

const evidenceFolders = ['screenshots', ...Object.values(frameFolders), fileNames.scores, attachmentsFolder]

/**
 * Make sure that what is written and removed below a directory stays in it: a folder of the recording that is a link,
 * or no folder, is refused. What is not there yet is fine.
 *
 * @param folders relative to the directory; default those of frames and scores
 * @throws {ContrailError} FILE_UNSAFE, FILE_UNREADABLE
 */
export async function assertOwnFolders(
  io: Io,
  directory: string,
  folders: readonly string[] = evidenceFolders,
): Promise<void> {
  for (const folder of folders) {
    const path = join(directory, folder)
    const stat = await statIfThere(io, path)
    if (stat === undefined || stat.kind === 'directory') continue
    throw new ContrailError('FILE_UNSAFE', `${path} is ${stat.kind === 'link' ? 'a link' : 'no directory'}`, {
      details: { path },
    })
  }
}
