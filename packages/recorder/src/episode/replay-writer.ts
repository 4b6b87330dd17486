import { chmod, copyFile, lstat, mkdir, open, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type AttachmentReference, ContrailError, isContrailError } from '@contrail/core'
import { isAbsent, unreadable } from '../io/disk-error.ts'
import { errnoOf } from '../io/io.ts'
import { readContent, type PlannedChange, type ReadAttachment } from './plan-replay.ts'
import { fromTreePath, hashFile } from './tree.ts'

/** The writer of one replay: makes the start, then change after change. */
export class ReplayWriter {
  private readonly into: string
  private readonly readAttachment: ReadAttachment
  private temporaries = 0

  constructor(into: string, readAttachment: ReadAttachment) {
    this.into = into
    this.readAttachment = readAttachment
  }

  /**
   * Make the start: a copy of a folder, or the files that the recording knows the beginning of.
   *
   * @throws {ContrailError} DIRECTORY_UNAVAILABLE
   */
  async begin(
    start: ReadonlyMap<string, { sha256: string }>,
    from: string | undefined,
    isInPlace: boolean,
    changes: readonly PlannedChange[],
  ): Promise<void> {
    try {
      await mkdir(this.into, { recursive: true })
      if (isInPlace) return
      if (from === undefined) {
        for (const [path, before] of firstBefores(changes)) await this.write(path, before)
        return
      }
      for (const path of start.keys()) {
        const to = fromTreePath(this.into, path)
        await mkdir(parentOf(to), { recursive: true })
        await copyFile(fromTreePath(from, path), to)
      }
    } catch (cause) {
      if (isContrailError(cause)) throw cause
      const message = `the files of the start cannot be written into ${this.into} (${errnoOf(cause) ?? 'unknown error'})`
      throw new ContrailError('DIRECTORY_UNAVAILABLE', message, { cause, details: { path: this.into } })
    }
  }

  /** @returns why it could not be done */
  async apply({ path, before, after }: PlannedChange): Promise<string | undefined> {
    try {
      const found = await this.hashAt(path)
      if (before !== undefined && found !== before?.sha256) return 'before_differs'
      if (after) return await this.write(path, after)
      if (found === undefined) return before === undefined ? 'before_differs' : undefined
      await unlink(join(this.into, path))
      return undefined
    } catch (cause) {
      if (errnoOf(cause) === undefined && !isContrailError(cause)) throw cause
      return 'write_failed'
    }
  }

  /** @returns why the content cannot be had, which was different a moment ago */
  private async write(path: string, reference: AttachmentReference): Promise<string | undefined> {
    const content = await readContent(reference, this.readAttachment)
    if (typeof content === 'string') return content
    await assertNoLinks(this.into, [{ path }])
    const to = join(this.into, path)
    await mkdir(dirname(to), { recursive: true })
    const mode = await modeOf(to)
    const temporary = join(dirname(to), `.contrail-replay-${process.pid}-${this.temporaries++}`)
    try {
      const file = await open(temporary, 'wx', 0o644)
      try {
        await file.writeFile(content)
      } finally {
        await file.close()
      }
      if (mode !== undefined) await chmod(temporary, mode)
      await rename(temporary, to)
    } catch (cause) {
      // The first error is the one to tell.
      await unlink(temporary).catch(() => undefined)
      throw cause
    }
    return undefined
  }

  private async hashAt(path: string): Promise<string | undefined> {
    await assertNoLinks(this.into, [{ path }])
    const place = join(this.into, path)
    try {
      if (!(await lstat(place)).isFile()) return 'no file'
    } catch (cause) {
      if (isAbsent(cause)) return undefined
      throw cause
    }
    return (await hashFile(place)).sha256
  }
}

/** @throws {ContrailError} FILE_UNSAFE where a path leads through a link below a folder, or is one */
export async function assertNoLinks(folder: string, changes: readonly { readonly path: string }[]): Promise<void> {
  const looked = new Set<string>()
  for (const { path } of changes) {
    const names = path.split('/')
    for (let depth = 1; depth <= names.length; depth++) {
      const part = names.slice(0, depth).join('/')
      if (looked.has(part)) continue
      looked.add(part)
      const stat = await lstat(join(folder, part)).catch((cause: unknown) => {
        if (isAbsent(cause)) return undefined
        throw unreadable(join(folder, part), cause)
      })
      if (stat?.isSymbolicLink() !== true) continue
      throw new ContrailError('FILE_UNSAFE', `${JSON.stringify(path)} passes the link ${join(folder, part)}`, {
        details: { path },
      })
    }
  }
}

/** The files that a recording knows the beginning of: what each path was when it was first mentioned. */
export function firstBefores(changes: readonly PlannedChange[]): Map<string, AttachmentReference> {
  const mentioned = new Set<string>()
  const found = new Map<string, AttachmentReference>()
  for (const { path, before } of changes) {
    if (!mentioned.has(path) && before) found.set(path, before)
    mentioned.add(path)
  }
  return found
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).mode & 0o777
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw cause
  }
}

function parentOf(path: Buffer): Buffer {
  return path.subarray(0, path.lastIndexOf('/'))
}
