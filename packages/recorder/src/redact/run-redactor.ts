import { createHmac, randomBytes } from 'node:crypto'
import {
  createRedactor,
  isRedactable,
  redactRecord,
  toPlainValue,
  type RedactionReceipt,
  type Redactor,
} from '@contrail/core'
import { passwordsInVariables, secretsInVariables } from './secret-sources.ts'
import { readSecretsFile, type NamedSecret } from './secrets-file.ts'

/** Secrets that a recorder keeps away from the disk, beside what it knows by name and by shape. */
export interface RedactOptions {
  /** Values that must never be recorded, 4 characters at least each. Default none. */
  secrets?: readonly string[] | undefined
  /**
   * Names of environment variables, `*` for any characters, whose values are secrets. Default those whose name ends like
   * that of a secret, e.g. `*_TOKEN` and `*_API_KEY`, with 8 characters at least (see {@link secretVariables}), and passwords in
   * addresses such as that of `DATABASE_URL`.
   */
  env?: readonly string[] | undefined
  /** A file of secrets, one a line or as a `.env` file; see `readSecretsFile`. Default `CONTRAIL_SECRETS_FILE`. */
  secretsFile?: string | undefined
  /** More names whose values are secrets, in any spelling. Default none. */
  keyNames?: readonly string[] | undefined
  /** Names whose values are no secrets, whatever the built-in list says. Default none. */
  allowedKeyNames?: readonly string[] | undefined
  /**
   * The key of the fingerprints in placeholders; with the same key, equal values of several runs stay comparable. It never
   * reaches the disk. Default 32 random bytes for each recorder.
   */
  fingerprintKey?: Uint8Array | undefined
}

/** The environment variables whose values are secrets unless `redact.env` says otherwise. */
export const secretVariables = [
  '*TOKEN',
  '*SECRET',
  '*SECRET_KEY',
  '*PASSWORD',
  '*PASSWD',
  '*PASSPHRASE',
  '*_PASS',
  '*_PWD',
  '*API_KEY',
  '*APIKEY',
  '*ACCESS_KEY',
  '*PRIVATE_KEY',
  '*CREDENTIALS',
  '*_KEY',
  '*_PAT',
] as const

/** Nobody asked for these variables: `MAX_TOKEN=4096` must not take every 4096 out of a recording. */
const shortestUnasked = 8

/** The redactor of one run, and the receipt of what it has replaced. */
export class RunRedactor {
  readonly redactor: Redactor
  private told: RedactionReceipt = {}

  /**
   * @throws {TypeError} for a secret that cannot be looked for, and for more than 20,000, all sources and spellings together
   * @throws {ContrailError} as `readSecretsFile` for a file of secrets that cannot be read
   */
  constructor(options: RedactOptions = {}, env: Readonly<Record<string, string | undefined>> = {}) {
    const key = options.fingerprintKey ?? randomBytes(32)
    const file = options.secretsFile ?? (env['CONTRAIL_SECRETS_FILE'] || undefined)
    this.redactor = createRedactor({
      secrets: [
        ...(options.secrets ?? []),
        ...usable(secretsInVariables(env, options.env ?? secretVariables), options.env ? 0 : shortestUnasked),
        ...(options.env ? [] : usable(passwordsInVariables(env), shortestUnasked)),
        ...(file === undefined ? [] : usable(readSecretsFile(file))),
      ],
      keyNames: options.keyNames ?? [],
      allowedKeyNames: options.allowedKeyNames ?? [],
      fingerprint: (value) => createHmac('sha256', key).update(value).digest('hex').slice(0, 8),
    })
  }

  /** Any value as plain data without its secrets. */
  value<T extends object>(value: T): T {
    return toPlainValue(value, redactRecord(this.redactor)) as T
  }

  /** The number of replacements since this was last asked, by kind; `undefined` where it was nothing. */
  takeReceipt(): Record<string, number> | undefined {
    const before: Readonly<Record<string, number>> = this.told
    this.told = this.redactor.receipt()
    if (this.told === before) return undefined
    const fresh = Object.entries(this.told).flatMap(([kind, count]) => {
      const more = count - (before[kind] ?? 0)
      return more > 0 ? [[kind, more] as const] : []
    })
    return fresh.length > 0 ? Object.fromEntries(fresh) : undefined
  }
}

/**
 * The secrets that can be looked for. A line of a file or a variable may be too short or too plain for it: such a value
 * is everywhere.
 */
function usable(secrets: readonly NamedSecret[], shortest = 0): string[] {
  return secrets.map(({ value }) => value).filter((value) => value.length >= shortest && isRedactable(value))
}
