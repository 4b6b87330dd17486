import { readFileSync } from 'node:fs'
import { ContrailError, isRedactable } from '@contrail/core'
import { errnoOf } from './io.ts'

/**
 * Read a file of secrets: one value a line, or `NAME=value` and `export NAME=value` as in a `.env` file, the value bare or
 * in single or double quotes. Of a line with a name both the value and the whole line are secrets. Empty lines and lines
 * that begin with `#` are passed over; what is too short or too plain to be looked for is left out.
 *
 * @throws {ContrailError} FILE_UNREADABLE: a run that cannot know its secrets must not begin
 */
export function readSecretsFile(path: string): string[] {
  try {
    return parseSecrets(readFileSync(path, 'utf8'))
  } catch (cause) {
    const errno = errnoOf(cause) ?? 'unknown error'
    throw new ContrailError('FILE_UNREADABLE', `the file of secrets ${path} cannot be read (${errno})`, {
      cause,
      details: { path, errno },
    })
  }
}

/**
 * The values of those variables whose name matches a pattern: `*` stands for any characters, case does not matter. Values
 * that are too short or too plain to be looked for (`true`, `localhost`) are left out.
 */
export function secretsOfEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  patterns: readonly string[],
): string[] {
  const wanted = patterns.map((pattern) => pattern.toUpperCase().split('*'))
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && wanted.some((parts) => matches(name.toUpperCase(), parts)) && isRedactable(value)
      ? [value]
      : [],
  )
}

function parseSecrets(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#')) return []
    const named = /^(?:export\s+)?[A-Za-z_][A-Za-z0-9_.]*=(.*)$/.exec(trimmed)
    const values = named ? [trimmed, unquoted(named[1] as string)] : [trimmed]
    return values.filter(isRedactable)
  })
}

function unquoted(value: string): string {
  const [first] = value
  const isQuoted = value.length >= 2 && (first === '"' || first === "'") && value.endsWith(first)
  return isQuoted ? value.slice(1, -1) : value
}

/** Whether a name is the parts of a pattern with anything between them. Linear: each part is looked for once. */
function matches(name: string, [head = '', ...rest]: readonly string[]): boolean {
  const tail = rest.pop()
  if (tail === undefined) return name === head
  if (!name.startsWith(head)) return false
  let from = head.length
  for (const part of rest) {
    const at = name.indexOf(part, from)
    if (at === -1) return false
    from = at + part.length
  }
  return name.length - tail.length >= from && name.endsWith(tail)
}
