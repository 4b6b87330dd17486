import { appendFileSync, closeSync, openSync } from 'node:fs'
import { appendFile, open } from 'node:fs/promises'
import { codeOf } from './files.ts'

/** Results that cost something to make, kept in the storage, by key. */
export interface ResultCache {
  get(key: string): unknown
  /** Keep a result, which JSON can hold. When this resolves it outlives the process. */
  put(key: string, result: unknown): Promise<void>
}

/** The cache of a storage, one JSON line a result. Only who holds the storage's lock reads and writes it. */
export interface StoredCache extends ResultCache {
  /** Read what others have added. */
  refresh(): Promise<void>
  /** Let go of the file, until the next result. */
  release(): void
  /** Add all of it to another one. */
  copyTo(path: string): Promise<void>
}

const newline = 0x0a

/**
 * Make the cache of a file. A line that was torn by the end of a process is no result, and harms no other.
 *
 * @param path is made with the first result
 */
export function createCache(path: string): StoredCache {
  const results = new Map<string, unknown>()
  let knownBytes = 0
  let isTorn = false
  let descriptor: number | undefined
  return {
    get: (key) => results.get(key),
    async put(key, result) {
      results.set(key, result)
      const line = Buffer.from(`${isTorn ? '\n' : ''}${JSON.stringify([key, result])}\n`)
      descriptor ??= openSync(path, 'a')
      // A short blocking write: awaited ones cost more than many a labeler, and what a killed step had finished must stay.
      appendFileSync(descriptor, line)
      knownBytes += line.length
      isTorn = false
    },
    async refresh() {
      const bytes = await readFrom(path, knownBytes)
      knownBytes += bytes.length
      for (const line of bytes.toString('utf8').split('\n')) {
        const entry = parseLine(line)
        if (entry) results.set(...entry)
      }
      if (bytes.length > 0) isTorn = bytes.at(-1) !== newline
    },
    release() {
      if (descriptor !== undefined) closeSync(descriptor)
      descriptor = undefined
    },
    async copyTo(target) {
      const bytes = await readFrom(path, 0)
      if (bytes.length > 0) await appendFile(target, Buffer.concat([Buffer.from('\n'), bytes, Buffer.from('\n')]))
    },
  }
}

async function readFrom(path: string, position: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    const handle = await open(path, 'r')
    try {
      for await (const chunk of handle.createReadStream({ start: position, autoClose: false }))
        chunks.push(chunk as Buffer)
    } finally {
      await handle.close()
    }
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause
  }
  return Buffer.concat(chunks)
}

function parseLine(line: string): [key: string, result: unknown] | undefined {
  if (line === '') return undefined
  try {
    const value = JSON.parse(line) as unknown
    return Array.isArray(value) && typeof value[0] === 'string' ? [value[0], value[1]] : undefined
  } catch {
    return undefined // torn: its result is made again
  }
}
