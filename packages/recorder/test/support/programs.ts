import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

/** Names the folder of the built programs to test files, and to programs that start others. */
const folderVariable = 'CONTRAIL_TEST_PROGRAMS'

/** Vitest calls this before all test files, for each project that names it, and what it returns after them. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  // Another project has built them, and removes them.
  if (process.env[folderVariable] !== undefined) return undefined
  const { rebuild, remove } = await buildPrograms()
  project.onTestsRerun(rebuild)
  return remove
}

/**
 * Build the programs of `test/programs`, for this process and those it starts. Most of the time in which a process starts
 * goes into the hundreds of modules it loads; built into a few it starts in less than half of it.
 */
export async function buildPrograms(): Promise<{ rebuild(): Promise<void>; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'contrail-programs-'))
  process.env[folderVariable] = folder
  // The version that stands in every journal is read from the manifest above the code.
  await copyFile(join(import.meta.dirname, '../../package.json'), join(folder, 'package.json'))
  await build(folder)
  return { rebuild: () => build(folder), remove: () => rm(folder, { recursive: true, force: true }) }
}

/**
 * A built program, and the environment to start it in.
 *
 * @param name that of its source, e.g. `lives-shortly.ts`
 */
export function builtProgram(name: string): { path: string; env: NodeJS.ProcessEnv } {
  const folder = process.env[folderVariable]
  if (folder === undefined) throw new TypeError(`expected built programs, got no ${folderVariable}`)
  return {
    path: join(folder, 'programs', name.replace(/\.ts$/, '.js')),
    // What has been compiled is kept for the next start.
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
  }
}

async function build(folder: string): Promise<void> {
  // Only here, or a program that starts another one would have the builder in it.
  const rolldown = await import('rolldown')
  const sources = join(import.meta.dirname, '../programs')
  const names = (await readdir(sources)).filter((name) => name.endsWith('.ts'))
  await rolldown.build({
    input: names.map((name) => join(sources, name)),
    platform: 'node',
    external: ['rolldown'],
    resolve: { conditionNames: ['@contrail/source'] },
    output: { dir: join(folder, 'programs'), entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    logLevel: 'warn',
  })
}
