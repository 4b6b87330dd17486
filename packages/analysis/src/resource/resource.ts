import { freeze } from '@contrail/core'
import { z } from 'zod'
import { describeValue, describeWrong } from '../component/component.ts'

/** A kind of resource: called with what differs from its defaults it makes one. */
export interface ResourceKind<Values extends object = object, Input = never> {
  (values?: Input): Resource<Values>
  readonly resourceName: string
  /** @throws {TypeError} */
  parse(values: unknown): Values
}

/** Settings that a world hands to its processors. */
export interface Resource<Values extends object = object> {
  readonly resourceName: string
  readonly values: Readonly<Values>
}

/** The resources of a world, one of each kind. They are stored with the next tick. */
export interface Resources {
  /** Take a resource, in place of the one of its kind. */
  insert(resource: Resource): void
  /** The resource of a kind, or undefined. */
  get<Values extends object>(kind: Pick<ResourceKind<Values>, 'resourceName' | 'parse'>): Readonly<Values> | undefined
}

/**
 * Define a kind of resource. Its values are stored with the world, as JSON.
 *
 * @example
 * ```ts
 * const Thresholds = defineResource('Thresholds', z.object({ least: z.number().default(0.5) }))
 * world.resources.insert(Thresholds({ least: 0.7 }))
 * ```
 */
export function defineResource<Schema extends z.ZodObject>(
  name: string,
  schema: Schema,
): ResourceKind<z.output<Schema>, z.input<Schema>> {
  if (typeof name !== 'string' || name === '') throw new TypeError(`name: expected a text, got ${describeValue(name)}`)
  const strict = schema.strict()
  const parse = (values: unknown): z.output<Schema> => {
    const { data, error } = strict.safeParse(values)
    if (data) return freeze(data) as z.output<Schema>
    throw new TypeError(describeWrong(name, error, Object.keys(schema.shape)))
  }
  const kind = (values: z.input<Schema> = {} as z.input<Schema>): Resource<z.output<Schema>> => ({
    resourceName: name,
    values: parse(values),
  })
  kind.resourceName = name
  kind.parse = parse
  return kind
}

/** Resources, with what storage keeps of them. */
export interface StoredResources extends Resources {
  /** Take what is stored; what was inserted since stays over what another process has stored. */
  learn(stored: Readonly<Record<string, unknown>>): void
  toJSON(): Record<string, unknown>
}

/** Make the resources of one world. */
export function createResources(): StoredResources {
  let kept = new Map<string, unknown>()
  const inserted = new Map<string, unknown>()
  return {
    insert(resource) {
      if (typeof resource?.resourceName !== 'string' || typeof resource.values !== 'object')
        throw new TypeError(`expected a resource that a kind of defineResource made, got ${describeValue(resource)}`)
      inserted.set(resource.resourceName, resource.values)
    },
    get({ resourceName, parse }) {
      const found = inserted.get(resourceName) ?? kept.get(resourceName)
      return found === undefined ? undefined : parse(found)
    },
    learn(stored) {
      kept = new Map(Object.entries(stored))
      for (const [name, values] of inserted) if (values === kept.get(name)) inserted.delete(name)
    },
    toJSON: () => Object.fromEntries([...kept, ...inserted]),
  }
}
