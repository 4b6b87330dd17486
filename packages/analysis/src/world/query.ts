import {
  assertKind,
  baseColumns,
  compact,
  describeValue,
  isSameCell,
  type Cell,
  type ComponentKind,
  type Row,
} from '../component/component.ts'
import { tableOf, type Entity } from '../storage/tables.ts'

/** A question to a world. Each verb gives a new one; nothing is read before `collect`. */
export interface Query<Kinds extends readonly ComponentKind[]> {
  /**
   * The world as it stood when that tick was stored; of ticks that are still to come, as it stands.
   *
   * @throws {TypeError} for what is no tick
   */
  at(tick: number): Query<Kinds>
  /** Only rows whose columns are equal to these; null is equal to null. @throws {TypeError} for a column that there is not */
  where(columns: Partial<Row<Kinds>>): Query<Kinds>
  /** In the order of a column, null last; equal ones in that of spawning, which is the order without this. */
  orderBy(column: keyof Row<Kinds> & string, direction?: 'ascending' | 'descending'): Query<Kinds>
  /** The rows of entities that have all of these components, frozen. */
  collect(): Promise<Row<Kinds>[]>
}

/** Reads the entities of a world at a tick, or as they stand. */
export type ReadEntities = (components: readonly string[], tick: number | undefined) => Promise<Map<number, Entity>>

interface Plan {
  readonly tick?: number
  readonly where: readonly (readonly [column: string, value: unknown])[]
  readonly order?: { readonly column: string; readonly sign: 1 | -1 }
}

/** @throws {TypeError} for a query of no component */
export function createQuery<Kinds extends readonly ComponentKind[]>(kinds: Kinds, read: ReadEntities): Query<Kinds> {
  if (kinds.length === 0) throw new TypeError('query: expected at least one component, got none')
  for (const kind of kinds) assertKind(kind)
  const columns = [...baseColumns, ...kinds.flatMap((kind) => kind.columns.map(({ name }) => name))]
  const assertColumn = (name: string): void => {
    if (!columns.includes(name))
      throw new TypeError(`expected one of the columns ${columns.join(', ')}, got ${describeValue(name)}`)
  }
  const tables = kinds.map(tableOf)
  const planned = (plan: Plan): Query<Kinds> => ({
    at(tick) {
      if (!Number.isSafeInteger(tick) || tick < 0)
        throw new TypeError(`at: expected a tick, a whole number from 0, got ${describeValue(tick)}`)
      return planned({ ...plan, tick })
    },
    where(wanted) {
      for (const name of Object.keys(wanted)) assertColumn(name)
      return planned({ ...plan, where: [...plan.where, ...Object.entries(wanted)] })
    },
    orderBy(column, direction = 'ascending') {
      assertColumn(column)
      if (direction !== 'ascending' && direction !== 'descending')
        throw new TypeError(`orderBy: expected ascending or descending, got ${describeValue(direction)}`)
      return planned({ ...plan, order: { column, sign: direction === 'ascending' ? 1 : -1 } })
    },
    async collect() {
      const entities = await read(tables, plan.tick)
      const rows: Record<string, Cell>[] = []
      for (const { row, components } of entities.values()) {
        if (!tables.every((table) => components.includes(table))) continue
        if (!plan.where.every(([name, value]) => isSameCell(row[name], value))) continue
        rows.push(project(row, columns))
      }
      const { order } = plan
      if (order) rows.sort((one, other) => compare(one[order.column], other[order.column], order.sign))
      return rows as unknown as Row<Kinds>[]
    },
  })
  return planned({ where: [] })
}

function project(row: Readonly<Record<string, Cell>>, columns: readonly string[]): Record<string, Cell> {
  const projected: Record<string, Cell> = {}
  for (const name of columns) projected[name] = row[name]
  return compact(projected)
}

function compare(one: Cell, other: Cell, sign: 1 | -1): number {
  if (one === other) return 0
  if (one === null) return 1
  if (other === null) return -1
  return sign * ((one as string) < (other as string) ? -1 : 1)
}
