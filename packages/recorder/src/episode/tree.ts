import { createHash } from 'node:crypto'
import { lstat, open, readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ContrailError } from '@contrail/core'
import { unreadable } from '../io/disk-error.ts'
import { severalAtOnce } from '../io/concurrently.ts'

const mostOfTree = { maxFiles: 100_000, maxSizeBytes: 2_000_000_000 }
type TreeLimits = typeof mostOfTree
const chunkBytes = 1_000_000

/** A file of a tree by its hash. */
export interface TreeFile {
  readonly sha256: string
  readonly sizeBytes: number
}

/**
 * The plain files below a directory but for those in its `.git`, by path. A path has `/` and is the latin-1 reading of its
 * bytes, so that every name is one, also such as are no UTF-8.
 */
export type Tree = ReadonlyMap<string, TreeFile>

/** Read a path of a {@link Tree} from a text, as it stands in events. */
export function toTreePath(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1')
}

/** The path of the file system for a path of a {@link Tree}. */
export function fromTreePath(directory: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(path, 'latin1')])
}

/**
 * Hash every plain file below a directory. Links are not followed, `.git` is passed over.
 *
 * @param limits the files and bytes of the largest tree that is read
 * @throws {ContrailError} FILE_TOO_LARGE with `files` and `sizeBytes` in its details for more than 100,000 files or 2 GB;
 * FILE_UNREADABLE
 */
export async function readTree(directory: string, limits = mostOfTree): Promise<Tree> {
  const root = resolve(directory)
  const sizes = await listFiles(root, limits)
  const files = new Map<string, TreeFile>()
  await severalAtOnce(sizes.keys(), async (path) => {
    files.set(path, await hashFile(fromTreePath(root, path)))
  })
  return files
}

/**
 * The hash of a tree: sha256 of the lines `<sha256 of the file>  <path>`, sorted by the bytes of the path. It is what this
 * prints: `find . -type f -not -path './.git/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum`.
 */
export function hashOfTree(tree: Iterable<readonly [path: string, file: { readonly sha256: string }]>): string {
  const hash = createHash('sha256')
  // Each unit of a path is one byte.
  for (const [path, { sha256 }] of [...tree].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(Buffer.from(lineOf(path, sha256), 'latin1'))
  }
  return hash.digest('hex')
}

/** Hash the tree below a directory, see {@link hashOfTree}. @throws {ContrailError} as `readTree` */
export async function hashTree(directory: string): Promise<string> {
  return hashOfTree(await readTree(directory))
}

/** The sha256 and the size of a plain file. @throws an error of the system */
export async function hashFile(path: string | Buffer): Promise<TreeFile> {
  try {
    const file = await open(path, 'r')
    try {
      const hash = createHash('sha256')
      const buffer = new Uint8Array(chunkBytes)
      let sizeBytes = 0
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, chunkBytes, sizeBytes)
        if (bytesRead === 0) return { sha256: hash.digest('hex'), sizeBytes }
        hash.update(buffer.subarray(0, bytesRead))
        sizeBytes += bytesRead
      }
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw unreadable(String(path), cause)
  }
}

/** As sha256sum writes it: a name with a line break or a backslash has them escaped, and a backslash before its line. */
function lineOf(path: string, hash: string): string {
  if (!/[\\\n\r]/.test(path)) return `${hash}  ${path}\n`
  const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
  return `\\${hash}  ${escaped}\n`
}

async function listFiles(root: string, limits: TreeLimits): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  let sizeBytes = 0
  const waiting = ['']
  try {
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      const entries = await readdir(fromTreePath(root, folder), { withFileTypes: true, encoding: 'buffer' })
      for (const entry of entries) {
        const path = `${folder === '' ? '' : `${folder}/`}${entry.name.toString('latin1')}`
        if (entry.isDirectory() && path !== '.git') waiting.push(path)
        if (entry.isFile()) sizes.set(path, 0)
      }
      if (sizes.size > limits.maxFiles) throw tooLarge(root, sizes.size, sizeBytes, limits)
    }
    await severalAtOnce(sizes.keys(), async (path) => {
      const { size } = await lstat(fromTreePath(root, path))
      sizes.set(path, size)
      sizeBytes += size
    })
  } catch (cause) {
    throw unreadable(root, cause)
  }
  if (sizeBytes > limits.maxSizeBytes) throw tooLarge(root, sizes.size, sizeBytes, limits)
  return sizes
}

function tooLarge(
  root: string,
  files: number,
  sizeBytes: number,
  { maxFiles, maxSizeBytes }: TreeLimits,
): ContrailError {
  const many = files > maxFiles
  const message = many
    ? `${root} has more than ${maxFiles} files (${files} were counted)`
    : `${root} has ${sizeBytes} bytes in ${files} files; at most ${maxSizeBytes} are hashed`
  return new ContrailError('FILE_TOO_LARGE', message, {
    details: { path: root, files, sizeBytes, maxFiles, maxBytes: maxSizeBytes },
  })
}
