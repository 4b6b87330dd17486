import { ContrailError, isContrailError } from '@contrail/core'
import { isUtf8 } from 'node:buffer'
import { open } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { findInvalidByte } from './find-invalid-byte.ts'

/** The sources of texts: a file by its name, or `-` for what is given to the program. */
export interface TextSources {
  readonly cwd: string
  readonly stdin: Readable
}

/** No string of the engine is longer. */
const maxSizeBytes = 512_000_000

/**
 * Read a text as it is, a mark of its byte order too.
 *
 * @param file its name, or `-` for standard input
 * @throws {ContrailError} FILE_UNREADABLE, FILE_TOO_LARGE above 512 MB, FILE_INVALID with the offset of the first byte that is not
 * UTF-8
 */
export async function readText(file: string, { cwd, stdin }: TextSources): Promise<string> {
  const name = file === '-' ? 'standard input' : path.resolve(cwd, file)
  const bytes = file === '-' ? await readAll(stdin, name) : await readFile(name)
  if (isUtf8(bytes)) return bytes.toString('utf8')
  const offset = findInvalidByte(bytes)
  throw new ContrailError('FILE_INVALID', `${name} is no text in UTF-8: the byte at offset ${offset} is wrong`, {
    details: { path: name, offset },
  })
}

async function readFile(name: string): Promise<Buffer> {
  try {
    await using file = await open(name)
    const { size } = await file.stat()
    if (size > maxSizeBytes) throw tooLarge(name, size)
    return await readAll(file.createReadStream(), name)
  } catch (cause) {
    if (isContrailError(cause)) throw cause
    const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new ContrailError('FILE_UNREADABLE', `${name} cannot be read (${errno})`, {
      cause,
      details: { path: name, errno },
    })
  }
}

/** Also of what tells no size, such as a pipe: it is not read on when it has become too large. */
async function readAll(stream: Readable, name: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk as Buffer)
    chunks.push(bytes)
    sizeBytes += bytes.byteLength
    if (sizeBytes > maxSizeBytes) throw tooLarge(name, sizeBytes)
  }
  return Buffer.concat(chunks)
}

function tooLarge(name: string, sizeBytes: number): ContrailError {
  return new ContrailError(
    'FILE_TOO_LARGE',
    `${name} has ${sizeBytes} bytes or more; at most ${maxSizeBytes} are read`,
    {
      details: { path: name, sizeBytes, maxBytes: maxSizeBytes },
    },
  )
}
