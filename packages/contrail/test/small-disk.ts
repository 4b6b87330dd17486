import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished, type TestContext } from 'vitest'

/** A disk of its own, which is gone when the test is. */
export interface SmallDisk {
  readonly directory: string
  /** From now on nothing can be written to it. */
  makeReadOnly(): void
}

/** Mount a disk of so many megabytes; where nobody may, the test is skipped and says why. */
export async function mountSmallDisk(context: TestContext, megabytes: number): Promise<SmallDisk> {
  const directory = await mkdtemp(path.join(tmpdir(), 'contrail-disk-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  if (!runs('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'none', directory)) {
    context.skip('this user may not mount a tmpfs')
  }
  onTestFinished(() => void runs('umount', '-l', directory))
  return {
    directory,
    makeReadOnly: () => {
      if (!runs('mount', '-o', 'remount,ro', directory)) context.skip('this user may not mount a disk to be read only')
    },
  }
}

function runs(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    // The caller says what cannot be tested then.
    return false
  }
}
