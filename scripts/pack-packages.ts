import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readTree } from './architecture/tree.ts'
import { repositoryRoot } from './guards.ts'
import { pnpmCommand } from './pnpm.mjs'

/** Build what is published, as far as it is not built. Where types have just been checked there is nothing left to do. */
export async function buildPackages(): Promise<void> {
  const compiler = join(repositoryRoot, 'node_modules/typescript/bin/tsc')
  await run(process.execPath, [compiler, '-b', 'packages/contrail'])
}

/**
 * Pack every public package as it would be published.
 *
 * @param folder an empty one, or one without tarballs
 * @returns the name of each package's tarball in that folder, by the package's name
 * @throws with what the builder or pnpm said, when it fails
 */
export async function packPackages(folder: string): Promise<ReadonlyMap<string, string>> {
  await buildPackages()
  const { packages } = await readTree(repositoryRoot)
  const names = [...packages.values()].filter(({ isPrivate }) => !isPrivate).map(({ name }) => name)
  const only = names.flatMap((name) => ['--filter', name])
  const pack = pnpmCommand(['--recursive', ...only, 'pack', '--pack-destination', folder, '--silent'])
  await run(pack.file, pack.args, pack.options)
  const tarballs = (await readdir(folder)).filter((file) => file.endsWith('.tgz'))
  if (tarballs.length !== names.length) throw new Error(`expected ${names.length} tarballs, got ${tarballs.join(', ')}`)
  return new Map(names.map((name) => [name, tarballOf(name, tarballs)]))
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
