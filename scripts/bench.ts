/**
 * `pnpm bench`: what recording costs, beside the peers, as tables and a JSON file.
 *
 * Exits with 1 where a count breaks its gate (bytes, files, frames bound to the wrong step) or a part could not run, with 64 for
 * arguments it does not know. A missed target is told and never makes it fail.
 */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { BenchOptions, BenchPart } from './bench/figure.ts'
import { describeMachine, readMachineFacts } from './bench/machine.ts'
import { parts } from './bench/parts.ts'
import { failures, toResults, toText, type PartReport } from './bench/report.ts'
import { withFigures } from './bench/write-figures.ts'
import { repositoryRoot } from './guards.ts'

const usage = `pnpm bench [options]
  --quick          all parts in less than two minutes: for a look, not for a claim
  --full           also the peers over 5,000 steps: twenty minutes more
  --only <part>    one part: ${parts.map(({ name }) => name).join(', ')}; may be given several times.
  --rounds <n>     how often each variant runs
  --steps <n>      how many steps a run has, and the most that a growth is followed to
  --json <file>    where the figures and every run go; default bench-results.json, which git ignores
  --write          put the tables into scripts/bench/README.md, too: those of a commit, without --quick`

const figuresPage = join(repositoryRoot, 'scripts/bench/README.md')
const chosenOptions = readOptions()
process.exitCode = chosenOptions ? await bench(chosenOptions) : 64

interface Options extends Pick<BenchOptions, 'isQuick' | 'isFull' | 'rounds' | 'steps'> {
  readonly chosen: readonly BenchPart[]
  readonly json: string
  readonly isWritten: boolean
}

/** @returns undefined for arguments that are not understood, after that was said */
function readOptions(): Options | undefined {
  try {
    return parseOptions()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    console.error(`${error.message}\n\n${usage}`)
    return undefined
  }
}

function parseOptions(): Options {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      steps: { type: 'string' },
      json: { type: 'string', default: 'bench-results.json' },
      write: { type: 'boolean', default: false },
    },
  })
  const { quick: isQuick, full: isFull, only, json, write: isWritten } = values
  if (isQuick && isWritten) throw new TypeError('expected --quick or --write, got both: a look is not to be quoted')
  if (isWritten && !isOfCommit(readCommit()))
    throw new TypeError('--write: expected a commit without other changes, whose figures can be quoted')
  if (isQuick && isFull) throw new TypeError('expected --quick or --full, got both')
  const [rounds, steps] = [readCount('rounds', values.rounds), readCount('steps', values.steps)]
  const chosen = only ? only.map(findPart) : parts
  return {
    isQuick,
    isFull,
    ...(rounds && { rounds }),
    ...(steps && { steps }),
    chosen,
    json: resolve(repositoryRoot, json),
    isWritten,
  }
}

function readCount(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new TypeError(`--${name}: expected a count from 1, got ${text}`)
  return count
}

function findPart(wanted: string): BenchPart {
  const part = parts.find(({ name }) => name === wanted)
  if (part) return part
  throw new TypeError(`--only: expected one of ${parts.map(({ name }) => name).join(', ')}, got ${wanted}`)
}

/** @returns the exit code */
async function bench({ chosen, json, isWritten, ...asked }: Options): Promise<number> {
  const startedAt = new Date()
  const scratch = await mkdtemp(join(tmpdir(), 'contrail-bench-'))
  // A bench that is stopped leaves no gigabytes behind; its processes end when it does.
  const stop = (): never => {
    rmSync(scratch, { recursive: true, force: true })
    process.exit(130)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const runs: object[] = []
  const reports: PartReport[] = []
  try {
    const machine = await readMachineFacts(scratch)
    console.log(describeMachine(machine))
    for (const part of chosen) {
      reports.push(
        await runPart(part, { ...asked, directory: join(scratch, part.name), keepRun: (run) => runs.push(run) }),
      )
    }
    const commit = readCommit()
    console.log(`\n${toText(reports)}\n\n${describeCommit(commit)}`)
    const seconds = (Date.now() - startedAt.getTime()) / 1000
    const results = { startedAt, seconds, commit, options: asked, machine, parts: toResults(reports), runs }
    await mkdir(join(json, '..'), { recursive: true })
    await writeFile(json, `${JSON.stringify(results, undefined, 2)}\n`)
    if (isWritten) {
      const day = startedAt.toISOString().slice(0, 10)
      const page = await readFile(figuresPage, 'utf8')
      await writeFile(
        figuresPage,
        withFigures(page, reports, `${describeCommit(commit)} ${day}. ${describeMachine(machine)}`),
      )
      console.log(`${figuresPage} has the tables.`)
    }
    console.log(`${json} has the figures and every run. It took ${formatSeconds(seconds)}.`)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  const failed = failures(reports)
  for (const failure of failed) console.error(`FAILED  ${failure}`)
  return failed.length > 0 ? 1 : 0
}

/** A part that fails is told, and keeps no other from running. */
async function runPart(part: BenchPart, options: Omit<BenchOptions, 'progress'>): Promise<PartReport> {
  const startedMs = performance.now()
  const seconds = (): number => Math.round((performance.now() - startedMs) / 100) / 10
  const progress = (line: string): void => {
    const text = `${part.name}, ${formatSeconds(seconds())}: ${line}`
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${text.slice(0, process.stdout.columns - 1)}`)
    else console.log(text)
  }
  await mkdir(options.directory, { recursive: true })
  try {
    const figures = await part.run({ ...options, progress })
    return { part: part.name, seconds: seconds(), figures }
  } catch (error) {
    return {
      part: part.name,
      seconds: seconds(),
      figures: [],
      error: error instanceof Error ? error.message : String(error),
    }
  } finally {
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[K')
    await rm(options.directory, { recursive: true, force: true })
  }
}

/** The commit that was measured, or undefined outside a repository. */
function readCommit(): string | undefined {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: repositoryRoot,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim()
  } catch {
    return undefined // figures without a commit are figures all the same
  }
}

function isOfCommit(commit: string | undefined): boolean {
  return commit !== undefined && !commit.endsWith('-dirty')
}

function describeCommit(commit: string | undefined): string {
  if (commit === undefined) return 'These are figures of no commit.'
  return `These are figures of commit ${commit}${isOfCommit(commit) ? '' : ', with changes that are in no commit: not to be quoted'}.`
}

function formatSeconds(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  return minutes === 0 ? `${seconds.toFixed(0)} s` : `${minutes} min ${Math.floor(seconds % 60)} s`
}
