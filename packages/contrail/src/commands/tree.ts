import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'

/** A file or a directory. A directory's size is that of the different files in it: a file with two names counts once. */
export interface TreeNode {
  readonly name: string
  readonly sizeBytes: number
  /** Of a directory: how many files are in it and below. */
  readonly fileCount?: number
  readonly children?: readonly TreeNode[]
}

/** Read a directory with everything in it, by name. Links are not followed. */
export async function readTree(directory: string): Promise<TreeNode> {
  return read(directory, new Set())
}

async function read(file: string, counted: Set<string>): Promise<TreeNode> {
  const found = await lstat(file)
  const name = path.basename(file)
  if (!found.isDirectory()) {
    const identity = `${found.dev}:${found.ino}`
    const sizeBytes = counted.has(identity) ? 0 : found.size
    counted.add(identity)
    return { name, sizeBytes }
  }
  const children: TreeNode[] = []
  for (const child of (await readdir(file)).toSorted()) children.push(await read(path.join(file, child), counted))
  return {
    name,
    sizeBytes: children.reduce((sum, child) => sum + child.sizeBytes, 0),
    fileCount: children.reduce((sum, child) => sum + (child.fileCount ?? 1), 0),
    children,
  }
}
