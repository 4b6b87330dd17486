import { ContrailError } from '@contrail/core'
import { listRuns } from '@contrail/recorder'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { toPrintable } from './printable.ts'

/** Where a command runs, and how it is called: for the paths and the hints it prints. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/** A path as one can type it here: relative where that is shorter, quoted where a shell would take it apart. */
export function formatPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file)
  const short = relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative) ? relative : file
  const printable = toPrintable(short, 1000)
  const plain = path.sep === '\\' ? /^[\w.:\\/~@%+=-]+$/ : /^[\w.:/~@%+=-]+$/
  return plain.test(printable) ? printable : `'${printable.replaceAll("'", `'\\''`)}'`
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
  const bin = path.join(path.dirname(file), 'bin.ts')
  return `${formatPath(process.execPath, cwd)} --conditions=source ${formatPath(bin, cwd)}`
}

/** Whether a directory is a recording, finished or not. */
export async function isRecording(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch((): string[] => [])
  return names.includes('core.log') || names.includes('trajectory.json')
}

/**
 * Make sure that a directory is a recording.
 *
 * @throws {ContrailError} JOURNAL_MISSING, saying which recordings are near
 */
export async function assertRecording(directory: string, surroundings: Surroundings): Promise<void> {
  if (await isRecording(directory)) return
  const near = await recordingsNear(directory)
  const name = formatPath(directory, surroundings.cwd)
  const what = (await exists(directory)) ? `${name} holds no recording itself` : `${name} does not exist`
  const [first] = near
  const advice =
    first === undefined
      ? `"${formatCommand('ls', surroundings)}" lists what there is`
      : `there ${near.length === 1 ? 'is one' : `are ${near.length}`} below it, e.g. ${formatPath(first, surroundings.cwd)}`
  throw new ContrailError('JOURNAL_MISSING', `${what}; ${advice}`, { details: { directory, near: near.slice(0, 20) } })
}

/** The recordings below a directory that is a root, or the directory of one run. */
export async function recordingsNear(directory: string): Promise<string[]> {
  const below = async (root: string): Promise<string[]> => {
    // A directory that cannot be read has no recordings to name; the caller says so.
    const runs = await listRuns(root).catch(() => [])
    return runs.map((run) => run.directory).filter((found) => found.startsWith(directory + path.sep))
  }
  const asRoot = await below(directory)
  return asRoot.length > 0 ? asRoot : below(path.dirname(directory))
}

async function exists(directory: string): Promise<boolean> {
  return readdir(directory).then(
    () => true,
    (cause: unknown) => !(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'),
  )
}
