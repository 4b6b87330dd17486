import { z } from 'zod'
import { describeIssue, freeze } from '@contrail/core'

/** A value of a column. That of a JSON column is what JSON makes of it. */
export type Cell = unknown

/** One column of a table: `name` is `<component in lower case>__<field>`. */
export interface Column {
  readonly name: string
  readonly field: string
  readonly type: ColumnType
  readonly nullable: boolean
}

/** The type of a column: text, a number, a whole number, a truth value, or anything as JSON. */
export type ColumnType = 'text' | 'number' | 'integer' | 'boolean' | 'json'

/** A kind of component, as queries and processors name it. */
export interface ComponentKind<Name extends string = string, Values extends object = object> {
  /** as it was defined, e.g. `Label` */
  readonly componentName: Name
  readonly columns: readonly Column[]
  /**
   * Make the columns of one entity from the values of the fields.
   *
   * @throws {TypeError} for a field that there is not, and a value not of the schema
   */
  toCells(values: unknown): Readonly<Record<string, Cell>>
  /** is there for the types alone */
  readonly values?: Values
}

/** A component that was defined: called with the values of its fields it makes one for an entity. */
export interface Component<Name extends string, Values extends object, Input> extends ComponentKind<Name, Values> {
  (values?: Input): ComponentValue
}

/** One component of one entity, ready for `spawn`. */
export interface ComponentValue {
  readonly kind: ComponentKind
  readonly cells: Readonly<Record<string, Cell>>
}

/**
 * The fields that every row begins with. `tick` is the one in which the row last changed, `run_id` who wrote it then.
 */
export interface BaseRow {
  readonly world_id: string
  readonly run_id: string
  readonly entity_id: number
  readonly tick: number
  readonly is_active: boolean
}

/** The columns of a component. What its schema may leave out is null. */
export type ColumnsOf<Kind> =
  Kind extends ComponentKind<infer Name, infer Values>
    ? {
        readonly [Field in keyof Values & string as `${Lowercase<Name>}__${Field}`]-?:
          | Exclude<Values[Field], undefined>
          | (undefined extends Values[Field] ? null : never)
      }
    : never

type Both<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void ? All : never

/** One row of entities that have these components. */
export type Row<Kinds extends readonly ComponentKind[] = readonly ComponentKind[]> = BaseRow &
  Both<ColumnsOf<Kinds[number]>>

/** Names of the columns that every row has. */
export const baseColumns: readonly string[] = ['world_id', 'run_id', 'entity_id', 'tick', 'is_active']

/**
 * Define a component: each field of the schema becomes a column, typed by what the schema gives. Fields without a default
 * must be given wherever one is made.
 *
 * @param name letters, digits and single `_`; no two components of a world have names that differ by case alone
 * @throws {TypeError} for a name or a schema that no column can have
 *
 * @example
 * ```ts
 * const Review = defineComponent('Review', z.object({ reviewer: z.string().default(''), stars: z.int().nullable().default(null) }))
 * await world.spawn(Review({ reviewer: 'Ada', stars: 4 })) // columns review__reviewer, review__stars
 * ```
 */
export function defineComponent<const Name extends string, Schema extends z.ZodObject>(
  name: Name,
  schema: Schema,
): Component<Name, z.output<Schema>, z.input<Schema>> {
  if (typeof name !== 'string' || !/^[A-Za-z](?:_?[A-Za-z0-9])*$/.test(name))
    throw new TypeError(`name: expected letters, digits and single _, got ${JSON.stringify(name)}`)
  if (!(schema instanceof z.ZodObject)) throw new TypeError(`${name}: expected a z.object`)
  const columns = columnsOf(name, schema)
  const strict = schema.strict()
  const toCells = (values: unknown): Readonly<Record<string, Cell>> => {
    const { data, error } = strict.safeParse(values)
    if (error)
      throw new TypeError(
        describeWrong(
          name,
          error,
          columns.map(({ field }) => field),
        ),
      )
    const cells: Record<string, Cell> = {}
    for (const column of columns) cells[column.name] = toCell(name, column, data[column.field])
    return compact(cells)
  }
  // A function's own name is read-only, so its properties are given to it one by one.
  const component = (values: z.input<Schema> = {} as z.input<Schema>): ComponentValue => ({
    kind: component,
    cells: toCells(values),
  })
  component.componentName = name
  component.columns = columns
  component.toCells = toCells
  return component
}

/** Make sure that something is a component.  @throws {TypeError} */
export function assertKind(kind: unknown): asserts kind is ComponentKind {
  const { componentName, columns } = Object(kind) as Partial<ComponentKind>
  if (typeof componentName !== 'string' || !Array.isArray(columns))
    throw new TypeError(`expected a component that defineComponent made, got ${describeValue(kind)}`)
}

/** The values of a component's fields in a row; a field that may be absent has none where the column is null. */
export function fieldsOf({ columns }: ComponentKind, row: Readonly<Record<string, Cell>>): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const { name, field, nullable } of columns) {
    const value = row[name]
    if (value !== null || nullable) values[field] = value
  }
  return values
}

/** A frozen copy. What is filled key by key is a hash table to the engine and takes seven times the memory of a copy of it. */
export function compact<Cells extends object>(cells: Cells): Readonly<Cells> {
  return Object.freeze({ ...cells })
}

/** Tells whether two values of a column are equal. */
export function isSameCell(one: Cell, other: Cell): boolean {
  if (one === other) return true
  return typeof one === 'object' && typeof other === 'object' && JSON.stringify(one) === JSON.stringify(other)
}

/** A value as an error tells it. */
export function describeValue(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value))
  return text.length > 80 ? `${text.slice(0, 80)}...` : text
}

/** As storage keeps it, so that what is read from there is equal. Halves of characters cannot be kept in UTF-8. */
function toCell(name: string, { field, type }: Column, value: unknown): Cell {
  if (value === undefined || value === null) return null
  if (type === 'text') return (value as string).toWellFormed()
  if (type !== 'json') return value
  try {
    const text = JSON.stringify(value)
    return text === undefined ? null : freeze(JSON.parse(text) as unknown)
  } catch (cause) {
    throw new TypeError(`${name}.${field}: expected what JSON can hold`, { cause })
  }
}

/** Say what is wrong with values, and for one under a name that there is not which there are. */
export function describeWrong(name: string, error: z.ZodError, fields: readonly string[]): string {
  const known = error.issues[0]?.code === 'unrecognized_keys' ? `; it has ${fields.join(', ')}` : ''
  return `${describeIssue(error, name)}${known}`
}

/** Kinds of values that change when they are stored, or cannot be. */
const unstorable: readonly string[] = [
  ...['bigint', 'date', 'symbol', 'void', 'undefined', 'nan', 'map', 'set', 'transform', 'function', 'promise', 'file'],
]

type JsonSchema = {
  readonly type?: string | readonly string[]
  readonly anyOf?: readonly JsonSchema[]
}

function columnsOf(name: string, schema: z.ZodObject): Column[] {
  const json = z.toJSONSchema(schema, {
    io: 'output',
    unrepresentable: 'any',
    override({ zodSchema, path }) {
      const kind = (zodSchema as unknown as z.ZodType).def.type
      if (unstorable.includes(kind))
        throw new TypeError(
          `${name}.${String(path.at(-1) ?? '')}: expected text, a number, a boolean or what JSON can hold, got a schema of ${kind}`,
        )
    },
  }) as { properties?: Readonly<Record<string, JsonSchema>>; required?: readonly string[] }
  const columns = Object.entries(json.properties ?? {}).map(([field, of]): Column => {
    const column = `${name.toLowerCase()}__${field}`
    const optional = !json.required?.includes(field)
    return { name: column, field, type: typeOf(of), nullable: isNullable(of) && !optional }
  })
  const names = columns.map((column) => column.name.toLowerCase())
  const twice = names.find((column, index) => names.indexOf(column) !== index)
  if (twice !== undefined) throw new TypeError(`${name}: two of its fields make one column, ${twice}`)
  return columns
}

/** The types that a schema takes; undefined among them: anything. */
function typesOf({ type, anyOf }: JsonSchema): readonly (string | undefined)[] {
  return anyOf ? anyOf.flatMap(typesOf) : [type].flat()
}

function isNullable(schema: JsonSchema): boolean {
  return typesOf(schema).some((type) => type === 'null' || type === undefined)
}

const scalarTypes: Readonly<Record<string, ColumnType>> = {
  string: 'text',
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
}

function typeOf(schema: JsonSchema): ColumnType {
  const types = new Set(typesOf(schema).filter((type) => type !== 'null'))
  const [only] = types
  return (types.size === 1 && only !== undefined && scalarTypes[only]) || 'json'
}
