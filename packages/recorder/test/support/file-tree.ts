import type { Dirent } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** Relative paths of all files below a folder, sorted. Folders end with a slash; what a link leads to is not below it. */
export async function listTree(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const pathOf = (entry: Dirent): string => relative(directory, join(entry.parentPath, entry.name))
  // Node.js 26 follows links into folders.
  const links = entries.filter((entry) => entry.isSymbolicLink()).map((entry) => `${pathOf(entry)}/`)
  return entries
    .filter((entry) => !links.some((link) => pathOf(entry).startsWith(link)))
    .map((entry) => pathOf(entry) + (entry.isDirectory() ? '/' : ''))
    .toSorted()
}

/** Everything that a byte-for-byte comparison looks at: names, and the bytes of every file (as latin1 text). */
export async function readTree(directory: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {}
  for (const path of await listTree(directory)) {
    tree[path] = path.endsWith('/') ? '' : await readFile(join(directory, path), 'latin1')
  }
  return tree
}

/** The permission bits of every file and folder below a folder, e.g. `{ 'core.log': '600' }`. */
export async function readModes(directory: string): Promise<Record<string, string>> {
  const modes: Record<string, string> = {}
  for (const path of await listTree(directory)) {
    modes[path] = ((await stat(join(directory, path))).mode & 0o777).toString(8)
  }
  return modes
}

/** Read a JSON file of a recording. */
export async function readJson<T = Record<string, unknown>>(...path: string[]): Promise<T> {
  return JSON.parse(await readFile(join(...path), 'utf8')) as T
}
