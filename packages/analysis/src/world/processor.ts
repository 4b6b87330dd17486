import { describeValue, type ComponentKind, type Row } from '../component/component.ts'
import type { Resources } from '../resource/resource.ts'
import type { ResultCache } from '../storage/result-cache.ts'
import type { WorldChanges } from './changes.ts'

/** The context that a processor is given beside the rows. */
export interface ProcessorContext {
  /** the tick that is being made */
  readonly tick: number
  readonly resources: Pick<Resources, 'get'>
  /** what is asked for here takes effect with the next tick, and not at all when this one fails */
  readonly changes: WorldChanges
  /** results that are expensive, kept in the storage: also for a fork, a later process, and after a kill */
  readonly cache: ResultCache
  /** open a model by a spec, as the runtime can */
  openModel(spec: string): Promise<import('@contrail/core').Model>
  /** aborted when the step is, or the runtime closes */
  readonly signal: AbortSignal
  /** tell something that is not fatal */
  warn(message: string): void
}

/** Columns that a processor changes in one entity; a whole row will do as well. */
type RowChange<Kinds extends readonly ComponentKind[]> = { readonly entity_id: number } & Partial<Row<Kinds>>

/** The result of a processor: rows that change, in any order. A row that is not among them stays. */
type Processed<Kinds extends readonly ComponentKind[]> = Iterable<RowChange<Kinds>> | undefined | void

/** One stage of a tick, ready for a world. */
export interface Processor {
  readonly name: string
  readonly priority: number
  readonly components: readonly ComponentKind[]
  process(
    rows: readonly Row[],
    context: ProcessorContext,
  ): Processed<readonly ComponentKind[]> | Promise<Processed<readonly ComponentKind[]>>
}

/** The definition of a processor. `Options` is what it is called with. */
export interface ProcessorDefinition<Kinds extends readonly ComponentKind[], Options> {
  readonly name: string
  /** lower runs first; equal ones in the order in which a world was given them */
  readonly priority: number
  /** rows of entities that have all of these are given to it */
  readonly components: Kinds
  /**
   * Say which rows change. Rows are frozen and in the order of spawning.
   *
   * @throws whatever it throws fails the tick, of which then nothing is stored
   */
  process(
    rows: readonly Row<Kinds>[],
    context: ProcessorContext,
    options: Options,
  ): Processed<Kinds> | Promise<Processed<Kinds>>
}

/**
 * Define a processor. It is called, without `new`, where a world is made.
 *
 * @example
 * ```ts
 * const Halving = defineProcessor({
 *   name: 'Halving',
 *   priority: 40,
 *   components: [Label],
 *   process: (rows) =>
 *     rows.flatMap(({ entity_id, label__score: score }) => (score === null ? [] : [{ entity_id, label__score: score / 2 }])),
 * })
 * const world = await runtime.world('halved', { processors: [Halving()] })
 * ```
 */
export function defineProcessor<const Kinds extends readonly ComponentKind[], Options = void>(
  definition: ProcessorDefinition<Kinds, Options>,
): (options: Options) => Processor {
  const { name, priority, components, process } = definition
  if (typeof name !== 'string' || name === '') throw new TypeError(`name: expected a text, got ${describeValue(name)}`)
  if (!Number.isFinite(priority))
    throw new TypeError(`${name}: priority: expected a number, got ${describeValue(priority)}`)
  return (options) => ({
    name,
    priority,
    components,
    process: (rows, context) => process(rows as readonly Row<Kinds>[], context, options),
  })
}
