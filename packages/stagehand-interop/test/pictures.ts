import { Buffer } from 'node:buffer'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Bytes that begin like a PNG; the name makes them distinct. */
export const png = (name: string): Buffer => Buffer.from(`\x89PNG\r\n\x1a\n ${name}`, 'latin1')

/** Bytes that begin like a JPEG. */
export const jpeg = (name: string): Buffer => Buffer.from(`\xff\xd8\xff\xe0 ${name}`, 'latin1')

/** An empty directory that is gone when the test is over. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'contrail-interop-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}
