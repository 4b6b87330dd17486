import { assertKind, type ComponentKind } from '../component/component.ts'
import { Label, Reward } from '../component/label.ts'
import { isSameKind, storedKind } from '../component/stored-kind.ts'
import { Trajectory } from '../component/trajectory.ts'
import type { Manifest } from '../storage/manifest.ts'
import { tableOf } from '../storage/tables.ts'

/** The components that a world knows, by the names of their tables. */
export interface Registry {
  /** @throws {TypeError} for another component of a name that is known */
  register(kind: ComponentKind): void
  kindOf(table: string): ComponentKind
  /** Know what another process has stored. */
  learn(components: Manifest['components']): void
  toManifest(): Manifest['components']
}

const shipped: readonly ComponentKind[] = [Trajectory, Label, Reward]

/** Make the registry of one world. */
export function createRegistry(): Registry {
  const kinds = new Map<string, ComponentKind>()
  const defined = new Set<ComponentKind>()
  const register = (kind: ComponentKind): void => {
    if (defined.has(kind)) return
    assertKind(kind)
    const known = kinds.get(tableOf(kind))
    if (known && !isSameKind(known, kind)) {
      const columns = known.columns.map(({ name }) => name).join(', ')
      throw new TypeError(
        `expected one component of the name ${kind.componentName}; the world has another, with ${columns}`,
      )
    }
    kinds.set(tableOf(kind), kind)
    defined.add(kind)
  }
  return {
    register,
    kindOf: (table) => kinds.get(table)!,
    learn(components) {
      for (const { name, columns } of components) {
        const stored = storedKind(name, columns)
        register(
          kinds.get(name) ?? shipped.find((kind) => tableOf(kind) === name && isSameKind(kind, stored)) ?? stored,
        )
      }
    },
    toManifest: () => [...kinds].map(([name, { columns }]) => ({ name, columns: [...columns] })),
  }
}
