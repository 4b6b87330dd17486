import { messageOf } from '@contrail/core'
import {
  baseColumns,
  compact,
  describeValue,
  isSameCell,
  type Cell,
  type ComponentKind,
  type Row,
} from '../component/component.ts'
import { componentList, type ChangedEntity, type Entity, type StoredRow } from '../storage/tables.ts'
import { toCells, type Draft, type Pending } from './changes.ts'
import type { Processor, ProcessorContext } from './processor.ts'

/** A world in the middle of a tick: entities by their id, in the order of spawning. */
export type Entities = ReadonlyMap<number, Entity>

/** The fields that the rows of a tick have in common. */
export interface TickBase {
  readonly world_id: string
  readonly run_id: string
  readonly tick: number
}

/** The changes that a tick made to the entities themselves, for hooks. */
export interface TickEvents {
  readonly spawned: readonly Entity[]
  readonly despawned: readonly Entity[]
  readonly added: readonly (readonly [entity_id: number, component: string])[]
  readonly removed: readonly (readonly [entity_id: number, component: string])[]
}

/** Let despawns, spawns and updates take effect. Changes of entities that another process has despawned meanwhile are void. */
export function applyPending(
  before: Entities,
  { drafts, despawned }: Pending,
  base: TickBase,
  lists: Map<string, readonly string[]>,
): { entities: Map<number, Entity>; events: TickEvents } {
  const entities = new Map(before)
  const events = {
    spawned: [] as Entity[],
    despawned: [] as Entity[],
    added: [] as [number, string][],
    removed: [] as [number, string][],
  }
  for (const id of despawned) {
    const entity = entities.get(id)
    if (!entity) continue
    events.despawned.push(entity)
    entities.delete(id)
  }
  for (const [id, draft] of drafts) {
    const old = entities.get(id)
    if (!old && !draft.isNew) continue
    const components = componentList(lists, [...draft.kinds.keys()].sort().join(','))
    const entity = { row: toRow(id, draft, old?.row, base), components }
    entities.set(id, entity)
    if (!old) events.spawned.push(entity)
    for (const name of old ? components : []) if (!old?.components.includes(name)) events.added.push([id, name])
    for (const name of old?.components ?? []) if (!components.includes(name)) events.removed.push([id, name])
  }
  return { entities, events }
}

function toRow(id: number, { kinds, cells }: Draft, old: StoredRow | undefined, base: TickBase): StoredRow {
  const row: Record<string, Cell> = { ...baseOf(base), entity_id: id, is_active: true }
  for (const { columns } of kinds.values())
    for (const { name } of columns) row[name] = name in cells ? cells[name] : (old?.[name] ?? null)
  return compact(row) as StoredRow
}

const baseOf = ({ world_id, run_id, tick }: TickBase): TickBase => ({ world_id, run_id, tick })

/**
 * Let one processor work on the rows that it asks for.
 *
 * @throws {Error} that names it, whatever it threw, or gave back that is none of its rows
 */
export async function runProcessor(
  processor: Processor,
  entities: Map<number, Entity>,
  kindOf: (table: string) => ComponentKind,
  base: TickBase,
  context: ProcessorContext,
): Promise<void> {
  const tables = processor.components.map(({ componentName }) => componentName.toLowerCase())
  const rows: Row[] = []
  for (const { row, components } of entities.values())
    if (tables.every((table) => components.includes(table))) rows.push(row)
  try {
    for (const change of (await processor.process(rows, context)) ?? []) {
      const id = (change as Partial<Row> | null)?.entity_id
      const entity = id === undefined ? undefined : entities.get(id)
      if (!entity) throw new TypeError(`expected rows that it was given, got entity_id ${describeValue(id)}`)
      const row = changed(entity, change, kindOf, base)
      if (row) entities.set(entity.row.entity_id, { ...entity, row })
    }
  } catch (cause) {
    const what = `processor ${processor.name} failed in tick ${base.tick}, of which nothing is stored`
    throw new Error(`${what}: ${messageOf(cause)}`, { cause })
  }
}

/** The row with what of it changes; undefined where nothing does. */
function changed(
  { row, components }: Entity,
  change: Readonly<Record<string, Cell>>,
  kindOf: (table: string) => ComponentKind,
  base: TickBase,
): StoredRow | undefined {
  let cells: Record<string, Cell> | undefined
  for (const name of Object.keys(change))
    if (!baseColumns.includes(name) && !isSameCell(row[name], change[name])) (cells ??= {})[name] = change[name]
  if (!cells) return undefined
  const kinds = new Map(components.map((table) => [table, kindOf(table)]))
  return Object.freeze({ ...row, ...toCells(kinds, row, cells), ...baseOf(base) }) as StoredRow
}

/** The entities that are to be stored, and those of before in place of those that are as they were. */
export function settle(
  before: Entities,
  entities: Map<number, Entity>,
  events: TickEvents,
  kindOf: (table: string) => ComponentKind,
  base: TickBase,
): ChangedEntity[] {
  const stored: ChangedEntity[] = []
  for (const { row, components } of events.despawned)
    stored.push({ row: { ...row, ...baseOf(base), is_active: false }, components, changed: [] })
  for (const [id, entity] of entities) {
    const old = before.get(id)
    if (old === entity) continue
    const isChanged = (table: string): boolean =>
      !old?.components.includes(table) ||
      kindOf(table).columns.some(({ name }) => !isSameCell(old.row[name], entity.row[name]))
    const tables = entity.components.filter(isChanged)
    if (old?.components.length === entity.components.length && tables.length === 0) entities.set(id, old)
    else stored.push({ ...entity, changed: tables })
  }
  return stored
}
