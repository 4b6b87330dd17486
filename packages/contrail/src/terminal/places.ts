import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { toPrintable } from './printable.ts'

/** The place where a command runs, and how it is called: for the paths and the hints it prints. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/** A path as one can type it here: relative where that is shorter, quoted where a shell would take it apart. */
export function formatPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file)
  const short = relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative) ? relative : file
  return quoteWord(toPrintable(short, 1000))
}

/** `<run>/<task>`: the folders that name a recording, also where nothing in it can be read. */
export function nameOf(directory: string): string {
  return `${path.basename(path.dirname(directory))}/${path.basename(directory)}`
}

/** Tell if a name can be typed as it is printed: nothing in it is shown as an escape, and no command takes it for an option. */
export function canBeTyped(name: string): boolean {
  return !name.startsWith('-') && toPrintable(name, name.length) === name
}

/** A word as one can type it: quoted where a shell would take it apart. */
export function quoteWord(word: string): string {
  const plain = path.sep === '\\' ? /^[\w.:\\/~@%+=-]+$/ : /^[\w.:/~@%+=-]+$/
  return plain.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/**
 * A command that can be typed next. Whoever starts the program in a way of their own names it in `CONTRAIL_COMMAND`;
 * installed users say `npx contrail`; run from its sources it is the same Node with the same file.
 */
export function formatCommand(rest: string, { env, cwd }: Surroundings): string {
  return `${toPrintable(env['CONTRAIL_COMMAND'] || programCommand(cwd))} ${rest}`
}

function programCommand(cwd: string): string {
  const file = fileURLToPath(import.meta.url)
  if (!file.endsWith('.ts')) return 'npx contrail'
  const bin = path.join(path.dirname(file), '../bin.ts')
  return `${formatPath(process.execPath, cwd)} --conditions=@contrail/source ${formatPath(bin, cwd)}`
}
