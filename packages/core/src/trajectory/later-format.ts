import { ContrailError } from '../errors.ts'
import { present } from '../values/fields.ts'

/**
 * Refuse what a later version wrote. Any other value is for the schema of the file to judge.
 *
 * @param written what was read
 * @param reader the latest format that is read, the file, and the package that reads it
 * @throws {ContrailError} SCHEMA_TOO_NEW
 */
export function refuseLaterFormat(
  written: unknown,
  reader: { readonly supported: number; readonly path?: string; readonly update: string },
): void {
  const { supported, path, update } = reader
  const version = (written as { formatVersion?: unknown } | null | undefined)?.formatVersion
  if (typeof version !== 'number' || version <= supported) return
  const has = path === undefined ? '' : `${path} has `
  const message = `${has}format version ${version}; this version of contrail reads up to ${supported}: update ${update}`
  throw new ContrailError('SCHEMA_TOO_NEW', message, { details: present({ path, version, supported }) })
}
