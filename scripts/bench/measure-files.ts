import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Measure a folder: the bytes of its files and how many there are, in all its folders. A file with several names counts
 * once.
 */
export async function measureFiles(directory: string): Promise<{ sizeBytes: number; files: number }> {
  const sizes = new Map<number, number>()
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const { ino, size } = await lstat(join(entry.parentPath, entry.name))
    sizes.set(ino, size)
  }
  return { sizeBytes: [...sizes.values()].reduce((sum, size) => sum + size, 0), files: sizes.size }
}
