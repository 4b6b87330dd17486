import { fsync } from 'node:fs'
import { open, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

/** The code of an error of the file system, e.g. `ENOENT`. */
export function codeOf(cause: unknown): string | undefined {
  return (cause as NodeJS.ErrnoException | undefined)?.code
}

/** The text of a file; undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined
    throw cause
  }
}

// By the descriptor: the handles that Yarn's Plug'n'Play puts in place of Node's cannot do it.
const syncDescriptor = promisify(fsync)

/** Make what was written to a file, or in a folder, durable. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await syncDescriptor(handle.fd)
  } catch (cause) {
    // A folder that a file system cannot sync is as safe as that file system makes it.
    if (!['EINVAL', 'ENOSYS', 'ENOTSUP', 'EPERM', 'EISDIR'].includes(codeOf(cause) ?? '')) throw cause
  } finally {
    await handle.close()
  }
}

/** Put a text in place of a file: whoever reads it sees the old one or the new one, whole. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const prepared = `${path}.new`
  await writeFile(prepared, text, { flush: true })
  await rename(prepared, path)
  await sync(dirname(path))
}
