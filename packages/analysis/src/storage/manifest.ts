import { stat } from 'node:fs/promises'
import { ContrailError, describeIssue, refuseLaterFormat } from '@contrail/core'
import { z } from 'zod'
import { codeOf, readIfThere, replaceFile } from './files.ts'

/** Version of all that a storage holds. */
const formatVersion = 1

/**
 * One world as its storage has it: the truth. What no manifest names was never stored. `tick` is the next one; files stand in the
 * order of their ticks, by their path from the storage, and are never changed, so that a fork names those of its parent.
 */
export const Manifest = z.object({
  formatVersion: z.literal(formatVersion),
  name: z.string(),
  world_id: z.string(),
  tick: z.int().nonnegative(),
  next_entity: z.int().positive(),
  forked_from: z.object({ world_id: z.string(), name: z.string(), tick: z.int() }).nullable(),
  components: z.array(
    z.object({
      name: z.string(),
      columns: z.array(
        z.object({
          name: z.string(),
          field: z.string(),
          type: z.enum(['text', 'number', 'integer', 'boolean', 'json']),
          nullable: z.boolean(),
        }),
      ),
    }),
  ),
  resources: z.record(z.string(), z.unknown()),
  files: z.array(z.object({ tick: z.int(), table: z.string(), path: z.string() })),
})
export type Manifest = z.infer<typeof Manifest>

/** The manifest of a world that holds nothing yet. */
export function emptyManifest(name: string, worldId: string): Manifest {
  const nothing = { tick: 0, next_entity: 1, forked_from: null, components: [], resources: {}, files: [] }
  return { formatVersion, name, world_id: worldId, ...nothing }
}

/**
 * Read a manifest; undefined where there is none.
 *
 * @throws {ContrailError} SCHEMA_TOO_NEW, FILE_INVALID
 */
export async function readManifest(path: string): Promise<Manifest | undefined> {
  const text = await readIfThere(path)
  if (text === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new ContrailError('FILE_INVALID', `${path} is no JSON`, { cause, details: { path } })
  }
  refuseLaterFormat(value, { supported: formatVersion, path, update: '@contrail/analysis' })
  const { data, error } = Manifest.safeParse(value)
  if (data) return data
  throw new ContrailError('FILE_INVALID', `${path} at ${describeIssue(error)}`, { details: { path } })
}

/** Store a manifest: with its rename a tick is there. */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  await replaceFile(path, `${JSON.stringify(manifest)}\n`)
}

/** A text that is another one when the manifest was replaced; undefined where there is none. */
export async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { ino, mtimeNs, size } = await stat(path, { bigint: true })
    return `${ino}:${mtimeNs}:${size}`
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(cause) ?? '')) return undefined
    throw cause
  }
}
