import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ContrailError } from '@contrail/core'
import { describeValue } from '../component/component.ts'
import { codeOf, sync } from './files.ts'
import { takeLock } from './lock.ts'
import { readManifest, versionOf, writeManifest, type Manifest } from './manifest.ts'
import { createCache, type StoredCache } from './result-cache.ts'

/** The place where worlds are kept: `<uri>/<namespace>/`, a folder of Parquet files that several worlds share. */
export interface StorageConfig {
  /** a folder, or a `file:` address; default `trajectory_data` */
  readonly uri?: string
  /** default `trajectories` */
  readonly namespace?: string
}

/** One storage, as the worlds of a runtime share it. */
export interface Storage {
  /** its folder, absolute */
  readonly directory: string
  readonly cache: StoredCache
  pathOf(file: string): string
  readManifest(world: string): Promise<Manifest | undefined>
  /** which of its manifests a world has */
  versionOf(world: string): Promise<string | undefined>
  /** with this a tick is stored, whole */
  writeManifest(manifest: Manifest): Promise<void>
  /** Do something that nobody else may write meanwhile.  @throws {ContrailError} JOURNAL_LOCKED */
  locked<T>(work: () => Promise<T>): Promise<T>
  /** Copy a file of a world to another storage, durably. */
  copyTo(other: Storage, file: string, target: string): Promise<void>
}

const nameForm = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,79}$/

/** Make sure that a name can be that of a folder on every system.  @throws {TypeError} */
export function assertName(what: string, name: unknown): asserts name is string {
  if (typeof name !== 'string' || !nameForm.test(name) || name.endsWith('.'))
    throw new TypeError(`${what}: expected 1 to 80 of A-Z a-z 0-9 . _ -, got ${describeValue(name)}`)
}

/** The folder of a storage.  @throws {TypeError} for an address that is no folder of this machine */
export function directoryOf({ uri = 'trajectory_data', namespace = 'trajectories' }: StorageConfig): string {
  assertName('storage.namespace', namespace)
  if (typeof uri !== 'string' || uri === '')
    throw new TypeError(`storage.uri: expected a folder, got ${describeValue(uri)}`)
  if (uri.startsWith('file:')) return join(fileURLToPath(uri), namespace)
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(uri))
    throw new TypeError(`storage.uri: expected a folder of this machine, got ${describeValue(uri)}`)
  return resolve(uri, namespace)
}

/** @param lockWaitMs how long somebody who writes is waited for */
export function createStorage(directory: string, lockWaitMs: number): Storage {
  const pathOf = (file: string): string => join(directory, file)
  const manifestOf = (world: string): string => pathOf(join(world, 'manifest.json'))
  const cache = createCache(pathOf('results.ndjson'))
  // Of one process one writes at a time; the lock tells processes apart.
  let turn: Promise<unknown> = Promise.resolve()
  return {
    directory,
    cache,
    pathOf,
    readManifest: (world) => readManifest(manifestOf(world)),
    versionOf: (world) => versionOf(manifestOf(world)),
    async writeManifest(manifest) {
      const path = manifestOf(manifest.name)
      await mkdir(dirname(path), { recursive: true })
      await writeManifest(path, manifest)
    },
    locked<T>(work: () => Promise<T>): Promise<T> {
      const run = async (): Promise<T> => {
        await makeFolder(directory)
        const release = await takeLock(pathOf('.writing'), lockWaitMs)
        try {
          return await work()
        } finally {
          cache.release()
          await release()
        }
      }
      const done = turn.then(run, run)
      turn = done.catch(() => undefined)
      return done
    },
    async copyTo(other, file, target) {
      const path = other.pathOf(target)
      await mkdir(dirname(path), { recursive: true })
      await copyFile(pathOf(file), path)
      await sync(path)
    },
  }
}

/** @throws {ContrailError} DIRECTORY_UNAVAILABLE */
async function makeFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true })
  } catch (cause) {
    const message = `${directory} cannot be made (${codeOf(cause) ?? String(cause)}): name another storage`
    throw new ContrailError('DIRECTORY_UNAVAILABLE', message, { cause, details: { directory } })
  }
}
