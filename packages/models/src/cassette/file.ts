import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ContrailError } from '@contrail/core'
import { Entry } from './entry.ts'

/** The file of a cassette. Nothing of it stays in memory but where each call stands. */
export interface CassetteFile {
  /** The last call with this key, also where another process has just written it. @throws {ContrailError} FILE_UNREADABLE */
  find(keys: Pick<Entry, KeyName>): Promise<Entry | undefined>
  /** Add a call: when this resolves it is on the disk. @throws {ContrailError} RECORDING_FAILED */
  append(entry: Entry): Promise<void>
  /** All calls that can be read, from the first on. @throws {ContrailError} FILE_UNREADABLE */
  entries(): AsyncIterable<Entry>
}

/** The key by which calls are looked for. */
type KeyName = 'key' | 'requestKey'

interface Place {
  readonly offset: number
  readonly length: number
}

const newline = 0x0a
const chunkBytes = 1_000_000

/** Use a file as a cassette. It need not be there. */
export function openCassetteFile(path: string, keyName: KeyName): CassetteFile {
  const places = new Map<string, Place>()
  let known = 0
  /** Reads and writes, one after the other. */
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work)
    // Whoever asked for the work is told that it failed.
    last = result.catch(() => undefined)
    return result
  }

  const readNew = async (file: FileHandle): Promise<void> => {
    for await (const { place, line } of linesFrom(file, known)) {
      known = place.offset + place.length + 1
      const entry = readEntry(line)
      if (entry) places.set(entry[keyName], place)
    }
  }

  return {
    find: ({ [keyName]: key }) =>
      inTurn(() =>
        reading(path, async (file) => {
          if (!places.has(key)) await readNew(file)
          const place = places.get(key)
          return place && readEntry(await readAt(file, place))
        }),
      ),
    append: (entry) => inTurn(() => appendLine(path, `${JSON.stringify(entry)}\n`)),
    entries: () => entriesOf(path),
  }
}

async function* entriesOf(path: string): AsyncIterable<Entry> {
  const file = await openThere(path)
  if (!file) return
  try {
    for await (const { line } of linesFrom(file, 0)) {
      const entry = readEntry(line)
      if (entry) yield entry
    }
  } finally {
    await file.close()
  }
}

/** A line that is no call was never written whole; only itself is lost. */
function readEntry(line: Uint8Array): Entry | undefined {
  try {
    return Entry.safeParse(JSON.parse(Buffer.from(line).toString())).data
  } catch {
    return undefined
  }
}

/** The lines of a file that end, from an offset on; what does not end is still being written, or never will be. */
async function* linesFrom(file: FileHandle, offset: number): AsyncIterable<{ place: Place; line: Uint8Array }> {
  let begun: Uint8Array[] = []
  let start = offset
  for (let position = offset; ;) {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(chunkBytes), position })
    if (bytesRead === 0) return
    position += bytesRead
    let chunk: Uint8Array = buffer.subarray(0, bytesRead)
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline)) {
      const line = Buffer.concat([...begun, chunk.subarray(0, end)])
      yield { place: { offset: start, length: line.byteLength }, line }
      start += line.byteLength + 1
      begun = []
      chunk = chunk.subarray(end + 1)
    }
    if (chunk.byteLength > 0) begun.push(chunk)
  }
}

async function readAt(file: FileHandle, { offset, length }: Place): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position: offset })
  return buffer.subarray(0, bytesRead)
}

async function reading<Result>(path: string, read: (file: FileHandle) => Promise<Result>): Promise<Result | undefined> {
  const file = await openThere(path)
  if (!file) return undefined
  try {
    return await read(file)
  } catch (cause) {
    throw unreadable(path, cause)
  } finally {
    await file.close()
  }
}

async function openThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): ContrailError {
  return new ContrailError('FILE_UNREADABLE', `the cassette ${path} cannot be read`, { cause, details: { path } })
}

/**
 * Append one line in one write, so that lines of two processes do not mix, and sync it. A line that a dead process left without
 * its end is ended first: else it would take this one with it.
 */
async function appendLine(path: string, line: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(path, 'a+')
    try {
      const { size } = await file.stat()
      const isTorn = size > 0 && (await readAt(file, { offset: size - 1, length: 1 }))[0] !== newline
      await file.appendFile(isTorn ? `\n${line}` : line)
      await file.datasync()
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new ContrailError('RECORDING_FAILED', `the cassette ${path} cannot be written`, { cause, details: { path } })
  }
}
