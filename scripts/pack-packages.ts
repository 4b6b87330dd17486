import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readPackages } from './architecture/tree.ts'
import { repositoryRoot, runInForeground } from './guards.ts'
import { onceInRun, oneAtATime } from './once-in-run.ts'
import { pnpmCommand } from './pnpm.mjs'

/** Build what is published, as far as it is not built, once in a run of the tests. */
export async function buildPackages(): Promise<void> {
  await onceInRun('built', async () => {
    const code = await buildAlone(['packages/contrail'])
    if (code !== 0) throw new Error(`the compiler ended with ${code}`)
  })
}

/** Build while no other process builds in this clone: two at once would write the same files. @returns the compiler's exit code */
export function buildAlone(projects: readonly string[]): Promise<number> {
  const args = [join(repositoryRoot, 'node_modules/typescript/bin/tsc'), '-b', ...projects]
  return oneAtATime(repositoryRoot, () => runInForeground(process.execPath, { args }))
}

/**
 * Pack every public package as it would be published, once in a run of the tests.
 *
 * @returns the folder of the tarballs, and the name of each in it, by the package's name
 * @throws with what the builder or pnpm said, when it fails
 */
export async function packPackages(): Promise<{ folder: string; tarballs: ReadonlyMap<string, string> }> {
  const { folder, made } = await onceInRun('packed', pack)
  return { folder, tarballs: new Map(made) }
}

async function pack(folder: string): Promise<[string, string][]> {
  await buildPackages()
  const packages = await readPackages(repositoryRoot)
  const names = [...packages.values()].filter(({ isPrivate }) => !isPrivate).map(({ name }) => name)
  const only = names.flatMap((name) => ['--filter', name])
  const start = pnpmCommand(['--recursive', ...only, 'pack', '--pack-destination', folder, '--silent'])
  await run(start.file, start.args, start.options)
  const tarballs = (await readdir(folder)).filter((file) => file.endsWith('.tgz'))
  if (tarballs.length !== names.length) throw new Error(`expected ${names.length} tarballs, got ${tarballs.join(', ')}`)
  return names.map((name) => [name, tarballOf(name, tarballs)])
}

function tarballOf(name: string, tarballs: readonly string[]): string {
  const start = `${name.replace('@', '').replace('/', '-')}-`
  const found = tarballs.find((file) => file.startsWith(start) && /^\d/.test(file.slice(start.length)))
  if (found === undefined) throw new Error(`expected a tarball of ${name}, got ${tarballs.join(', ')}`)
  return found
}

async function run(file: string, args: readonly string[], options: object = {}): Promise<void> {
  try {
    await promisify(execFile)(file, args, { ...options, cwd: repositoryRoot })
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
    throw new Error(`${file} ${args.join(' ')} failed: ${stdout}${stderr}`, { cause })
  }
}
