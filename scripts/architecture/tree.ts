import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, posix, sep } from 'node:path'
import { parseSource, type SourceFile } from './source-file.ts'

/** One package.json, and what the rules ask of it. */
export interface Manifest {
  /** of the package.json, from the root of the repository */
  path: string
  /** as npm knows it, e.g. `@contrail/core` */
  name: string
  /** in one sentence; private packages may have none */
  description: string | undefined
  isPrivate: boolean
  /** what an installed package brings: dependencies, peers and optional ones, each with its line */
  shipped: ReadonlyMap<string, number>
  /** devDependencies, each with its line */
  development: ReadonlyMap<string, number>
  /** the source files its `exports` name: the only ones that may export what other files define */
  entries: readonly string[]
}

/** The workspace as the rules see it. */
export interface Tree {
  root: Manifest
  /** by folder name under `packages` */
  packages: ReadonlyMap<string, Manifest>
  files: readonly SourceFile[]
  /** the folders that the root tsconfig.json refers to */
  typeChecked: readonly string[]
}

/** The file that says what `tsc -b` checks. */
export const tsconfig = 'tsconfig.json'

/** The place of a file: in a package's `src` or beside it (tests, settings), or in no package (scripts, settings). */
export interface Place {
  folder: string | undefined
  isSource: boolean
}

/** @param path from the root of the repository */
export function placeOf(path: string): Place {
  const [top, folder, area] = path.split('/')
  if (top !== 'packages') return { folder: undefined, isSource: false }
  return { folder, isSource: area === 'src' }
}

const codeFile = /\.[cm]?[jt]sx?$/
const skippedFolders = new Set(['node_modules', 'dist', 'fixtures', '.trajectories'])

/**
 * Read a workspace from disk: `packages/*`, `scripts` and the settings files in the root. It parses every file, which takes seconds.
 *
 * @param directory the root of the repository
 */
export async function readTree(directory: string): Promise<Tree> {
  const paths = await listCode(directory)
  const files = await Promise.all(
    paths.map(async (path) => parseSource(path, await readFile(join(directory, path), 'utf8'))),
  )
  return {
    root: await readManifest(directory, 'package.json'),
    packages: await readPackages(directory),
    files,
    typeChecked: await readReferences(join(directory, tsconfig)),
  }
}

/** Read the manifests of `packages/*`, by folder name. */
export async function readPackages(directory: string): Promise<ReadonlyMap<string, Manifest>> {
  const packages = new Map<string, Manifest>()
  for (const folder of (await readdir(join(directory, 'packages'))).toSorted()) {
    const path = `packages/${folder}/package.json`
    if (existsSync(join(directory, path))) packages.set(folder, await readManifest(directory, path))
  }
  return packages
}

/** List the files of code in `packages`, in `scripts` and beside them, each from the root of the repository. */
export async function listCode(directory: string): Promise<string[]> {
  const settings = (await readdir(directory)).filter((name) => name.includes('.config.'))
  const found = await Promise.all(['packages', 'scripts'].map((name) => listFiles(directory, name)))
  return [...settings, ...found.flat()].filter((path) => codeFile.test(path)).toSorted()
}

async function readReferences(path: string): Promise<string[]> {
  const { references } = JSON.parse(await readFile(path, 'utf8')) as { references: { path: string }[] }
  return references.map((reference) => reference.path)
}

async function readManifest(directory: string, path: string): Promise<Manifest> {
  const text = await readFile(join(directory, path), 'utf8')
  const json = JSON.parse(text) as {
    name: string
    description?: string
    private?: boolean
    exports?: Record<string, { '@contrail/source'?: string }>
    dependencies?: object
    peerDependencies?: object
    optionalDependencies?: object
    devDependencies?: object
  }
  const lines = text.split('\n')
  const withLines = (...groups: (object | undefined)[]): Map<string, number> => {
    const names = groups.flatMap((group) => Object.keys(group ?? {}))
    return new Map(names.map((name) => [name, lines.findIndex((line) => line.includes(`"${name}":`)) + 1]))
  }
  return {
    path,
    name: json.name,
    description: json.description,
    isPrivate: json.private === true,
    shipped: withLines(json.dependencies, json.peerDependencies, json.optionalDependencies),
    development: withLines(json.devDependencies),
    entries: Object.values(json.exports ?? {}).flatMap(({ '@contrail/source': source }) =>
      source === undefined ? [] : [posix.join(posix.dirname(path), source)],
    ),
  }
}

async function listFiles(directory: string, folder: string): Promise<string[]> {
  const absolute = join(directory, folder)
  if (!existsSync(absolute)) return []
  const found: string[] = []
  for (const entry of await readdir(absolute, { withFileTypes: true })) {
    const path = join(folder, entry.name).split(sep).join('/')
    if (entry.isDirectory() && !skippedFolders.has(entry.name)) found.push(...(await listFiles(directory, path)))
    if (entry.isFile()) found.push(path)
  }
  return found
}
