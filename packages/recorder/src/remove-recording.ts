import { basename, dirname, join } from 'node:path'
import { errnoOf, type Io } from './io.ts'

/**
 * Remove a recording. It is renamed first, so that nobody ever sees half of it, and a crash in between leaves a name
 * that says what it is. The folder of the run goes too when this was its last recording.
 */
export async function removeRecording(io: Io, directory: string): Promise<void> {
  const aside = join(dirname(directory), `.removed-${basename(directory)}`)
  await io.rename(directory, aside)
  await removeTree(io, aside)
  try {
    await io.rmdir(dirname(directory))
  } catch (cause) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errnoOf(cause) ?? '')) throw cause
  }
}

async function removeTree(io: Io, path: string): Promise<void> {
  for (const name of await io.readdir(path)) {
    const child = join(path, name)
    if ((await io.lstat(child)).kind === 'directory') await removeTree(io, child)
    else await io.unlink(child)
  }
  await io.rmdir(path)
}
