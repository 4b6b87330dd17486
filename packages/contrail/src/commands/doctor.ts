import { isDirectory } from './recordings-at.ts'
import { findBrowser } from '@contrail/browser'
import { isContrailError } from '@contrail/core'
import { findDurabilityRefusal, recordingRoot, shouldPersistTrajectory } from '@contrail/recorder'
import { constants } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { CommandResult, Paint, PaintStyle } from '../terminal/command-result.ts'
import { wrapWords } from '../terminal/fit.ts'
import { formatPath, type Surroundings } from '../terminal/places.ts'
import { toPrintable } from '../terminal/printable.ts'
import { oldestNode, readVersion, runsOnNode } from '../terminal/version.ts'

/** One thing that was looked at. `bad`: recording or the demo cannot work; `warning`: it works, but not as one may think. */
interface Finding {
  readonly name: string
  readonly state: 'good' | 'warning' | 'bad' | 'note'
  readonly detail: string
}

/** Variables that change what Contrail does. */
const variables = [
  'CONTRAIL_ROOT',
  'EVAL_TRAJECTORY_ROOT',
  'CONTRAIL_RUN_ID',
  'VERIFIER_PERSIST_TRAJECTORIES',
  'CI',
  'VERIFIER_ARIATREE_TOKEN_BUDGET',
  'CONTRAIL_BROWSER',
  'CHROME_PATH',
  'PLAYWRIGHT_BROWSERS_PATH',
  'NO_COLOR',
]

/** Look at everything Contrail needs of a machine. 0 when it can work here, 1 when something is missing. It changes nothing. */
export async function examine(
  input: { paint: Paint; columns?: number | undefined } & Surroundings,
): Promise<CommandResult> {
  const { env, cwd, paint, columns = Infinity } = input
  const root = recordingRoot({ env })
  const findings: Finding[] = [
    { name: 'contrail', state: 'note', detail: readVersion() },
    examineNode(process.versions.node),
    { name: 'platform', state: 'note', detail: `${process.platform} ${process.arch}` },
    await examinePlaywright(),
    await examineBrowser(env),
    await examineRoot(root, cwd),
    await examineSync(root, cwd),
    await examineIgnore(root, cwd),
    examinePersistence(env),
    await examineModel(env),
    ...variables.flatMap((name) => {
      const value = env[name]
      return value === undefined ? [] : [{ name, state: 'note', detail: toPrintable(value) } as const]
    }),
  ]
  const bad = findings.some(({ state }) => state === 'bad')
  return {
    exitCode: bad ? 1 : 0,
    text: findings.flatMap((finding) => tell(finding, paint, columns)).join('\n'),
    whole: true,
    json: { healthy: !bad, findings },
  }
}

const marks: Readonly<Record<Finding['state'], readonly [PaintStyle, string]>> = {
  good: ['good', '✓'],
  warning: ['warning', '!'],
  bad: ['bad', '✗'],
  note: ['faint', '·'],
}

/** Nothing of an advice is cut: it is broken at spaces. */
function tell({ name, state, detail }: Finding, paint: Paint, columns: number): string[] {
  const [style, mark] = marks[state]
  const lines = detail.split('\n').flatMap((line) => wrapWords(line, columns - 15, Infinity))
  return lines.map((line, at) => `${at === 0 ? `${paint(style, mark)} ${name.padEnd(12)}` : ' '.repeat(14)} ${line}`)
}

function examineNode(version: string): Finding {
  const good = runsOnNode(version)
  return {
    name: 'node',
    state: good ? 'good' : 'bad',
    detail: good ? version : `${version}, but Contrail needs ${oldestNode} or later`,
  }
}

async function examinePlaywright(): Promise<Finding> {
  try {
    // Asked of the package that uses it, as it need not be installed beside this one.
    const file = createRequire(import.meta.resolve('@contrail/browser')).resolve('playwright/package.json')
    const { version } = JSON.parse(await readFile(file, 'utf8')) as { version?: unknown }
    return judgePlaywright(String(version))
  } catch {
    return {
      name: 'playwright',
      state: 'bad',
      detail: 'not installed: npm install playwright (only recording without a page works)',
    }
  }
}

/** The least version that the captures were tried with. */
const leastPlaywright = [1, 60] as const

/** A version of Playwright, as `package.json` says it. */
export function judgePlaywright(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor, leastMinor] = leastPlaywright
  const isOld = !(major >= leastMajor) || (major === leastMajor && minor < leastMinor)
  if (!isOld) return { name: 'playwright', state: 'good', detail: version }
  const detail = `${version}, but recording a page needs ${leastMajor}.${leastMinor} or later: npm install playwright@latest`
  return { name: 'playwright', state: 'bad', detail }
}

async function examineBrowser(env: Surroundings['env']): Promise<Finding> {
  try {
    const { source, executablePath, version } = await findBrowser({ env })
    return {
      name: 'browser',
      state: 'good',
      detail: `${version ?? 'unknown version'} from ${source}: ${toPrintable(executablePath)}`,
    }
  } catch (cause) {
    if (!isContrailError(cause)) throw cause
    return {
      name: 'browser',
      state: 'bad',
      detail: cause.message
        .split('\n')
        .map((line) => toPrintable(line))
        .join('\n'),
    }
  }
}

/** Asks for permission only: nothing is written to find out. */
async function examineRoot(root: string, cwd: string): Promise<Finding> {
  const shown = formatPath(root, cwd)
  const existing = await nearestExisting(root)
  try {
    await access(existing, constants.W_OK | constants.X_OK)
    if (!(await isDirectory(existing))) throw new Error(`${existing} is no directory`)
    const detail = existing === root ? `${shown} can be written` : `${shown} will be made at the first recording`
    return { name: 'root', state: 'good', detail }
  } catch {
    const detail = `${shown} cannot be written: set CONTRAIL_ROOT to a directory that can`
    return { name: 'root', state: 'bad', detail }
  }
}

/** Syncs a folder that is there, which changes nothing. */
async function examineSync(root: string, cwd: string): Promise<Finding> {
  const existing = await nearestExisting(root)
  let errno: string | undefined
  try {
    errno = await findDurabilityRefusal(existing)
  } catch (cause) {
    const detail = `${formatPath(existing, cwd)} cannot be made durable: ${toPrintable(String(cause))}`
    return { name: 'durability', state: 'warning', detail }
  }
  if (errno === undefined)
    return { name: 'durability', state: 'good', detail: 'what is acknowledged survives a power cut' }
  const detail = `the disk of ${formatPath(existing, cwd)} does not know how to make a folder durable (${errno}): what is acknowledged survives the end of the process, and may not survive a power cut`
  return { name: 'durability', state: 'warning', detail }
}

async function nearestExisting(file: string): Promise<string> {
  // What cannot be looked at is refused again by the question for permission, and told there.
  const found = await stat(file).catch(() => undefined)
  return found || path.dirname(file) === file ? file : nearestExisting(path.dirname(file))
}

async function examineIgnore(root: string, cwd: string): Promise<Finding> {
  const file = path.join(root, '.gitignore')
  if (!(await isDirectory(root))) return { name: 'git', state: 'note', detail: 'recordings will be ignored by git' }
  // A file that is not there, or cannot be read, keeps nothing out of git for sure: that is what the warning says.
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n')
  if (lines.some((line) => line.trim() === '*'))
    return { name: 'git', state: 'good', detail: 'recordings are ignored by git' }
  return {
    name: 'git',
    state: 'warning',
    detail: `${formatPath(file, cwd)} does not say "*": recordings may be committed`,
  }
}

function examinePersistence(env: Surroundings['env']): Finding {
  const name = 'recording'
  if (shouldPersistTrajectory({ env })) return { name, state: 'good', detail: 'to the disk' }
  const detail =
    'in memory only, by CI or VERIFIER_PERSIST_TRAJECTORIES: set VERIFIER_PERSIST_TRAJECTORIES=1 to keep recordings'
  return { name, state: 'warning', detail }
}

/** Says which model is configured. It is not asked: that could cost something. */
async function examineModel(env: Surroundings['env']): Promise<Finding> {
  const name = 'model'
  if (!env['CONTRAIL_MODEL_URL'] && !env['CONTRAIL_MODEL'])
    return { name, state: 'note', detail: 'none: set CONTRAIL_MODEL_URL and CONTRAIL_MODEL to have runs judged' }
  const { endpointModel } = await import('@contrail/models')
  try {
    const { id } = endpointModel({}, env)
    const key = env['CONTRAIL_MODEL_KEY'] ? 'with a key' : 'without a key'
    return { name, state: 'good', detail: toPrintable(`${id}, ${key}; it was not asked`) }
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    return { name, state: 'warning', detail: toPrintable(cause.message) }
  }
}
