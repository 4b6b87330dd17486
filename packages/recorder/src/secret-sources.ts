import { basename, dirname, resolve } from 'node:path'
import { ContrailError, isRedactable } from '@contrail/core'
import { diskIo, type Io } from './io.ts'
import { readUntrusted } from './open-untrusted.ts'

/** A value that must not be in a recording, and where we know it from: `GITHUB_TOKEN`, or `line 3`. */
export interface NamedSecret {
  readonly name: string
  readonly value: string
}

/** The secrets that somebody has named, and what was named and cannot be looked for. */
export interface SecretSources {
  readonly secrets: readonly NamedSecret[]
  /** Names of values that are too short or too plain: they stand everywhere. */
  readonly unusable: readonly string[]
}

/** No larger file of secrets is read. */
export const maxSecretsBytes = 10_000_000

/**
 * Gather secrets from a file and from variables of the environment.
 *
 * The file has one secret a line. A line `NAME=value` or `export NAME='value'`, as in a `.env`, names the value, and the
 * whole line is looked for as well, since `=` may be part of a secret. Empty lines and those that begin with `#` are none.
 *
 * @param options.env names of variables; `*` stands for any characters, case does not matter, e.g. `*_TOKEN`
 * @throws {ContrailError} FILE_UNREADABLE, also for a file that is not there, FILE_UNSAFE, FILE_TOO_LARGE
 */
export async function readSecretSources(options: {
  secretsFile?: string | undefined
  env?: readonly string[] | undefined
  variables: Readonly<Record<string, string | undefined>>
  io?: Io
}): Promise<SecretSources> {
  const { secretsFile, env = [], variables, io = diskIo } = options
  const named = [
    ...(secretsFile === undefined ? [] : await readFileOf(io, resolve(secretsFile))),
    ...secretsInVariables(variables, env),
  ]
  const usable = (secret: NamedSecret): boolean => isRedactable(secret.value)
  const names = new Set(named.filter(usable).map(({ name }) => name))
  return {
    secrets: named.filter(usable),
    unusable: [...new Set(named.map(({ name }) => name))].filter((name) => !names.has(name)),
  }
}

async function readFileOf(io: Io, path: string): Promise<NamedSecret[]> {
  const bytes = await readUntrusted(io, dirname(path), basename(path), maxSecretsBytes)
  if (!bytes) {
    throw new ContrailError('FILE_UNREADABLE', `${path} does not exist: it was to name the secrets`, {
      details: { path },
    })
  }
  return secretsInText(new TextDecoder().decode(bytes))
}

/** The secrets that the text of a file names, also such as cannot be looked for; see {@link readSecretSources}. */
export function secretsInText(text: string): NamedSecret[] {
  return text.split(/\r?\n/).flatMap((line, index) => secretsOf(line, `line ${index + 1}`))
}

/** The values of the variables that patterns mean, also such as cannot be looked for. */
export function secretsInVariables(
  variables: Readonly<Record<string, string | undefined>>,
  patterns: readonly string[],
): NamedSecret[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    value !== undefined && patterns.some((pattern) => matches(pattern, name)) ? [{ name, value }] : [],
  )
}

/** What one line of a file names: the whole line, and the value where it looks like an assignment. */
function secretsOf(line: string, name: string): NamedSecret[] {
  const whole = line.trim()
  if (whole === '' || whole.startsWith('#')) return []
  const [, variable, assigned = ''] = /^(?:export\s+)?([A-Za-z_]\w{0,200})=(.*)$/.exec(whole) ?? []
  if (variable === undefined) return [{ name, value: whole }]
  const value = /^(["'`]).*\1$/.test(assigned) ? assigned.slice(1, -1) : assigned
  return [...new Set([value, assigned, whole])].map((text) => ({ name: `${variable}, ${name}`, value: text }))
}

/** Whether a name is one that a pattern with `*` means. Each piece is looked for once, from the left. */
function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.toUpperCase().split('*')
  const text = name.toUpperCase()
  if (rest.length === 0) return text === first
  if (!text.startsWith(first)) return false
  let from = first.length
  const last = rest.pop() ?? ''
  for (const piece of rest) {
    const at = text.indexOf(piece, from)
    if (at < 0) return false
    from = at + piece.length
  }
  return text.length - last.length >= from && text.endsWith(last)
}
