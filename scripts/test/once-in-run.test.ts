import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { runFolderVariable } from '../once-in-run.ts'

const module = JSON.stringify(new URL('../once-in-run.ts', import.meta.url).href)

/** Ask in a process of its own for the number one, to be made as the code says. */
async function ask(run: string, code: string): Promise<string> {
  const program = `import { onceInRun } from ${module}
    const told = await onceInRun('one', async () => { ${code} }).catch(({ message }) => message)
    console.log(told.made ?? told)`
  const env = { ...process.env, [runFolderVariable]: run }
  const started = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { env })
  return (await started.catch(() => ({ stdout: 'died' }))).stdout.trim()
}

async function makeRun(): Promise<string> {
  const run = await mkdtemp(join(tmpdir(), 'contrail-once-'))
  onTestFinished(() => rm(run, { recursive: true, force: true }))
  return run
}

test('what several processes ask for is made by one of them', async () => {
  const run = await makeRun()
  const answers = await Promise.all([1, 2, 3].map((number) => ask(run, `return ${number}`)))
  expect(new Set(answers).size).toBe(1)
})

test('who asks is told what it failed with, and that a process died of it', async () => {
  const [failing, dying] = [await makeRun(), await makeRun()]
  for (const _ of [1, 2]) {
    expect(await ask(failing, `throw new Error('no pnpm')`)).toBe('one could not be made: Error: no pnpm')
  }
  expect(await ask(dying, 'process.exit(1)')).toBe('died')
  expect(await ask(dying, 'return 1')).toBe('one could not be made: the process that did so has ended')
})

test.skipIf(!['linux', 'win32'].includes(process.platform))(
  'of several processes that write the same file each does so alone, also behind one that has died of it',
  async () => {
    const folder = await makeRun()
    const file = join(folder, 'written')
    const write = (then = ''): Promise<unknown> => {
      const program = `import { appendFile } from 'node:fs/promises'
      import { setTimeout as sleep } from 'node:timers/promises'
      import { oneAtATime } from ${module}
      await oneAtATime(${JSON.stringify(folder)}, async () => {
        await appendFile(${JSON.stringify(file)}, 'begun ')
        // Longer than one starts behind the other.
        await sleep(400)
        await appendFile(${JSON.stringify(file)}, 'ended ')
        ${then}
      })`
      return promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]).catch(() => undefined)
    }
    await writeFile(file, '')
    await write('process.exit(1)')
    await Promise.all([write(), write()])
    expect(await readFile(file, 'utf8')).toBe('begun ended '.repeat(3))
  },
)
