import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { repositoryRoot } from '../guards.ts'
import { measureFiles } from './measure-files.ts'

/**
 * Run `contrail compact` on a finished recording, and measure what is left.
 *
 * @returns the bytes of its files, and how long the whole command took
 * @throws what `execFile` throws where the command does not end with 0: its message has what was said
 */
export async function compactRecording(directory: string): Promise<{ compactedBytes: number; compactMs: number }> {
  const program = join(repositoryRoot, 'packages', 'contrail', 'src', 'bin.ts')
  const startedMs = performance.now()
  await promisify(execFile)(process.execPath, ['--conditions=@contrail/source', program, 'compact', directory])
  const compactMs = performance.now() - startedMs
  return { compactedBytes: (await measureFiles(directory)).sizeBytes, compactMs }
}
