import { assertKnownOptions, type Model } from '@contrail/core'
import { describeValue } from '../component/component.ts'
import type { Resource } from '../resource/resource.ts'
import { openDatabase } from '../storage/database.ts'
import { assertName, createStorage, directoryOf, type Storage, type StorageConfig } from '../storage/storage.ts'
import { newRunId } from '../system.ts'
import type { Processor } from './processor.ts'
import { openWorld } from './open-world.ts'
import type { World } from './world.ts'

/** Options of a runtime. */
export interface RuntimeOptions {
  /** where worlds are kept that name no storage; default `trajectory_data/trajectories` */
  readonly storage?: StorageConfig
  /** hears of what is not fatal: a hook that failed; default the console */
  readonly onWarning?: (message: string, cause?: unknown) => void
  /** opens the model that `LabelingConfig` names; the door `contrail/analysis` brings that of `contrail/models` */
  readonly openModel?: (spec: string) => Promise<Model>
  /** how long a storage is waited for that another process is writing, in ms; default 10,000 */
  readonly lockWaitMs?: number
}

/** Options of a world that is made, or opened. */
export interface WorldOptions {
  readonly storage?: StorageConfig
  /** what runs in each tick. They are code: who opens a stored world brings them again */
  readonly processors?: readonly Processor[]
  /** inserted over those that are stored */
  readonly resources?: readonly Resource[]
}

/** Worlds of one process, over one DuckDB in memory. */
export interface Runtime extends AsyncDisposable {
  /**
   * Open a world: as the storage has it, else a new one. One that is open already is given as it is.
   *
   * @throws {TypeError} for a name that no folder can have; for processors of a world that is open
   * @throws {ContrailError} SCHEMA_TOO_NEW, FILE_INVALID
   */
  world(name: string, options?: WorldOptions): Promise<World>
  /** Close all worlds; steps under way are stopped, and nothing of their tick is stored. */
  close(): Promise<void>
}

/**
 * Open a runtime. It starts nothing and needs no network.
 *
 * @example
 * ```ts
 * const runtime = await openRuntime({ storage: { uri: './trajectory_data' } })
 * try {
 *   const world = await runtime.world('trajectory-eval', { processors: [SamplingProcessor()] })
 *   await world.step()
 * } finally {
 *   await runtime.close()
 * }
 * ```
 */
export async function openRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  assertKnownOptions('openRuntime', options, ['storage', 'onWarning', 'openModel', 'lockWaitMs'])
  const { onWarning = (message) => console.warn(message), lockWaitMs = 10_000, openModel = cannotOpen } = options
  const storages = new Map<string, Storage>()
  const worlds = new Map<string, Promise<World>>()
  const models = new Map<string, Promise<Model>>()
  const closing = new AbortController()
  const storageOf = (config: StorageConfig = options.storage ?? {}): Storage => {
    const directory = directoryOf(config)
    const storage = storages.get(directory) ?? createStorage(directory, lockWaitMs)
    storages.set(directory, storage)
    return storage
  }
  storageOf()
  const database = await openDatabase()
  const keyOf = (storage: Storage, name: string): string => `${storage.directory}\n${name}`
  const host = {
    database,
    run_id: newRunId(),
    signal: closing.signal,
    storageOf,
    warn: onWarning,
    openModel(spec: string) {
      const model = models.get(spec) ?? openModel(spec)
      models.set(spec, model)
      // One that could not be opened is tried again.
      model.catch(() => models.delete(spec))
      return model
    },
    keep: (world: World, storage: Storage) => void worlds.set(keyOf(storage, world.name), Promise.resolve(world)),
    async forget(world: World) {
      for (const [key, open] of worlds) if ((await open.catch(() => undefined)) === world) worlds.delete(key)
    },
  }
  const close = async (): Promise<void> => {
    if (closing.signal.aborted) return
    closing.abort(new Error('the runtime was closed'))
    const open = await Promise.allSettled(worlds.values())
    for (const result of open) if (result.status === 'fulfilled') await result.value.close()
    database.close()
  }
  return {
    async world(name, worldOptions = {}) {
      assertName('world', name)
      assertKnownOptions(`the world ${name}`, worldOptions, ['storage', 'processors', 'resources'])
      const { storage: config, processors = [], resources = [] } = worldOptions
      if (closing.signal.aborted) throw new TypeError('the runtime is closed: open another')
      assertProcessors(processors)
      const storage = storageOf(config)
      const key = keyOf(storage, name)
      const open = worlds.get(key)
      if (open) {
        if (processors.length > 0) throw new TypeError(`the world ${name} is open, with its processors: close it first`)
        const world = await open
        for (const resource of resources) world.resources.insert(resource)
        return world
      }
      const world = openWorld(host, { name, storage, processors, resources })
      worlds.set(key, world)
      // One that could not be opened is tried again.
      world.catch(() => worlds.delete(key))
      return world
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function cannotOpen(spec: string): Promise<Model> {
  const message = `LabelingConfig.model: expected "", got ${describeValue(spec)}, and openRuntime was given no openModel`
  return Promise.reject(new TypeError(message))
}

function assertProcessors(processors: readonly unknown[]): asserts processors is readonly Processor[] {
  for (const processor of processors)
    if (typeof (processor as Partial<Processor> | null)?.process !== 'function')
      throw new TypeError(
        `processors: expected what a processor makes when it is called, got ${describeValue(processor)}`,
      )
}
