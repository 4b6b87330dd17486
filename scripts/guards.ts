import { spawn, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The root of the repository, absolute. */
export const repositoryRoot = join(import.meta.dirname, '..')

/** The numbers of tests, and of guards that count as one test each, that passed, failed and were skipped. */
export interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** A command that has to end well: one check of the workspace, or a script that drives the product. */
export interface Guard {
  name: string
  /** a shell command line, run in the root of the repository */
  command: string
}

/**
 * The guards that `check` consists of: every script `check:*` of the root package.json, in its order.
 *
 * @throws {TypeError} when there are none
 */
export async function readChecks(): Promise<Guard[]> {
  const manifest = JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const checks = Object.entries(manifest.scripts).filter(([name]) => name.startsWith('check:'))
  if (checks.length === 0) throw new TypeError('expected scripts named check:* in package.json, got none')
  return checks.map(([name, command]) => ({ name, command }))
}

/**
 * Run guards, and go on after a failure: a person wants to see all of them. By default one after the other, each in sight.
 *
 * @param options.atOnce run so many at the same time, or beside other work; what each said is shown when it has ended
 * @returns the names of those that failed
 */
export async function runGuards(guards: readonly Guard[], options: { atOnce?: number } = {}): Promise<string[]> {
  const { atOnce } = options
  const failed: string[] = []
  const waiting = [...guards]
  const work = async (): Promise<void> => {
    for (let guard = waiting.shift(); guard; guard = waiting.shift()) {
      const { name, command } = guard
      if (!atOnce) console.log(`\n> ${name}`)
      const startedAt = performance.now()
      const { code, output } = atOnce ? await runAside(command) : { code: await runInForeground(command), output: '' }
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      if (code !== 0) failed.push(name)
      process.stdout.write(output)
      console.log(code === 0 ? `ok  ${name} (${seconds} s)` : `FAILED  ${name} (exit code ${code}): ${command}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce ?? 1 }, work))
  return failed
}

/** Run a shell command line in the root of the repository and keep what it says. */
function runAside(command: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [], { cwd: repositoryRoot, shell: true, stdio: ['ignore', 'pipe', 'pipe'] })
    endTogether(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/**
 * Run a program in the root of the repository, with this program's input, output and errors.
 *
 * @param command a program, or without `args` a shell command line
 * @param options.env variables beside those of this process
 * @returns its exit code; 1 where a signal ended it
 */
export function runInForeground(
  command: string,
  options: { args?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const { args } = options
    const env = { ...process.env, ...options.env }
    const child = spawn(command, args ?? [], { cwd: repositoryRoot, env, shell: !args, stdio: 'inherit' })
    endTogether(child)
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/** A run that is told to stop goes on with nothing else, and leaves nothing running. */
function endTogether(child: ChildProcess): void {
  const stop = (): never => process.exit(130)
  const kill = (): boolean => child.kill()
  process.on('SIGTERM', stop).on('SIGINT', stop).on('exit', kill)
  child.on('close', () => process.off('SIGTERM', stop).off('SIGINT', stop).off('exit', kill))
}

/** Each guard counts as one test. */
export function countGuards(guards: readonly Guard[], failed: readonly string[]): Counts {
  return { passed: guards.length - failed.length, failed: failed.length, skipped: 0 }
}

/** Add up what several programs counted. */
export function sumCounts(all: readonly Counts[]): Counts {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  for (const counts of all) {
    sum.passed += counts.passed
    sum.failed += counts.failed
    sum.skipped += counts.skipped
  }
  return sum
}

/** The closing line of a test run, e.g. `12 passed, 0 failed` or `11 passed, 1 failed, 2 skipped`. */
export function countsLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
