import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'vitest'

/** Skip a test where something lacks. Said aloud: a promise that was not checked is not a promise kept. */
export function skipUnless(context: TestContext, lack: string | undefined): void {
  if (lack === undefined) return
  console.warn(`SKIPPED "${context.task.name}": ${lack}`)
  context.skip(lack)
}

/** Why no shim can stand between Node and the system here; undefined where it can. */
export function whyNoShim(): string | undefined {
  if (process.platform !== 'linux') return 'LD_PRELOAD needs Linux'
  return runs('gcc', '--version') ? undefined : 'gcc is not installed'
}

/** The command that gives a program mounts of its own, which go when it ends. */
export const inOwnMounts = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-Urm']

/** Why nothing can be mounted here, as root or in a namespace of our own; undefined where it can. */
export function whyNoMounts(): string | undefined {
  if (process.platform !== 'linux') return 'mount namespaces need Linux'
  const can = inTemporaryFolder((folder) => runs(...inOwnMounts, 'mount', '-t', 'tmpfs', 'none', folder))
  return can ? undefined : 'this user may not mount a tmpfs, nor make a namespace to do it in'
}

/** Why no ext4 image can be made and mounted here; undefined where it can. */
export function whyNoExt4(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'loop mounts need root on Linux'
  if (!runs('gcc', '--version')) return 'gcc is not installed'
  const can = inTemporaryFolder((folder) => {
    const image = join(folder, 'image')
    return (
      runs('truncate', '-s', '8M', image) &&
      runs('mkfs.ext4', '-q', '-F', image) &&
      runs(...inOwnMounts, 'mount', '-o', 'loop', image, folder)
    )
  })
  return can ? undefined : 'no ext4 image can be mounted on a loop device'
}

/** Why no process can be held to few open files here; undefined where it can. */
export function whyNoLimits(): string | undefined {
  return runs('sh', '-c', 'ulimit -n 64') ? undefined : 'there is no shell with ulimit'
}

/** Compile a C file of this folder. @returns the path of what was made */
export function compile(source: string, folder: string, ...flags: string[]): string {
  const target = join(folder, source.replace(/\.c$/, '.built'))
  run('gcc', ...flags, '-Wall', '-Werror', '-o', target, join(import.meta.dirname, source))
  return target
}

/** @throws with what the command said, when it fails */
function run(...command: readonly string[]): void {
  const [program, ...args] = command as [string, ...string[]]
  try {
    execFileSync(program, args, { stdio: 'pipe' })
  } catch (cause) {
    throw new Error(`${command.join(' ')}: ${String((cause as { stderr?: Buffer }).stderr)}`, { cause })
  }
}

function runs(...command: readonly string[]): boolean {
  try {
    run(...command)
    return true
  } catch {
    // Not installed, or not allowed: either way it cannot be used here.
    return false
  }
}

function inTemporaryFolder(look: (folder: string) => boolean): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'contrail-machine-'))
  try {
    return look(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
