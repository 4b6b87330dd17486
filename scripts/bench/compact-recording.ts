import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { repositoryRoot } from '../guards.ts'
import { measureFiles } from './measure-files.ts'

/**
 * Run `contrail compact` on a finished recording, and measure what is left.
 *
 * @returns the bytes of its files
 * @throws what `execFile` throws where the command does not end with 0: its message has what was said
 */
export async function compactRecording(directory: string): Promise<number> {
  const program = join(repositoryRoot, 'packages', 'contrail', 'src', 'bin.ts')
  await promisify(execFile)(process.execPath, ['--conditions=source', program, 'compact', directory])
  return (await measureFiles(directory)).sizeBytes
}
