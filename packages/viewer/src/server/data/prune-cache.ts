import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A cache may take so many bytes before its oldest files go, and so many after that. */
const [mostBytes, keptBytes] = [256_000_000, 192_000_000]

/**
 * Remove the oldest files of a folder of a cache where all take more than it may, and what writers that died have left. Never
 * rejects: a cache that cannot be looked at stays as it is.
 */
export async function pruneCache(directory: string, limits = { mostBytes, keptBytes }): Promise<void> {
  try {
    const names = await readdir(directory)
    const found = await Promise.all(
      names.map(async (name) => {
        const { size, mtimeMs } = await stat(join(directory, name))
        return { name, size, mtimeMs }
      }),
    )
    const total = found.reduce((sum, { size }) => sum + size, 0)
    let surplus = total > limits.mostBytes ? total - limits.keptBytes : 0
    const hourAgoMs = Date.now() - 3_600_000
    for (const { name, size, mtimeMs } of found.toSorted((a, b) => a.mtimeMs - b.mtimeMs)) {
      if (surplus <= 0 && !(name.endsWith('.tmp') && mtimeMs < hourAgoMs)) continue
      await rm(join(directory, name), { force: true })
      surplus -= size
    }
  } catch {
    // It is not there yet, or somebody else clears it.
  }
}
