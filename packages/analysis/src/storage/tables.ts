import { mkdir } from 'node:fs/promises'
import { compact, type BaseRow, type Cell, type ComponentKind } from '../component/component.ts'
import { fromFiles, type Database, type FileColumn } from './database.ts'
import { sync } from './files.ts'
import type { Manifest } from './manifest.ts'
import type { Storage } from './storage.ts'

/** An entity with the columns of all its components. */
export interface Entity {
  readonly row: StoredRow
  /** names of its components in lower case, sorted; the same list for all entities that have the same */
  readonly components: readonly string[]
}

/** A row whose columns are known by name alone. */
export type StoredRow = BaseRow & Readonly<Record<string, Cell>>

/** The parts of an entity that are to be stored: the row itself always, columns of the components that changed. */
export interface ChangedEntity extends Entity {
  readonly changed: readonly string[]
}

/** The table of the entities themselves; those of components have their names. */
const entitiesTable = '.entities'

const entityColumns: readonly FileColumn[] = [
  { name: 'entity_id', type: 'id' },
  { name: 'tick', type: 'id' },
  { name: 'world_id', type: 'text' },
  { name: 'run_id', type: 'text' },
  { name: 'is_active', type: 'boolean' },
  { name: 'components', type: 'text' },
]
const keyColumns = entityColumns.slice(0, 2)

/** More rows than these go into several files, so that storing many takes no more memory than storing these. */
const rowsPerFile = 16_384

/** The name by which a component is stored. */
export const tableOf = (kind: ComponentKind): string => kind.componentName.toLowerCase()

/**
 * Store what changed in a tick: one file of entities, and one for each component of which something changed, with the columns of
 * it alone, so that a new score does not store the turns again.
 *
 * @returns the files, as a manifest names them
 */
export async function writeTick(
  { database, storage }: { database: Database; storage: Storage },
  manifest: Manifest,
  entities: readonly ChangedEntity[],
): Promise<Manifest['files']> {
  const { tick, name } = manifest
  if (entities.length === 0) return []
  const files: Manifest['files'] = []
  const write = async (
    table: string,
    columns: readonly FileColumn[],
    all: readonly ChangedEntity[],
    cells: (entity: Entity) => Cell[],
  ): Promise<void> => {
    for (let start = 0; start < all.length; start += rowsPerFile) {
      const rows = all.slice(start, start + rowsPerFile).map(cells)
      const part = start === 0 ? '' : `-${start / rowsPerFile}`
      const path = `${name}/${String(tick).padStart(6, '0')}${table.startsWith('.') ? table : `.${table}`}${part}.parquet`
      await database.write(storage.pathOf(path), columns, rows)
      files.push({ tick, table, path })
    }
  }
  await mkdir(storage.pathOf(name), { recursive: true })
  await write(entitiesTable, entityColumns, entities, ({ row, components }) => [
    ...[row.entity_id, tick, row.world_id, row.run_id, row.is_active, components.join(',')],
  ])
  for (const { name: table, columns } of manifest.components) {
    const changed = entities.filter((entity) => entity.changed.includes(table))
    await write(table, [...keyColumns, ...columns], changed, ({ row }) => [
      ...[row.entity_id, tick],
      ...columns.map((column) => row[column.name] ?? null),
    ])
  }
  await sync(storage.pathOf(name))
  return files
}

/**
 * Read the entities as they stood when a tick was stored: of each the newest rows not after it, in the order of spawning.
 *
 * @param only components whose columns are read; default all
 */
export async function readEntities(
  { database, storage }: { database: Database; storage: Storage },
  manifest: Manifest,
  tick: number,
  only?: readonly string[],
): Promise<Map<number, Entity>> {
  const newest = async (table: string, columns: readonly FileColumn[]): Promise<Cell[][]> => {
    const files = manifest.files.filter((file) => file.table === table && file.tick <= tick)
    if (files.length === 0) return []
    const from = fromFiles(files.map(({ path }) => storage.pathOf(path)))
    if (files.every((file) => file.tick === files[0]!.tick)) return database.read(from, columns)
    // The keys are narrow: what they leave out is never read, however wide it is.
    const last = `SELECT entity_id, max(tick) AS tick FROM ${from} GROUP BY entity_id`
    return database.read(`${from} SEMI JOIN (${last}) USING (entity_id, tick)`, columns)
  }
  const rows = new Map<number, Record<string, Cell>>()
  const kinds = new Map<number, readonly string[]>()
  const lists = new Map<string, readonly string[]>()
  const entities = (await newest(entitiesTable, entityColumns)) as EntityRow[]
  for (const [id, changedIn, , run_id, is_active, components] of entities.sort(([one], [other]) => one - other)) {
    if (!is_active) continue
    rows.set(id, { world_id: manifest.world_id, run_id, entity_id: id, tick: changedIn, is_active })
    kinds.set(id, componentList(lists, components))
  }
  for (const { name, columns } of manifest.components) {
    if (only && !only.includes(name)) continue
    for (const [id, ...cells] of await newest(name, [keyColumns[0]!, ...columns])) {
      const row = kinds.get(id as number)?.includes(name) ? rows.get(id as number) : undefined
      if (row) for (const [index, column] of columns.entries()) row[column.name] = cells[index]
    }
  }
  return new Map([...rows].map(([id, row]) => [id, { row: compact(row) as StoredRow, components: kinds.get(id)! }]))
}

type EntityRow = [
  entity_id: number,
  tick: number,
  world_id: string,
  run_id: string,
  is_active: boolean,
  components: string,
]

/** The list of components that a text stands for; equal ones are one list. */
export function componentList(known: Map<string, readonly string[]>, text: string): readonly string[] {
  const found = known.get(text)
  if (found) return found
  const list = text === '' ? [] : text.split(',')
  known.set(text, list)
  return list
}
