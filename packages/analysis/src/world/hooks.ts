import { messageOf } from '@contrail/core'
import { describeValue } from '../component/component.ts'
import type { StoredRow } from '../storage/tables.ts'
import type { TickEvents } from './tick.ts'

/** The events that hooks hear. All but `preTick` are called when the tick is stored: what they hear of is so. */
export interface WorldEvents {
  preTick: { readonly tick: number }
  postTick: { readonly tick: number }
  onSpawn: { readonly entity_id: number; readonly row: StoredRow }
  onDespawn: { readonly entity_id: number; readonly row: StoredRow }
  onComponentAdded: { readonly entity_id: number; readonly component: string }
  onComponentRemoved: { readonly entity_id: number; readonly component: string }
}

/** A function that hears of one kind of event. */
export type WorldHook<Name extends keyof WorldEvents> = (event: WorldEvents[Name]) => void | PromiseLike<void>

/** The hooks of one world. */
export interface Hooks {
  on<Name extends keyof WorldEvents>(name: Name, hook: WorldHook<Name>): () => void
  tell<Name extends keyof WorldEvents>(name: Name, event: WorldEvents[Name]): Promise<void>
}

const names: readonly string[] = [
  ...['preTick', 'postTick', 'onSpawn', 'onDespawn', 'onComponentAdded', 'onComponentRemoved'],
]

/** @param warn hears of hooks that fail, which stops nothing */
export function createHooks(warn: (message: string, cause: unknown) => void): Hooks {
  const hooks = new Map<string, Set<WorldHook<never>>>()
  return {
    on(name, hook) {
      if (!names.includes(name)) throw new TypeError(`expected one of ${names.join(', ')}, got ${describeValue(name)}`)
      const list = hooks.get(name) ?? new Set()
      hooks.set(name, list.add(hook))
      return () => void list.delete(hook)
    },
    async tell(name, event) {
      for (const hook of [...(hooks.get(name) ?? [])]) {
        try {
          await hook(event as never)
        } catch (cause) {
          warn(`a hook of ${name} failed: ${messageOf(cause)}`, cause)
        }
      }
    },
  }
}

/** Tell hooks what a tick did, when it is stored. */
export async function tellEvents(
  { tell }: Hooks,
  { spawned, despawned, added, removed }: TickEvents,
  tick: number,
): Promise<void> {
  for (const { row } of despawned) await tell('onDespawn', { entity_id: row.entity_id, row })
  for (const { row } of spawned) await tell('onSpawn', { entity_id: row.entity_id, row })
  for (const [entity_id, component] of added) await tell('onComponentAdded', { entity_id, component })
  for (const [entity_id, component] of removed) await tell('onComponentRemoved', { entity_id, component })
  await tell('postTick', { tick })
}
