import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { checkTree } from '../../architecture/check-tree.ts'
import type { Houses } from '../../architecture/folders.ts'
import { readTree } from '../../architecture/tree.ts'
import { toLine } from '../../architecture/violation.ts'

const exportsOf = { '.': { '@contrail/source': './src/index.ts', default: './dist/index.js' } }
const ours = { '@contrail/core': 'workspace:^' }
const folders = ['core', 'recorder', 'browser', 'viewer', 'contrail', 'compatibility']
const references = folders.flatMap((name) => [{ path: `packages/${name}` }, { path: `packages/${name}/test` }])
const manifests = {
  'tsconfig.json': { files: [], references },
  'package.json': { name: 'workspace', devDependencies: { vitest: '1' } },
  'packages/core/package.json': { name: '@contrail/core', exports: exportsOf, dependencies: { zod: '1', mitt: '1' } },
  'packages/recorder/package.json': {
    name: '@contrail/recorder',
    exports: exportsOf,
    dependencies: { ...ours, zod: '1' },
  },
  'packages/browser/package.json': {
    name: '@contrail/browser',
    exports: exportsOf,
    dependencies: ours,
    peerDependencies: { playwright: '1', '@sparticuz/chromium': '1' },
  },
  'packages/viewer/package.json': {
    name: '@contrail/viewer',
    exports: exportsOf,
    dependencies: { ...ours, '@contrail/recorder': 'workspace:^', hono: '1' },
  },
  'packages/contrail/package.json': {
    name: 'contrail',
    exports: exportsOf,
    dependencies: {
      ...ours,
      '@contrail/recorder': 'workspace:^',
      '@contrail/browser': 'workspace:^',
      '@contrail/viewer': 'workspace:^',
      commander: '1',
    },
    peerDependencies: { playwright: '1' },
  },
}

/**
 * Write a small workspace of five packages to disk, add files to it, and check it.
 *
 * @param files text by path from the root; an object is written as JSON and replaces a package.json
 * @param houses the order of folders inside the packages; none by default, so that other rules are seen alone
 * @returns one line for each violation
 */
export async function checkWith(files: Record<string, string | object>, houses: Houses = {}): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'contrail-tree-'))
  try {
    for (const [path, content] of Object.entries({ ...manifests, ...files })) {
      await mkdir(dirname(join(directory, path)), { recursive: true })
      await writeFile(join(directory, path), typeof content === 'string' ? content : JSON.stringify(content, null, 2))
    }
    return checkTree(await readTree(directory), houses).map(toLine)
  } finally {
    await rm(directory, { recursive: true })
  }
}
