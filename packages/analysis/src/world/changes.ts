import {
  describeValue,
  fieldsOf,
  type Cell,
  type ComponentKind,
  type ComponentValue,
  assertKind,
  compact,
} from '../component/component.ts'
import { tableOf } from '../storage/tables.ts'

/**
 * Changes that can be asked of a world. They take effect with the next tick; of what is asked twice, the last holds.
 */
export interface WorldChanges {
  /**
   * Ask for an entity with some components.
   *
   * @returns its `entity_id`; entities are counted from 1, in the order in which they were asked for
   * @throws {TypeError} for none, two of one name, or what is no component
   */
  spawn(...components: ComponentValue[]): Promise<number>
  /** Ask for many entities: a list of components each. */
  spawnMany(entities: Iterable<readonly ComponentValue[]>): Promise<number[]>
  /** Ask for the end of an entity. What was stored of it stays readable at its ticks. */
  despawn(entity_id: number): Promise<void>
  /**
   * Ask for other values: whole components, or columns by name.
   *
   * @example
   * ```ts
   * await world.update(7, { label__description: 'Was the lamp paid for?' })
   * ```
   */
  update(entity_id: number, ...changes: (ComponentValue | Readonly<Record<string, unknown>>)[]): Promise<void>
  /** Ask for components that an entity does not have yet; those it has are replaced. */
  addComponents(entity_id: number, ...components: ComponentValue[]): Promise<void>
  /** Ask for components to go. */
  removeComponents(entity_id: number, ...kinds: ComponentKind[]): Promise<void>
}

/** The state that one entity is to have. */
export interface Draft {
  readonly isNew: boolean
  /** its components afterwards, by the names of their tables */
  readonly kinds: ReadonlyMap<string, ComponentKind>
  /** columns that change */
  readonly cells: Readonly<Record<string, Cell>>
}

/** Changes that wait. */
export interface Pending {
  readonly drafts: Map<number, Draft>
  readonly despawned: Set<number>
}

export const noChanges = (): Pending => ({ drafts: new Map(), despawned: new Set() })

/** The number of entities that wait for a change. */
export const countPending = ({ drafts, despawned }: Pending): number => drafts.size + despawned.size

/** The later changes on top of the earlier ones. */
export function mergePending(earlier: Pending, later: Pending): Pending {
  const drafts = new Map(earlier.drafts)
  const despawned = new Set(earlier.despawned)
  for (const [id, draft] of later.drafts) {
    const before = drafts.get(id)
    drafts.set(id, before ? { ...draft, isNew: before.isNew, cells: { ...before.cells, ...draft.cells } } : draft)
  }
  for (const id of later.despawned) {
    if (drafts.get(id)?.isNew !== true) despawned.add(id)
    drafts.delete(id)
  }
  return { drafts, despawned }
}

/** The world that changes are asked of. */
export interface ChangesOf {
  /** where they wait */
  pending(): Pending
  /** what an entity is before them; undefined where there is none */
  look(
    entity_id: number,
  ): { kinds: ReadonlyMap<string, ComponentKind>; row: Readonly<Record<string, Cell>> } | undefined
  /** makes sure that a world knows a component, and no other of its name */
  register(kind: ComponentKind): void
  nextEntity(): number
}

/** The verbs by which changes are asked for. What is wrong is said at once, and nothing of it waits. */
export function createChanges({ pending, look, register, nextEntity }: ChangesOf): WorldChanges {
  const spawn = (components: readonly ComponentValue[]): number => {
    const kinds = kindsOf(components)
    for (const kind of kinds.values()) register(kind)
    const id = nextEntity()
    pending().drafts.set(id, { isNew: true, kinds, cells: cellsOf(components) })
    return id
  }
  const draftOf = (id: number): Draft => {
    const { drafts, despawned } = pending()
    const kinds = drafts.get(id)?.kinds ?? (despawned.has(id) ? undefined : look(id)?.kinds)
    if (!kinds) throw new TypeError(`expected the entity_id of an entity that is there, got ${describeValue(id)}`)
    return drafts.get(id) ?? { isNew: false, kinds, cells: {} }
  }
  const edit = (id: number, draft: Draft, cells: Readonly<Record<string, Cell>>, kinds = draft.kinds): void => {
    pending().drafts.set(id, { ...draft, kinds, cells: { ...draft.cells, ...cells } })
  }
  return {
    spawn: async (...components) => spawn(components),
    spawnMany: async (entities) => Array.from(entities, spawn),
    async despawn(id) {
      const { isNew } = draftOf(id)
      pending().drafts.delete(id)
      if (!isNew) pending().despawned.add(id)
    },
    async update(id, ...changes) {
      const draft = draftOf(id)
      const now = { ...look(id)?.row, ...draft.cells }
      const cells = changes.map((change) =>
        isComponent(change) ? owned(draft, change) : toCells(draft.kinds, now, change as Record<string, unknown>),
      )
      for (const each of cells) edit(id, draftOf(id), each)
    },
    async addComponents(id, ...components) {
      const draft = draftOf(id)
      const added = kindsOf(components)
      for (const kind of added.values()) register(kind)
      edit(id, draft, cellsOf(components), new Map([...draft.kinds, ...added]))
    },
    async removeComponents(id, ...kinds) {
      const draft = draftOf(id)
      const left = new Map(draft.kinds)
      for (const kind of kinds) {
        assertKind(kind)
        if (!left.delete(tableOf(kind)))
          throw new TypeError(`entity ${id} has no ${kind.componentName}; ${listOf(draft)}`)
      }
      if (left.size === 0) throw new TypeError(`entity ${id} would have no component left: despawn it instead`)
      edit(id, draft, {}, left)
    },
  }
}

/**
 * The columns that a change by name makes, each looked at by the schema of its component.
 *
 * @throws {TypeError} for a column that these components do not have
 */
export function toCells(
  kinds: ReadonlyMap<string, ComponentKind>,
  row: Readonly<Record<string, Cell>>,
  change: Readonly<Record<string, unknown>>,
): Record<string, Cell> {
  const cells: Record<string, Cell> = {}
  const left = new Set(Object.keys(change))
  for (const kind of kinds.values()) {
    const named = kind.columns.filter(({ name }) => left.delete(name))
    if (named.length === 0) continue
    const made = kind.toCells({
      ...fieldsOf(kind, row),
      ...Object.fromEntries(named.map(({ name, field }) => [field, change[name]])),
    })
    for (const { name } of named) cells[name] = made[name]
  }
  const [unknown] = left
  if (unknown === undefined) return cells
  const there = [...kinds.values()].flatMap(({ columns }) => columns.map(({ name }) => name))
  throw new TypeError(`expected one of the columns ${there.join(', ')}, got ${unknown}`)
}

function isComponent(change: unknown): change is ComponentValue {
  return typeof change === 'object' && change !== null && 'kind' in change && 'cells' in change
}

function kindsOf(components: readonly ComponentValue[]): Map<string, ComponentKind> {
  if (components.length === 0) throw new TypeError('expected at least one component, got none')
  const kinds = new Map<string, ComponentKind>()
  for (const component of components) {
    if (!isComponent(component))
      throw new TypeError(`expected what a component makes, e.g. Label({ ... }), got ${describeValue(component)}`)
    const table = tableOf(component.kind)
    if (kinds.has(table))
      throw new TypeError(`expected components of different names, got two of ${component.kind.componentName}`)
    kinds.set(table, component.kind)
  }
  return kinds
}

function cellsOf(components: readonly ComponentValue[]): Readonly<Record<string, Cell>> {
  const cells: Record<string, Cell> = {}
  for (const component of components) for (const { name } of component.kind.columns) cells[name] = component.cells[name]
  return compact(cells)
}

function owned(draft: Draft, { kind, cells }: ComponentValue): Readonly<Record<string, Cell>> {
  if (draft.kinds.has(tableOf(kind))) return cells
  throw new TypeError(`the entity has no ${kind.componentName}, ${listOf(draft)}: add it with addComponents`)
}

function listOf({ kinds }: Draft): string {
  return `it has ${[...kinds.values()].map(({ componentName }) => componentName).join(', ')}`
}
