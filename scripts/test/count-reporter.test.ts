import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { countsVariable, readCounts } from '../count-reporter.ts'
import { repositoryRoot, type Counts } from '../guards.ts'

test.concurrent('tests are counted by their outcome', async () => {
  const counts = await runVitest({
    'a.test.js': `test('a', () => {}); test('b', () => {}); test('c', () => expect(1).toBe(2)); test.skip('d', () => {})`,
    'b.test.js': `test('e', () => {})`,
  })
  expect(counts).toEqual({ passed: 3, failed: 1, skipped: 1 })
})

test.concurrent('a file that does not load, a hook that throws and an error outside every test are failures', async () => {
  const counts = await runVitest({
    'load.test.js': `throw new Error('at load')`,
    'hook.test.js': `describe('s', () => { beforeAll(() => { throw new Error('in hook') }); test('a', () => {}) })`,
    'late.test.js': `test('a', () => {}); setTimeout(() => { throw new Error('late') }, 1); await new Promise((r) => setTimeout(r, 50))`,
  })
  expect(counts).toEqual({ passed: 1, failed: 3, skipped: 1 })
})

test.concurrent('what passed before vitest itself was killed is counted, and its death is a failure', async () => {
  const counts = await runVitest({
    'a.test.js': `
      test('a', () => {})
      test('b', async () => {
        await new Promise((resolve) => setTimeout(resolve, 500)) // a worker reports with some delay
        process.kill(process.ppid, 'SIGKILL')
      })`,
  })
  expect(counts).toEqual({ passed: 1, failed: 1, skipped: 0 })
})

test.concurrent('a vitest that found no test, or never wrote a line, is a failure', async () => {
  expect(await runVitest({})).toEqual({ passed: 0, failed: 1, skipped: 0 })
  expect(await readCounts(join(tmpdir(), 'contrail-no-such-file'), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

/** Run the real vitest, with the reporter, over a few files in a directory of their own. */
async function runVitest(files: Record<string, string>): Promise<Counts> {
  const directory = await mkdtemp(join(tmpdir(), 'contrail-count-'))
  try {
    const reporter = JSON.stringify(join(repositoryRoot, 'scripts/count-reporter.ts'))
    const countsFile = join(directory, 'counts')
    const settings = `
      import { createCountReporter } from ${reporter}
      const reporters = [createCountReporter(${JSON.stringify(countsFile)})]
      export default { test: { globals: true, pool: 'forks', reporters } }`
    for (const [name, text] of Object.entries({ 'vitest.config.mjs': settings, ...files })) {
      await writeFile(join(directory, name), text)
    }
    const vitest = join(repositoryRoot, 'node_modules/vitest/vitest.mjs')
    const { [countsVariable]: _outer, ...env } = process.env
    const exitCode = await new Promise<number>((resolve) => {
      const child = execFile(process.execPath, [vitest, 'run', '--root', directory], { env })
      child.on('close', (code) => resolve(code ?? 1))
    })
    return await readCounts(countsFile, exitCode)
  } finally {
    await rm(directory, { recursive: true })
  }
}
