import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'
import { repositoryRoot } from './guards.ts'

/** Seconds that the tests of a package may take of a worker in `npm test`, by the package's folder; `scripts` is one too. */
type Budget = Readonly<Record<string, number>>

/** The multiple of its package's share that a single file may take before it is named. */
const tolerance = 3

/**
 * Create a vitest reporter that adds up the worker seconds of each package, holds them against `scripts/test-budget.json`
 * and names the five slowest files, and each that by itself takes three times what its whole package may. It tells and fails
 * nothing: time is no claim on a machine that somebody else may be using.
 */
export function createBudgetReporter(): Reporter {
  const seconds = new Map<string, number>()
  return {
    onTestModuleEnd: (module) => void seconds.set(pathOf(module), secondsOf(module)),
    onTestRunEnd: () => {
      for (const line of weigh(seconds, readBudget()).lines) console.log(line)
    },
  }
}

/**
 * Hold the time of files against the budget of their packages.
 *
 * @param seconds worker seconds of each file, by its path from the root of the repository
 * @returns what to print, and the files that take more than three times what their package may
 */
export function weigh(seconds: ReadonlyMap<string, number>, budget: Budget): { lines: string[]; over: string[] } {
  const sums = new Map<string, number>()
  for (const [path, time] of seconds) sums.set(packageOf(path), (sums.get(packageOf(path)) ?? 0) + time)
  const slowest = [...seconds].toSorted(([, a], [, b]) => b - a).slice(0, 5)
  const over = [...seconds].filter(([path, time]) => time > tolerance * (budget[packageOf(path)] ?? Infinity))
  const used = [...sums].toSorted(([, a], [, b]) => b - a)
  return {
    lines: [
      `\nWorker seconds (budget): ${used.map(([name, time]) => `${name} ${round(time)} (${budget[name] ?? 'none'})`).join(', ')}`,
      ...slowest.map(([path, time]) => `  ${round(time).padStart(6)} s  ${path}`),
      ...over.map(
        ([path, time]) =>
          `OVER BUDGET  ${path}: ${round(time)} s, ${packageOf(path)} may take ${budget[packageOf(path)]}`,
      ),
    ],
    over: over.map(([path]) => path),
  }
}

function readBudget(): Budget {
  return JSON.parse(readFileSync(join(repositoryRoot, 'scripts/test-budget.json'), 'utf8')) as Budget
}

function pathOf(module: TestModule): string {
  return relative(repositoryRoot, module.moduleId).split(sep).join('/')
}

function secondsOf(module: TestModule): number {
  const { duration, collectDuration, setupDuration, environmentSetupDuration, prepareDuration } = module.diagnostic()
  return (duration + collectDuration + setupDuration + environmentSetupDuration + prepareDuration) / 1000
}

/** The package of a test file, or `scripts`. */
function packageOf(path: string): string {
  const [top = '', name = ''] = path.split('/')
  return top === 'packages' ? name : top
}

function round(time: number): string {
  return time.toFixed(time < 10 ? 1 : 0)
}
