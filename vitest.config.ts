import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { createBudgetReporter } from './scripts/budget-reporter.ts'
import { countsVariable, createCountReporter } from './scripts/count-reporter.ts'
import { runFolderVariable } from './scripts/once-in-run.ts'
import { createSkipReporter } from './scripts/skip-reporter.ts'
import { testSize } from './scripts/test-size.ts'

/** Our own packages are resolved from `src` by their `@contrail/source` export condition, so tests need no build. */
const conditions = ['@contrail/source', 'module', 'node', 'development|production']
const countsFile = process.env[countsVariable]

// What a worker, or a program that a test starts, has compiled is kept for the next one, which starts in half the time.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/node')

// What is made once for all that read it, in a folder that goes with the run: with that of `npm test`, where this is a part of it.
if (process.env[runFolderVariable] === undefined) {
  const runFolder = mkdtempSync(join(tmpdir(), 'contrail-run-'))
  process.env[runFolderVariable] = runFolder
  process.once('exit', () => rmSync(runFolder, { recursive: true, force: true }))
}

/** The programs of recorder's tests are built once for all that start them. */
const programs = ['packages/recorder/test/support/programs.ts']
const testsIn = (...folders: string[]): string[] => folders.map((folder) => `${folder}/**/*.test.ts`)

/** Kinds of tests, by what they need of the machine. A file belongs to the first that names it. */
const unit = testsIn(
  'packages/analysis/test/component',
  'packages/analysis/test/label',
  'packages/core/test',
  'packages/demo/test',
  'packages/evaluation/test',
  'packages/formats/test',
  'packages/images/test',
  'packages/models/test',
  'packages/contrail/test/commands',
  'packages/contrail/test/doors',
  'packages/contrail/test/terminal',
  'scripts/test/architecture',
)
const browser = [
  ...testsIn('packages/browser/test', 'packages/viewer/test', 'packages/contrail/test/e2e'),
  'packages/contrail/test/commands/keep/compact.test.ts',
]
const faults = testsIn('packages/recorder/test/faults', 'packages/recorder/test/hostile')
/** What only the larger sizes try: each of them kills or unplugs what a smaller search of the same claims tries in memory. */
const largeFaults = ['compact-kills', 'power-cut'].map((name) => `packages/recorder/test/faults/${name}.test.ts`)

/** What needs a process of its own, since it counts, sets or uses up what is the process's. */
const alone = [
  // Counts the listeners of its process.
  'packages/recorder/test/write/exit-drain.test.ts',
  // Gives its process the variables with which Stagehand starts a browser.
  'packages/stagehand-interop/test/agent.test.ts',
]

const project = (name: string, test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name, ...test },
})

export default defineConfig({
  resolve: { conditions },
  // Vitest hands these to its workers as `--conditions`, so `process.execArgv` carries them to child processes too.
  ssr: { resolve: { conditions } },
  test: {
    // A browser runs beside each worker: more workers than two cores hold would only turn into timeouts.
    maxWorkers: 2,
    reporters: [
      'default',
      createBudgetReporter(),
      createSkipReporter(),
      ...(countsFile ? [createCountReporter(countsFile)] : []),
    ],
    // For machines that have much else to do; no test needs a tenth of it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 10_000,
    expect: { poll: { interval: 10, timeout: 10_000 } },
    setupFiles: ['scripts/property-seed.ts'],
    pool: 'forks',
    projects: [
      // What starts no process of its own and keeps nothing in its modules: such files share a worker.
      project('unit', { include: unit, exclude: browser, isolate: false }),
      // What writes files and starts processes: such files share a worker, too.
      project('disk', {
        include: testsIn('packages/*/test', 'scripts/test'),
        exclude: [...unit, ...browser, ...faults, ...alone],
        isolate: false,
        globalSetup: programs,
      }),
      project('alone', { include: alone, globalSetup: programs }),
      // A browser for each worker, and what is tried again in it where a machine is short of processors: a fault fails every time.
      project('browser', { include: browser, isolate: false, retry: process.env['CI'] ? 1 : 0 }),
      project('faults', {
        include: faults,
        exclude: testSize === 'fast' ? largeFaults : [],
        isolate: false,
        globalSetup: programs,
      }),
    ],
  },
})
