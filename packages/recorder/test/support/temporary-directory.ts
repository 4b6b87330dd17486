import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A fresh folder on the real disk. It is removed when the test that asked for it has finished. */
export function temporaryDirectory(): Promise<string> {
  return makeTemporary(tmpdir())
}

/** A fresh folder in memory where there is one, for what syncs a thousand times and cuts no power. */
export function memoryDirectory(): Promise<string> {
  try {
    accessSync('/dev/shm', constants.W_OK)
    return makeTemporary('/dev/shm')
  } catch {
    // No such folder here, or not for us: the disk does the same, in more time.
    return temporaryDirectory()
  }
}

async function makeTemporary(parent: string): Promise<string> {
  const path = await mkdtemp(join(parent, 'contrail-recorder-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}
