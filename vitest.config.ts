import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { countsVariable, createCountReporter } from './scripts/count-reporter.ts'

/** Our own packages are resolved from `src` by their `@contrail/source` export condition, so tests need no build. */
const conditions = ['@contrail/source', 'module', 'node', 'development|production']
const countsFile = process.env[countsVariable]

// What a worker, or a program that a test starts, has compiled is kept for the next one, which starts in half the time.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/node')

export default defineConfig({
  resolve: { conditions },
  // Vitest hands these to its workers as `--conditions`, so `process.execArgv` carries them to child processes too.
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'scripts/test/**/*.test.ts'],
    globalSetup: ['packages/recorder/test/support/programs.ts'],
    pool: 'forks',
    // A browser runs beside each worker: more workers than two cores hold would only turn into timeouts.
    maxWorkers: 2,
    reporters: countsFile ? ['default', createCountReporter(countsFile)] : ['default'],
    // For machines that have much else to do; no test needs a tenth of it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 10_000,
  },
})
