import { dirname } from 'node:path'
import { mkdir } from 'node:fs/promises'
import type { BaseRow, Cell, Column, ComponentKind } from '../component/component.ts'
import { fromFiles, quoteName, type Database, type FileColumn } from './database.ts'
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
  const write = async (table: string, columns: readonly FileColumn[], rows: Cell[][]): Promise<void> => {
    const path = `${name}/${String(tick).padStart(6, '0')}${table.startsWith('.') ? table : `.${table}`}.parquet`
    await mkdir(dirname(storage.pathOf(path)), { recursive: true })
    await database.write(storage.pathOf(path), columns, rows)
    files.push({ tick, table, path })
  }
  await write(
    entitiesTable,
    entityColumns,
    entities.map(({ row, components }) => [
      ...[row.entity_id, tick, row.world_id, row.run_id, row.is_active, components.join(',')],
    ]),
  )
  for (const { name: table, columns } of manifest.components) {
    const changed = entities.filter((entity) => entity.changed.includes(table))
    if (changed.length === 0) continue
    const cells = ({ row }: Entity): Cell[] => [
      row.entity_id,
      tick,
      ...columns.map((column) => row[column.name] ?? null),
    ]
    await write(table, [...keyColumns, ...columns], changed.map(cells))
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
    if (files.length === 0) return columns.map(() => [])
    const from = fromFiles(files.map(({ path }) => storage.pathOf(path)))
    const names = columns.map(({ name }) => quoteName(name)).join(', ')
    // The keys are narrow: what they leave out is never read, however wide it is.
    const last = `SELECT entity_id, max(tick) AS tick FROM ${from} GROUP BY entity_id`
    const where = files.length === 1 ? '' : `SEMI JOIN (${last}) USING (entity_id, tick)`
    return database.read(`SELECT ${names} FROM ${from} ${where}`, columns)
  }
  const [ids = [], ticks = [], , runIds = [], active = [], components = []] = await newest(entitiesTable, entityColumns)
  const rows = new Map<number, Record<string, Cell>>()
  const kinds = new Map<number, readonly string[]>()
  const componentLists = new Map<string, readonly string[]>()
  const inOrder = (ids as number[]).map((id, index) => [id, index] as const).sort(([one], [other]) => one - other)
  for (const [id, index] of inOrder) {
    if (active[index] !== true) continue
    const base = {
      world_id: manifest.world_id,
      run_id: runIds[index],
      entity_id: id,
      tick: ticks[index],
      is_active: true,
    }
    rows.set(id, base)
    kinds.set(id, componentList(componentLists, components[index] as string))
  }
  for (const { name, columns } of manifest.components) {
    if (only && !only.includes(name)) continue
    const [owners = [], ...lists] = await newest(name, [keyColumns[0]!, ...columns])
    for (const [index, id] of (owners as number[]).entries())
      if (kinds.get(id)?.includes(name)) fill(rows.get(id)!, columns, lists, index)
  }
  return new Map(
    [...rows].map(([id, row]) => [id, { row: Object.freeze(row) as StoredRow, components: kinds.get(id)! }]),
  )
}

/** The list of components that a text stands for; equal ones are one list. */
export function componentList(known: Map<string, readonly string[]>, text: string): readonly string[] {
  const found = known.get(text)
  if (found) return found
  const list = text === '' ? [] : text.split(',')
  known.set(text, list)
  return list
}

function fill(row: Record<string, Cell>, columns: readonly Column[], lists: readonly Cell[][], index: number): void {
  for (const [at, { name }] of columns.entries()) row[name] = lists[at]![index] ?? null
}
