import { join, resolve } from 'node:path'
import {
  createSecretFilter,
  createViewScanner,
  findShapesIn,
  messageOf,
  viewsOfBytes,
  type SecretHit,
} from '@contrail/core'
import { unreadable } from '../io/disk-error.ts'
import { diskIo, systemError, type Io } from '../io/io.ts'
import { fillFrom, inMemory, openUntrusted, type UntrustedFile } from '../io/open-untrusted.ts'
import { formOf, type SecretForm } from './secret-form.ts'
import type { NamedSecret } from './secrets-file.ts'

/** A place in which a secret stands. The secret itself is never said, not even in the name of a file. */
export interface SecretFinding {
  /** Relative to the directory, with forward slashes; what is a secret in it is `[secret]`. */
  readonly file: string
  /** `content`, or the file's own path. */
  readonly where: 'content' | 'name'
  /** Of its first byte, in the file or in its path. */
  readonly offset: number
  /** `registered`, or what it is by its shape, e.g. `jwt`. */
  readonly kind: string
  /** The form in which it is written; `shape` for what was known by its shape. */
  readonly form: SecretForm | 'shape'
  /** The source of a registered secret, e.g. `GITHUB_TOKEN`. */
  readonly name?: string
}

/** The report of what a search for secrets has found, and what it could not look into. */
export interface ScanReport {
  readonly directory: string
  readonly findings: readonly SecretFinding[]
  /** Files that could not be searched: links, devices, what the disk refuses. */
  readonly unread: readonly { readonly file: string; readonly message: string }[]
  /** Files that were left out because they are larger than was asked for. */
  readonly tooLarge: readonly { readonly file: string; readonly sizeBytes: number }[]
  readonly fileCount: number
  readonly sizeBytes: number
  /** True where there were more findings than are reported, which are 10,000 at most. */
  readonly more: boolean
}

const windowBytes = 1_000_000
/** The most bytes in which one byte of a secret is written, as `createViewScanner` finds it. */
const mostBytesPerByte = 24
/** Longer than any private key in PEM, escaped. */
const longestShapeBytes = 64_000
/** At the beginning of a window it cannot be seen what stands before; the window before it has looked there. */
const blindBytes = 64
const maxFindings = 10_000

/**
 * Search every byte of every file below a directory for secrets, and the names of files too: registered values plain,
 * percent-, JSON- and HTML-escaped, in hex, base64 and base64url, and in texts what is known by its shape. Files are read in
 * pieces, however large; in what is no text escapes within escapes are not undone where a secret begins. What is inside compressed data, such as the pixels of a picture, is not seen.
 *
 * @param options.maxFileBytes larger files are left out; default none
 * @param options.onFile hears of every file before it is searched, by its name without secrets
 * @throws {ContrailError} FILE_UNREADABLE when the directory itself cannot be read
 */
export function scanForSecrets(
  directory: string,
  secrets: readonly NamedSecret[],
  options: {
    maxFileBytes?: number | undefined
    onFile?: ((file: string, sizeBytes: number) => void) | undefined
  } = {},
): Promise<ScanReport> {
  return scanForSecretsOn(diskIo, directory, secrets, options)
}

/** {@link scanForSecrets} on another disk. */
export async function scanForSecretsOn(
  io: Io,
  directory: string,
  secrets: readonly NamedSecret[],
  options: Parameters<typeof scanForSecrets>[2] = {},
): Promise<ScanReport> {
  const { maxFileBytes = Number.POSITIVE_INFINITY, onFile } = options
  const root = resolve(directory)
  const search = createSearch(secrets)
  const findings: SecretFinding[] = []
  const unread: { file: string; message: string }[] = []
  const tooLarge: { file: string; sizeBytes: number }[] = []
  let fileCount = 0
  let sizeBytes = 0
  let more = false
  const found = (finding: SecretFinding): void => {
    if (findings.length < maxFindings) findings.push(finding)
    else more = true
  }
  const visit = async (relative: string): Promise<void> => {
    const { file, inName } = search.name(relative)
    // A folder's name is part of the path of each file below it: it is told once, at the folder.
    const lastName = Buffer.byteLength(relative.slice(0, relative.lastIndexOf('/') + 1))
    for (const hit of inName) if (hit.end > lastName) found({ file, where: 'name', ...hit.finding })
    try {
      const { kind } = await io.lstat(join(root, relative))
      if (kind === 'directory') {
        for (const name of await io.readdir(join(root, relative))) await visit(`${relative}/${name}`)
        return
      }
      const open = await openUntrusted(io, root, relative)
      if (!open) throw systemError('ENOENT', relative)
      try {
        if (open.sizeBytes > maxFileBytes) return void tooLarge.push({ file, sizeBytes: open.sizeBytes })
        onFile?.(file, open.sizeBytes)
        fileCount++
        sizeBytes += open.sizeBytes
        for await (const hit of search.content(open)) found({ file, where: 'content', ...hit })
      } finally {
        await open.close()
      }
    } catch (cause) {
      // One that has gone meanwhile too: who searches must know that it was not searched.
      unread.push({ file, message: search.text(messageOf(unreadable(join(root, relative), cause))) })
    }
  }
  const names = await io.readdir(root).catch((cause: unknown) => {
    throw unreadable(root, cause)
  })
  for (const name of names) await visit(name)
  return { directory: root, findings, unread, tooLarge, fileCount, sizeBytes, more }
}

/**
 * Make a search for secrets in what is held in memory, as {@link scanForSecrets} searches a file.
 *
 * @returns finds the secrets in a content, which may be a text in UTF-8 or anything else; empty where there is none
 */
export function createSecretScanner(
  secrets: readonly NamedSecret[],
): (content: Uint8Array) => Promise<Omit<SecretFinding, 'file' | 'where'>[]> {
  const search = createSearch(secrets)
  return async (content) => {
    const hits: Hit[] = []
    for await (const hit of search.content(inMemory(content))) hits.push(hit)
    return hits
  }
}

type Hit = Omit<SecretFinding, 'file' | 'where'>

type Readable = Pick<UntrustedFile, 'sizeBytes' | 'read'>

interface Search {
  /** The path of a file as it may be shown, and the secrets in it. */
  name(relative: string): { file: string; inName: { finding: Hit; end: number }[] }
  /** A text without secrets. */
  text(text: string): string
  content(file: Readable): AsyncGenerator<Hit>
}

function createSearch(secrets: readonly NamedSecret[]): Search {
  const values = secrets.map(({ value }) => value)
  const scan = createViewScanner(values)
  const mayHold = createSecretFilter(values)
  /** Search bytes that are no text, only where a secret may begin. */
  const scanBinary = (bytes: Uint8Array): SecretHit[] =>
    mayHold(bytes).flatMap(({ start, end }) =>
      scan(viewsOfBytes(bytes.subarray(start, end))).map((hit) => ({ ...hit, offset: start + hit.offset })),
    )
  const longest = secrets.reduce((most, { value }) => Math.max(most, Buffer.byteLength(value)), 0)
  const overlapBytes = Math.max(longestShapeBytes, longest * mostBytesPerByte) + blindBytes
  const registered = (bytes: Uint8Array, offset: number, sizeBytes: number, secret: number): Hit => {
    const { name, value } = secrets[secret] as NamedSecret
    return { offset, kind: 'registered', form: formOf(bytes.subarray(offset, offset + sizeBytes), value), name }
  }
  const masked = (text: string): string => {
    const bytes = Buffer.from(text)
    const parts: string[] = []
    let from = 0
    const views = viewsOfBytes(bytes)
    const spans = [...scan(views), ...findShapesIn(views)].toSorted((a, b) => a.offset - b.offset)
    for (const { offset, sizeBytes } of spans) {
      if (offset >= from) parts.push(bytes.subarray(from, offset).toString(), '[secret]')
      from = Math.max(from, offset + sizeBytes)
    }
    return parts.join('') + bytes.subarray(from).toString()
  }
  return {
    text: masked,
    name(relative) {
      const bytes = Buffer.from(relative)
      const views = viewsOfBytes(bytes)
      const inName = [
        ...scan(views).map((hit) => ({
          finding: registered(bytes, hit.offset, hit.sizeBytes, hit.secret),
          end: hit.offset + hit.sizeBytes,
        })),
        ...findShapesIn(views).map(({ offset, sizeBytes, kind }) => ({
          finding: { offset, kind, form: 'shape' as const },
          end: offset + sizeBytes,
        })),
      ]
      return { file: inName.length > 0 ? masked(relative) : relative, inName }
    },
    async *content(file) {
      const told = new Set<string>()
      const window = new Uint8Array(Math.min(file.sizeBytes, windowBytes + overlapBytes))
      let isText = true
      for (let from = 0; from < file.sizeBytes; from += windowBytes) {
        const bytes = window.subarray(0, await fillFrom(file, window, from))
        const isLast = from + windowBytes >= file.sizeBytes
        // As git tells them: a text has no NUL near its beginning.
        if (from === 0) isText = !bytes.subarray(0, 8_000).includes(0)
        const views = isText ? viewsOfBytes(bytes) : []
        const known = isText ? scan(views) : scanBinary(bytes)
        const hits: (Hit & { id: string })[] = known.map(({ offset, sizeBytes, secret }) => ({
          ...registered(bytes, offset, sizeBytes, secret),
          id: `${from + offset}:${secret}`,
        }))
        if (isText) {
          for (const { offset, kind } of findShapesIn(views)) {
            hits.push({ offset, kind, form: 'shape', id: `${from + offset}:${kind}` })
          }
        }
        for (const { id, offset, ...hit } of hits.toSorted((a, b) => a.offset - b.offset)) {
          // What begins at the edges is told by the window that has what stands around it.
          const isAtEdge = (from > 0 && offset < blindBytes) || (!isLast && offset >= windowBytes + blindBytes)
          if (isAtEdge || told.has(id)) continue
          told.add(id)
          yield { ...hit, offset: from + offset }
        }
      }
    },
  }
}
