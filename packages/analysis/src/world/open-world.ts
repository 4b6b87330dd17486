import { AsyncLocalStorage } from 'node:async_hooks'
import { assertKnownOptions, ContrailError, type Model } from '@contrail/core'
import { describeValue, type ComponentKind } from '../component/component.ts'
import { createResources, type Resource } from '../resource/resource.ts'
import type { Database } from '../storage/database.ts'
import { emptyManifest, type Manifest } from '../storage/manifest.ts'
import { assertName, type Storage, type StorageConfig } from '../storage/storage.ts'
import { readEntities, writeTick, type Entity } from '../storage/tables.ts'
import { newWorldId } from '../system.ts'
import { countPending, createChanges, mergePending, noChanges, type ChangesOf, type Pending } from './changes.ts'
import { createHooks, tellEvents } from './hooks.ts'
import { ownRows, storeFork } from './fork.ts'
import type { Processor, ProcessorContext } from './processor.ts'
import { createQuery } from './query.ts'
import { createRegistry } from './registry.ts'
import { applyPending, runProcessor, settle, type Entities, type TickBase, type TickEvents } from './tick.ts'
import type { RunConfig, World } from './world.ts'

/** The parts that all worlds of a runtime share. */
export interface WorldHost {
  readonly database: Database
  readonly run_id: string
  readonly signal: AbortSignal
  storageOf(config: StorageConfig | undefined): Storage
  openModel(spec: string): Promise<Model>
  warn(message: string, cause?: unknown): void
  /** a world was forked: later askers for its name shall have it */
  keep(world: World, storage: Storage): void
  forget(world: World): void
}

/** The parts that a world is made of. */
export interface WorldParts {
  readonly name: string
  readonly storage: Storage
  readonly processors: readonly Processor[]
  readonly resources: readonly Resource[]
  /** of a fork: where it stands, before anything is stored by it */
  readonly from?: { readonly manifest: Manifest; readonly entities: Entities }
}

/** Open a world: as the storage has it, else a new one, of which nothing is stored before its first step. */
export async function openWorld(host: WorldHost, parts: WorldParts): Promise<World> {
  const { name, storage } = parts
  const place = { database: host.database, storage }
  const registry = createRegistry()
  const hooks = createHooks((message, cause) => host.warn(`world ${name}: ${message}`, cause))
  const resources = createResources()
  const lists = new Map<string, readonly string[]>()
  const processors = parts.processors.toSorted((one, other) => one.priority - other.priority)

  let manifest = emptyManifest(name, newWorldId())
  let version: string | undefined
  let entities: Entities = new Map()
  let pending = noChanges()
  /** what waited, while the tick in which it takes effect is made */
  let taken = noChanges()
  let nextEntity = 1
  let isClosed = false

  const adopt = (found: Manifest, rows: Entities): void => {
    manifest = found
    entities = rows
    nextEntity = Math.max(nextEntity, found.next_entity)
    registry.learn(found.components)
    resources.learn(found.resources)
  }
  /** Read what another process has stored since; what was asked for and cannot be kept then is an error. */
  const refresh = async (): Promise<void> => {
    const now = await storage.versionOf(name)
    if (now === version) return
    const found = await storage.readManifest(name)
    if (!found) return
    const isOther = version === undefined ? manifest.world_id !== found.world_id && nextEntity > 1 : false
    if (isOther || [...pending.drafts].some(([id, { isNew }]) => isNew && id < found.next_entity))
      throw new ContrailError(
        'WORLD_CHANGED',
        `another process has stepped the world ${name} since its changes were asked for: close it, open it anew, and ask again`,
        { details: { name, tick: found.tick } },
      )
    adopt(found, await readEntities(place, found, found.tick))
    version = now
  }

  if (parts.from) {
    adopt(parts.from.manifest, parts.from.entities)
    version = await storage.versionOf(name)
  } else await refresh()
  for (const resource of parts.resources) resources.insert(resource)
  for (const { components } of processors) for (const kind of components) registry.register(kind)

  const kindsOf = (components: readonly string[]): Map<string, ComponentKind> =>
    new Map(components.map((table) => [table, registry.kindOf(table)]))
  const changesOf = (waiting: () => Pending, rows: () => Entities): ChangesOf => ({
    pending: waiting,
    look: (id) => {
      const entity = rows().get(id)
      const draft = taken.drafts.get(id)
      if (draft) return { kinds: draft.kinds, row: { ...entity?.row, ...draft.cells } }
      return entity && !taken.despawned.has(id) ? { kinds: kindsOf(entity.components), row: entity.row } : undefined
    },
    register: registry.register,
    nextEntity: () => nextEntity++,
  })

  async function makeTick({ prefer_live_reads = true, signal }: RunConfig): Promise<void> {
    await storage.locked(async () => {
      await refresh()
      await storage.cache.refresh()
      if (!prefer_live_reads) entities = await readEntities(place, manifest, manifest.tick)
      const base: TickBase = { world_id: manifest.world_id, run_id: host.run_id, tick: manifest.tick }
      entities = ownRows(entities, base.world_id)
      await hooks.tell('preTick', { tick: base.tick })
      taken = pending
      // What is asked for while the tick is made waits for the next one.
      pending = noChanges()
      const own = noChanges()
      try {
        const { entities: working, events } = applyPending(entities, taken, base, lists)
        const context: ProcessorContext = {
          tick: base.tick,
          resources,
          changes: createChanges(
            changesOf(
              () => own,
              () => working,
            ),
          ),
          cache: storage.cache,
          openModel: host.openModel,
          signal: AbortSignal.any([host.signal, ...(signal ? [signal] : [])]),
          warn: (message) => host.warn(`world ${name}: ${message}`),
        }
        for (const processor of processors) {
          context.signal.throwIfAborted()
          await runProcessor(processor, working, registry.kindOf, base, context)
        }
        context.signal.throwIfAborted()
        await store(working, events, base)
      } catch (cause) {
        pending = mergePending(taken, pending)
        throw cause
      } finally {
        taken = noChanges()
      }
      pending = mergePending(own, pending)
    })
  }

  async function store(working: Map<number, Entity>, events: TickEvents, base: TickBase): Promise<void> {
    const changed = settle(entities, working, events, registry.kindOf, base)
    const described = { ...manifest, components: registry.toManifest(), resources: resources.toJSON() }
    const files = await writeTick(place, described, changed)
    const next = { ...described, tick: base.tick + 1, next_entity: nextEntity, files: [...manifest.files, ...files] }
    await storage.writeManifest(next)
    manifest = next
    resources.learn(next.resources)
    entities = working
    version = await storage.versionOf(name)
    await tellEvents(hooks, events, base.tick)
  }

  // One thing at a time: a step waits for the one before.
  let turn: Promise<unknown> = Promise.resolve()
  let underWay: object | undefined
  const within = new AsyncLocalStorage<object>()
  const assertOutside = (what: string): void => {
    if (!underWay || within.getStore() !== underWay) return
    throw new TypeError(
      `${what}: a hook or a processor of the world ${name} would wait for its own tick: do it afterwards`,
    )
  }
  const inTurn = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    assertOutside(what)
    const run = async (): Promise<T> => {
      if (isClosed) throw new TypeError(`the world ${name} is closed: open it anew`)
      underWay = {}
      try {
        return await within.run(underWay, work)
      } finally {
        underWay = undefined
      }
    }
    const done = turn.then(run, run)
    turn = done.catch(() => undefined)
    return done
  }

  async function step(config: RunConfig = {}): Promise<void> {
    assertKnownOptions('step', config, ['num_steps', 'prefer_live_reads', 'signal'])
    const { num_steps: ticks = 1 } = config
    if (!Number.isSafeInteger(ticks) || ticks < 0)
      throw new TypeError(`num_steps: expected a whole number from 0, got ${describeValue(ticks)}`)
    await inTurn('step', async () => {
      for (let made = 0; made < ticks; made += 1) await makeTick(config)
    })
  }

  const world: World = {
    ...createChanges({
      ...changesOf(
        () => pending,
        () => entities,
      ),
    }),
    name,
    get world_id() {
      return manifest.world_id
    },
    get tick() {
      return manifest.tick
    },
    resources,
    query: (...kinds) =>
      createQuery(kinds, async (tables, tick) => {
        for (const kind of kinds) registry.register(kind)
        if (!underWay) await refresh()
        if (tick === undefined || tick >= manifest.tick) return ownRows(entities, manifest.world_id)
        return readEntities(place, manifest, tick, tables)
      }),
    step,
    run: (ticks) => step({ num_steps: ticks }),
    fork: (forkName, options = {}) =>
      inTurn('fork', async () => {
        assertName('fork', forkName)
        assertKnownOptions('fork', options, ['storage'])
        const waiting = countPending(pending)
        if (waiting > 0) throw new TypeError(`fork: ${waiting} changes wait for the next step: step first`)
        await refresh()
        const target = options.storage ? host.storageOf(options.storage) : storage
        const stored = await storeFork(storage, target, forkName, { ...manifest, resources: resources.toJSON() })
        const from = { manifest: stored, entities }
        const fork = await openWorld(host, { name: forkName, storage: target, processors, resources: [], from })
        host.keep(fork, target)
        return fork
      }),
    on: hooks.on,
    async close() {
      assertOutside('close')
      await turn
      isClosed = true
      host.forget(world)
    },
  }
  return world
}
