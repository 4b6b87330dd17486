import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

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

/** Make what was written to a file, or in a folder, durable. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
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
  const handle = await open(prepared, 'w')
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(prepared, path)
  await sync(dirname(path))
}
