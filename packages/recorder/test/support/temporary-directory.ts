import { accessSync, constants, statfsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Some folders in memory hold 64 MB, as a container's do: a test needs more than that. */
const roomBytes = 1_000_000_000

/** A fresh folder on the real disk, for what the disk itself has a say in. It is removed when the test that asked for it has finished. */
export function temporaryDirectory(): Promise<string> {
  return makeTemporary(tmpdir())
}

/**
 * A fresh folder in memory where there is one with room. It is a file system like any other, but for the power that nobody cuts
 * here: what syncs a thousand times waits for no disk.
 */
export function memoryDirectory(): Promise<string> {
  return makeTemporary(hasMemoryFolder() ? '/dev/shm' : tmpdir())
}

function hasMemoryFolder(): boolean {
  try {
    accessSync('/dev/shm', constants.W_OK)
    const { bavail, bsize } = statfsSync('/dev/shm')
    return bavail * bsize > roomBytes
  } catch {
    // No such folder here, or not for us: the disk does the same, in more time.
    return false
  }
}

async function makeTemporary(parent: string): Promise<string> {
  const path = await mkdtemp(join(parent, 'contrail-recorder-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}
