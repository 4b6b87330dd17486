import { closeSync, createReadStream, fdatasync, openSync, readSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
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
/** An answer of 1 MB and its question, escaped. */
const maxLineBytes = 16_000_000

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

  const readNew = async (): Promise<void> => {
    for await (const { place, line } of linesOf(path, known)) {
      known = place.offset + place.length + 1
      const entry = readEntry(line)
      if (entry) places.set(entry[keyName], place)
    }
  }

  const look = (key: string): Entry | undefined => {
    const place = places.get(key)
    if (!place) return undefined
    const entry = readEntry(readAtOnce(path, place))
    if (entry?.[keyName] === key) return entry
    // It is another file by now.
    places.clear()
    known = 0
    return undefined
  }

  return {
    find: async ({ [keyName]: key }) =>
      look(key) ??
      inTurn(async () => {
        await readNew()
        return look(key)
      }),
    append: (entry) => inTurn(() => appendLine(path, `${JSON.stringify(entry)}\n`)),
    entries: () => entriesOf(path),
  }
}

async function* entriesOf(path: string): AsyncIterable<Entry> {
  for await (const { line } of linesOf(path, 0)) {
    const entry = readEntry(line)
    if (entry) yield entry
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

/**
 * The lines of a file that end, from an offset on; what does not end is still being written, or never will be. Of a line that is
 * too long nothing is given.
 */
async function* linesOf(path: string, offset: number): AsyncIterable<{ place: Place; line: Uint8Array }> {
  let [start, length]: [number, number] = [offset, 0]
  let begun: Uint8Array[] = []
  for await (let chunk of chunksOf(path, offset)) {
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline)) {
      length += end
      yield { place: { offset: start, length }, line: Buffer.concat([...begun, chunk.subarray(0, end)]) }
      start += length + 1
      ;[length, begun, chunk] = [0, [], chunk.subarray(end + 1)]
    }
    length += chunk.byteLength
    if (length <= maxLineBytes) begun.push(chunk)
    else begun = []
  }
}

async function* chunksOf(path: string, offset: number): AsyncIterable<Uint8Array> {
  try {
    // A stream ends at what is the end when it gets there.
    yield* createReadStream(path, { start: offset, highWaterMark: 1_000_000 }) as AsyncIterable<Uint8Array>
  } catch (cause) {
    if (!isAbsent(cause)) throw unreadable(path, cause)
  }
}

/** One line, without waiting: a short read of a known place takes a tenth of the time that four awaited calls do. */
function readAtOnce(path: string, { offset, length }: Place): Uint8Array {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const buffer = Buffer.alloc(length)
    return buffer.subarray(0, readSync(file, buffer, 0, length, offset))
  } catch (cause) {
    if (isAbsent(cause)) return new Uint8Array()
    throw unreadable(path, cause)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function isAbsent(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).code === 'ENOENT'
}

function unreadable(path: string, cause: unknown): ContrailError {
  return new ContrailError('FILE_UNREADABLE', `the cassette ${path} cannot be read`, { cause, details: { path } })
}

// By the descriptor: the handles that Yarn's Plug'n'Play puts in place of Node's cannot do it.
const datasyncDescriptor = promisify(fdatasync)

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
      const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: Math.max(0, size - 1) })
      const isTorn = size > 0 && buffer[0] !== newline
      await file.appendFile(isTorn ? `\n${line}` : line)
      await datasyncDescriptor(file.fd)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new ContrailError('RECORDING_FAILED', `the cassette ${path} cannot be written`, { cause, details: { path } })
  }
}
