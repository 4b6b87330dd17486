import type { ComponentKind } from '../component/component.ts'
import type { Resources } from '../resource/resource.ts'
import type { StorageConfig } from '../storage/storage.ts'
import type { WorldChanges } from './changes.ts'
import type { WorldEvents, WorldHook } from './hooks.ts'
import type { Query } from './query.ts'

/** Options that say how a world steps. */
export interface RunConfig {
  /** ticks; default 1 */
  readonly num_steps?: number
  /** false: rows are read from storage, not from memory, before each tick. They are equal. Default true */
  readonly prefer_live_reads?: boolean
  /** stops the step; of the tick that is under way nothing is stored */
  readonly signal?: AbortSignal
}

/** Trajectories, their labels and whatever else was defined, in ticks. */
export interface World extends WorldChanges {
  readonly name: string
  readonly world_id: string
  /** the next tick; the last one that was stored is the one before */
  readonly tick: number
  readonly resources: Resources
  /** Ask for the rows of entities that have some components. */
  query<const Kinds extends readonly ComponentKind[]>(...kinds: Kinds): Query<Kinds>
  /**
   * Make ticks: changes that wait take effect, processors run, all is stored at once, the tick grows.
   *
   * @throws {Error} that names the processor that threw; nothing of that tick is stored, and what waited for it still waits
   * @throws {ContrailError} JOURNAL_LOCKED, WORLD_CHANGED
   */
  step(config?: RunConfig): Promise<void>
  /** Make that many ticks. */
  run(ticks: number): Promise<void>
  /**
   * Make a world of its own from what this one is now: rows, processors, resources, and all ticks that were. Hooks stay here.
   * Resources that are inserted in one are not in the other.
   *
   * @param options.storage default this world's, where files are shared and none is copied
   * @throws {TypeError} while changes wait for a step, and for a name that the storage has
   */
  fork(name: string, options?: { storage?: StorageConfig }): Promise<World>
  /** Hear of what happens. A hook that fails is told and stops nothing.  @returns what ends it */
  on<Name extends keyof WorldEvents>(name: Name, hook: WorldHook<Name>): () => void
  /** Wait for the step under way, and let go. Changes that wait for a step are dropped. */
  close(): Promise<void>
}
