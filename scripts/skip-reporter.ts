import type { Reporter, TestCase } from 'vitest/node'

/** Create a vitest reporter that names, at the end of a run, each test that was skipped and why: a skip is said aloud. */
export function createSkipReporter(): Reporter {
  const skipped: string[] = []
  let isFiltered = false
  return {
    onInit: ({ config }) => {
      isFiltered = config.testNamePattern !== undefined
    },
    onTestCaseResult: (test) => {
      if (test.result().state === 'skipped') skipped.push(lineOf(test))
    },
    onTestRunEnd: () => {
      // Who runs tests by name knows that the others are not run.
      if (skipped.length > 0 && !isFiltered) console.log(`\nSkipped here:\n${skipped.join('\n')}`)
    },
  }
}

function lineOf(test: TestCase): string {
  const result = test.result()
  const reason = result.state === 'skipped' ? result.note : undefined
  return `  ${test.module.relativeModuleId}: ${test.fullName}: ${reason ?? 'no reason is given'}`
}
