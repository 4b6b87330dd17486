import { appendFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Reporter } from 'vitest/node'
import type { Counts } from './guards.ts'

/** The environment variable that names the file the reporter writes to. Without it there is no such reporter. */
export const countsVariable = 'CONTRAIL_TEST_COUNTS'

/**
 * A vitest reporter that writes the outcome of each test as a line of its own, the moment it is known: what had
 * passed when vitest itself died is then still known. `end` closes the file.
 *
 * A module that cannot be loaded, a failing hook of a suite and an error outside every test are a failed test each.
 *
 * @param file where to write, appended to
 */
export function createCountReporter(file: string): Reporter {
  const write = (line: string): void => appendFileSync(file, `${line}\n`)
  return {
    onTestCaseResult: (test) => write(test.result().state),
    onTestSuiteResult: (suite) => suite.errors().forEach(() => write('failed')),
    onTestModuleEnd: (module) => module.errors().forEach(() => write('failed')),
    onTestRunEnd: (_modules, unhandledErrors) => {
      unhandledErrors.forEach(() => write('failed'))
      write('end')
    },
  }
}

/**
 * Read what the reporter wrote.
 *
 * @param exitCode how vitest ended: a failure that no line tells of is counted as one failed test
 */
export async function readCounts(file: string, exitCode: number): Promise<Counts> {
  const text = await readFile(file, 'utf8').catch(() => '') // no file: vitest died before its first test
  const lines = text.split('\n')
  const count = (state: string): number => lines.filter((line) => line === state).length
  const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
  const isWhole = count('end') === 1 && (exitCode === 0) === (counts.failed === 0)
  return isWhole ? counts : { ...counts, failed: counts.failed + 1 }
}
