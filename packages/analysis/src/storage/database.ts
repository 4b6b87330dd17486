import { rename } from 'node:fs/promises'
import type { DuckDBAppender, DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { ContrailError, freeze } from '@contrail/core'
import type { Cell, ColumnType } from '../component/component.ts'
import { sync } from './files.ts'

/** A column of a file: its name and type. */
export interface FileColumn {
  readonly name: string
  readonly type: ColumnType | 'id'
}

/** DuckDB in memory, which writes and reads Parquet. */
export interface Database {
  /** Write rows to a file, durable when this resolves: whoever reads it sees all of it. */
  write(path: string, columns: readonly FileColumn[], rows: readonly (readonly Cell[])[]): Promise<void>
  /**
   * Read columns of rows, in any order.
   *
   * @param source is what stands behind FROM
   * @throws {ContrailError} FILE_UNREADABLE
   */
  read(source: string, columns: readonly FileColumn[]): Promise<Cell[][]>
  close(): void
}

/** The DuckDB of this process, and how many use it: a second one costs threads and gives nothing. */
let shared: { instance: Promise<DuckDBInstance>; users: number } | undefined

/** Open DuckDB. It loads no extension from anywhere. */
export async function openDatabase(): Promise<Database> {
  shared ??= { instance: startDuckDb(), users: 0 }
  const used = shared
  used.users += 1
  const instance = await used.instance
  const withConnection = async <T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> => {
    const connection = await instance.connect()
    try {
      return await use(connection)
    } finally {
      connection.closeSync()
    }
  }
  return {
    write: (path, columns, rows) =>
      withConnection(async (connection) => {
        const names = columns.map(({ name, type }) => `${quoteName(name)} ${sqlTypes[type]}`)
        // A temporary table is its connection's own, and goes with it.
        await connection.run(`CREATE TEMP TABLE written (${names.join(', ')})`)
        append(await connection.createAppender('written'), columns, rows)
        await connection.run(`COPY written TO ${quoteText(`${path}.new`)} (FORMAT parquet)`)
        await sync(`${path}.new`)
        await rename(`${path}.new`, path)
      }),
    read: (source, columns) =>
      withConnection(async (connection) => {
        const names = columns.map(({ name }) => quoteName(name))
        const result = await readable(connection.stream(`SELECT json_array(${names.join(', ')}) FROM ${source}`))
        const rows: Cell[][] = []
        // A row comes as one text: many small values cost many times as much on their way out of DuckDB.
        for await (const texts of result.yieldRowsJs())
          for (const [text] of texts) rows.push(toRow(columns, text as string))
        return rows
      }),
    close() {
      used.users -= 1
      if (used.users > 0) return
      instance.closeSync()
      shared = undefined
    },
  }
}

/** Tell as ours what DuckDB says of a file that is not there, or is none of its kind. */
async function readable<Result>(result: Promise<Result>): Promise<Result> {
  try {
    return await result
  } catch (cause) {
    const why = (cause as Error).message.split('\n')[0] ?? ''
    throw new ContrailError('FILE_UNREADABLE', `a file of the storage cannot be read: ${why}`, { cause })
  }
}

/** Loaded here and not at the top, so that what is bundled starts without it. */
async function startDuckDb(): Promise<DuckDBInstance> {
  const { DuckDBInstance: Instance } = await import('@duckdb/node-api')
  return Instance.create(':memory:', { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' })
}

/** The rows of some Parquet files. Their paths are taken as they are, not as patterns. */
export function fromFiles(paths: readonly string[]): string {
  const quoted = paths.map((path) => quoteText(path.replaceAll(/[*?[]/g, '[$&]')))
  return `read_parquet([${quoted.join(', ')}], hive_partitioning = false, union_by_name = true)`
}

/** A name as SQL takes it, whatever stands in it. */
function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

const sqlTypes: Readonly<Record<FileColumn['type'], string>> = {
  id: 'INTEGER',
  text: 'VARCHAR',
  json: 'VARCHAR',
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
}

function append(appender: DuckDBAppender, columns: readonly FileColumn[], rows: readonly (readonly Cell[])[]): void {
  const writers = columns.map(({ type }) => writerOf(appender, type))
  for (const row of rows) {
    for (let index = 0; index < writers.length; index += 1) {
      const cell = row[index]
      if (cell === null) appender.appendNull()
      else writers[index]!(cell)
    }
    appender.endRow()
  }
  appender.closeSync()
}

function writerOf(appender: DuckDBAppender, type: FileColumn['type']): (cell: Cell) => void {
  switch (type) {
    case 'id':
      return (cell) => appender.appendInteger(cell as number)
    case 'integer':
      return (cell) => appender.appendBigInt(BigInt(cell as number))
    case 'number':
      return (cell) => appender.appendDouble(cell as number)
    case 'boolean':
      return (cell) => appender.appendBoolean(cell as boolean)
    case 'text':
      return (cell) => appender.appendVarchar(cell as string)
    case 'json':
      return (cell) => appender.appendVarchar(JSON.stringify(cell))
  }
}

function toRow(columns: readonly FileColumn[], text: string): Cell[] {
  const row = JSON.parse(text) as Cell[]
  for (const [index, { type }] of columns.entries())
    if (type === 'json' && row[index] !== null) row[index] = freeze(JSON.parse(row[index] as string) as Cell)
  return row
}
