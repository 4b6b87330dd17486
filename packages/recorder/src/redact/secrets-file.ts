import { readFileSync, statSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { ContrailError, isContrailError } from '@contrail/core'
import { errnoOf } from '../io/io.ts'

/** A value that must not be in a recording, and where we know it from: `GITHUB_TOKEN`, or `line 3`. */
export interface NamedSecret {
  readonly name: string
  readonly value: string
}

const maxSizeBytes = 10_000_000

/**
 * Read the secrets that a file names, also such as cannot be looked for. It is the user's own: it may be a link. At once, since
 * the first line of a journal needs it, and a run that cannot know its secrets must not begin.
 *
 * The file has one secret a line. A line `NAME=value`, `NAME: value` or `export NAME='value' # why`, as in a `.env`, names the
 * value, with its comment and without, and so does what Node reads there as a `.env`, over several lines too; the whole line is
 * looked for as well, since `=` may be part of a secret. Empty lines and those that begin with `#` are none.
 *
 * @throws {ContrailError} FILE_UNREADABLE, FILE_UNSAFE for what is no regular file, FILE_TOO_LARGE above 10 MB, FILE_INVALID for
 * what is no text in UTF-8
 */
export function readSecretsFile(path: string): NamedSecret[] {
  const file = `the file of secrets ${path}`
  const text = textOf(readBytes(path, file))
  if (text === undefined) {
    throw new ContrailError('FILE_INVALID', `${file} is no text in UTF-8: save it as such`, { details: { path } })
  }
  return secretsIn(text)
}

function readBytes(path: string, file: string): Uint8Array {
  try {
    const stat = statSync(path)
    // A FIFO would hold the program for ever.
    if (!stat.isFile()) throw new ContrailError('FILE_UNSAFE', `${file} is no regular file`, { details: { path } })
    const sizeBytes = stat.size
    if (sizeBytes > maxSizeBytes) {
      throw new ContrailError('FILE_TOO_LARGE', `${file} has ${sizeBytes} bytes; at most ${maxSizeBytes} are read`, {
        details: { path, sizeBytes, maxBytes: maxSizeBytes },
      })
    }
    return readFileSync(path)
  } catch (cause) {
    if (isContrailError(cause)) throw cause
    const errno = errnoOf(cause) ?? 'unknown error'
    throw new ContrailError('FILE_UNREADABLE', `${file} cannot be read (${errno})`, { cause, details: { path, errno } })
  }
}

/** @returns `undefined` for what is no text, such as UTF-16: its secrets would be looked for as they stand nowhere else */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function secretsIn(text: string): NamedSecret[] {
  const secrets = text.split(/\r\n?|\n/).flatMap((line, index) => secretsOf(line, `line ${index + 1}`))
  const told = new Set(secrets.map(({ value }) => value))
  // A name that is given twice has its last value there; each of its lines was read above.
  const parsed = Object.entries(parseEnv(text)).filter(
    ([name, value]) => assignable.test(name) && value !== undefined && !told.has(value),
  )
  return [...secrets, ...parsed.map(([name, value = '']) => ({ name: safeName(name) ?? 'the file', value }))]
}

/** A text that can be a name: no part of a URL such as `https://shop.example/?page=home`, which is one secret. */
const assignable = /^[^\s=:?&#"'`]{1,200}$/

/** The secrets that one line of a file names: the whole line, and the value where it looks like an assignment. */
function secretsOf(line: string, place: string): NamedSecret[] {
  const whole = line.trim()
  if (whole === '' || whole.startsWith('#')) return []
  const separator = /=|:(?=\s)/.exec(whole)?.index ?? 0
  const variable = whole
    .slice(0, separator)
    .replace(/^export\s+/, '')
    .trim()
  if (!assignable.test(variable)) return [{ name: place, value: whole }]
  const name = safeName(variable)
  const values = new Set([...readingsOf(whole.slice(separator + 1).trim()), whole])
  return [...values].map((value) => ({ name: name === undefined ? place : `${name}, ${place}`, value }))
}

/** The ways to read what is assigned: as it stands, up to a comment, and without its quotes. */
function readingsOf(assigned: string): string[] {
  const comment = /\s#/.exec(assigned)?.index
  const readings = comment === undefined ? [assigned] : [assigned, assigned.slice(0, comment).trim()]
  const quoted = readings.map((text) => /^(["'`])(.*)\1$/.exec(text)?.[2])
  const closed = /^(["'`])(.*?)\1/.exec(assigned)?.[2]
  return [...readings, ...quoted, closed].filter((text) => text !== undefined)
}

/** A name as programs have it; anything else may be the first half of a secret, and is not told. */
function safeName(name: string): string | undefined {
  return /^[A-Za-z_]\w{0,200}$/.test(name) ? name : undefined
}
