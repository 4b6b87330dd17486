import { ContrailError, isContrailError } from '@contrail/core'
import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { findInvalidByte } from './find-invalid-byte.ts'

/** The sources of texts: a file by its name, or `-` for what is given to the program. */
export interface TextSources {
  readonly cwd: string
  readonly stdin: Readable
}

/** No string of the engine is longer. */
const mostBytes = 512_000_000

/**
 * Read a text as it is, a mark of its byte order too.
 *
 * @param file its name, or `-` for standard input
 * @throws {ContrailError} FILE_UNREADABLE, FILE_TOO_LARGE above 512 MB, FILE_INVALID with the offset of the first byte that is not
 * UTF-8
 */
export async function readText(file: string, { cwd, stdin }: TextSources): Promise<string> {
  if (file === '-') return decode(await readAll(stdin, 'standard input', mostBytes), 'standard input')
  return readTextFile(path.resolve(cwd, file))
}

/**
 * Read the text of a file.
 *
 * @param maxBytes the size of the largest that is read; default 512 MB
 * @throws {ContrailError} as {@link readText}
 */
export async function readTextFile(name: string, maxBytes = mostBytes): Promise<string> {
  try {
    const { size } = await stat(name)
    if (size > maxBytes) throw tooLarge(name, size, maxBytes)
    return decode(await readAll(createReadStream(name), name, maxBytes), name)
  } catch (cause) {
    if (isContrailError(cause)) throw cause
    const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new ContrailError('FILE_UNREADABLE', `${name} cannot be read (${errno})`, {
      cause,
      details: { path: name, errno },
    })
  }
}

function decode(bytes: Buffer, name: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  const offset = findInvalidByte(bytes)
  throw new ContrailError('FILE_INVALID', `${name} is no text in UTF-8: the byte at offset ${offset} is wrong`, {
    details: { path: name, offset },
  })
}

/** Also of what tells no size, such as a pipe: it is not read on when it has become too large. */
async function readAll(stream: Readable, name: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk as Buffer)
    chunks.push(bytes)
    sizeBytes += bytes.byteLength
    if (sizeBytes > maxBytes) throw tooLarge(name, sizeBytes, maxBytes)
  }
  return Buffer.concat(chunks)
}

function tooLarge(name: string, sizeBytes: number, maxBytes: number): ContrailError {
  const message = `${name} has ${sizeBytes} bytes or more; at most ${maxBytes} are read`
  return new ContrailError('FILE_TOO_LARGE', message, { details: { path: name, sizeBytes, maxBytes } })
}
