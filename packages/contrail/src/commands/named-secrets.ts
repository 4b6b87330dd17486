import { readSecretSources, secretVariables, type SecretSources } from '@contrail/recorder'
import path from 'node:path'
import type { Surroundings } from '../terminal/places.ts'

/**
 * Read the secrets that a command is to look for: of the file that is named, else of `CONTRAIL_SECRETS_FILE`, and of variables.
 *
 * @param input.patterns names of variables; default those whose values a recorder takes for secrets
 * @throws {ContrailError} FILE_UNREADABLE, FILE_UNSAFE, FILE_TOO_LARGE, FILE_INVALID for the file
 */
export function readNamedSecrets({
  secretsFile,
  patterns = secretVariables,
  env,
  cwd,
}: {
  secretsFile?: string | undefined
  patterns?: readonly string[] | undefined
} & Surroundings): Promise<SecretSources> {
  const file = secretsFile ?? env['CONTRAIL_SECRETS_FILE']
  return readSecretSources({ secretsFile: file ? path.resolve(cwd, file) : undefined, env: patterns, variables: env })
}
