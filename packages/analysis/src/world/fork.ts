import { compact } from '../component/component.ts'
import type { Manifest } from '../storage/manifest.ts'
import type { Storage } from '../storage/storage.ts'
import type { Entity, StoredRow } from '../storage/tables.ts'
import { newWorldId } from '../system.ts'
import type { Entities } from './tick.ts'

/** Rows of a fork still name the world that they come from: they are made its own when they are first needed. */
export function ownRows(entities: Entities, worldId: string): Map<number, Entity> {
  const [first] = entities.values()
  if (!first || first.row.world_id === worldId) return entities as Map<number, Entity>
  return new Map(
    [...entities].map(([id, { row, components }]) => [
      id,
      { row: compact({ ...row, world_id: worldId }) as StoredRow, components },
    ]),
  )
}

/** Store what a world is under another name, in its own storage or in another one, to which its files are copied. */
export async function storeFork(source: Storage, target: Storage, name: string, parent: Manifest): Promise<Manifest> {
  return target.locked(async () => {
    if (await target.readManifest(name))
      throw new TypeError(`fork: expected a name that is free, got ${name}: open that world, or name another`)
    const { world_id, name: parentName, tick } = parent
    const fork: Manifest = {
      ...parent,
      name,
      world_id: newWorldId(),
      forked_from: { world_id, name: parentName, tick },
    }
    if (source !== target) {
      fork.files = []
      for (const [index, { path, ...file }] of parent.files.entries()) {
        const copy = `${name}/inherited-${index}.parquet`
        await source.copyTo(target, path, copy)
        fork.files.push({ ...file, path: copy })
      }
      await source.cache.copyTo(target.pathOf('results.ndjson'))
    }
    await target.writeManifest(fork)
    return fork
  })
}
