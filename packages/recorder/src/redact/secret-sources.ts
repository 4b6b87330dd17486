import { resolve } from 'node:path'
import { isCommonWord, isRedactable, matchesGlob } from '@contrail/core'
import { readSecretsFile, type NamedSecret } from './secrets-file.ts'

/** The secrets that somebody has named, and what was named and cannot be looked for. */
export interface SecretSources {
  readonly secrets: readonly NamedSecret[]
  /** Names of values that are too short or too plain: they stand everywhere. */
  readonly unusable: readonly string[]
}

/**
 * Gather secrets from a file, as {@link readSecretsFile} reads it, and from variables of the environment.
 *
 * @param options.env names of variables; `*` stands for any characters, case does not matter, e.g. `*_TOKEN`
 * @throws {ContrailError} (rejects) as `readSecretsFile`
 */
export async function readSecretSources(options: {
  secretsFile?: string | undefined
  env?: readonly string[] | undefined
  variables: Readonly<Record<string, string | undefined>>
}): Promise<SecretSources> {
  const { secretsFile, env = [], variables } = options
  const named = [
    ...(secretsFile === undefined ? [] : readSecretsFile(resolve(secretsFile))),
    ...secretsInVariables(variables, env),
  ]
  const usable = ({ value }: NamedSecret): boolean => isRedactable(value) && !isCommonWord(value)
  const names = new Set(named.filter(usable).map(({ name }) => name))
  return {
    secrets: named.filter(usable),
    unusable: [...new Set(named.map(({ name }) => name))].filter((name) => !names.has(name)),
  }
}

/** The values of the variables that patterns mean, also such as cannot be looked for. */
export function secretsInVariables(
  variables: Readonly<Record<string, string | undefined>>,
  patterns: readonly string[],
): NamedSecret[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    value !== undefined && patterns.some((pattern) => matchesGlob(pattern.toUpperCase(), name.toUpperCase()))
      ? [{ name, value }]
      : [],
  )
}

/**
 * The passwords in addresses that stand in variables such as `DATABASE_URL`, as they are written there and decoded. One that is
 * the user's name too (`postgres:postgres@localhost`), or a word for a password, is none: it stands in much else.
 */
export function passwordsInVariables(variables: Readonly<Record<string, string | undefined>>): NamedSecret[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    const url = value?.includes('@') === true && URL.canParse(value) ? new URL(value) : undefined
    if (!url || url.password === '' || url.password === url.username || isCommonWord(url.password)) return []
    return [...new Set([url.password, decoded(url.password)])].map((password) => ({ name, value: password }))
  })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that begins no escape is part of the password.
    return text
  }
}
