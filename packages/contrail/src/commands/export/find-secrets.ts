import { createSecretScanner, type NamedSecret } from '@contrail/recorder'

/** A part of what is to be written: data by the names of their fields, of one step or of the run. */
interface Part {
  /** From 0; absent for what belongs to the whole run. */
  readonly step?: number
  readonly fields: Readonly<Record<string, unknown>>
}

/** A secret in what was to be written. It is never said itself. */
export interface FoundSecret {
  readonly step?: number
  readonly field: string
  /** `registered`, or what it is by its shape. */
  readonly kind: string
  /** The place that a registered one is known from. */
  readonly name?: string
}

const mostFound = 100

/** Searches what is to be written for secrets. */
export interface SecretSearch {
  /** Adds the secrets of these parts to those found. */
  parts(parts: Iterable<Part>): Promise<void>
  /** Adds those of the bytes of a frame. */
  bytes(bytes: Uint8Array, place: { step?: number; field: string }): Promise<void>
  readonly found: readonly FoundSecret[]
}

/** Make a search for registered secrets, in every form, and for those known by their shape. */
export function createSecretSearch(secrets: readonly NamedSecret[]): SecretSearch {
  const scan = createSecretScanner(secrets)
  const found: FoundSecret[] = []
  const search: SecretSearch = {
    found,
    async bytes(bytes, place) {
      for (const { kind, name } of await scan(bytes)) {
        const isKnown = found.some((one) => one.step === place.step && one.field === place.field && one.kind === kind)
        if (!isKnown && found.length < mostFound)
          found.push({ ...place, kind, ...(name === undefined ? {} : { name }) })
      }
    },
    async parts(parts) {
      for (const { step, fields } of parts) {
        // As a rule there is none: which field it is in is asked only where there is one.
        if ((await scan(toBytes(fields))).length === 0) continue
        for (const [field, value] of Object.entries(fields)) {
          await search.bytes(toBytes(value), step === undefined ? { field } : { step, field })
        }
      }
    },
  }
  return search
}

function toBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value) ?? '')
}
