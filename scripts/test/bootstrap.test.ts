import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { repositoryRoot } from '../guards.ts'

// Each start asks npx for pnpm, and npx may ask the registry.
vi.setConfig({ testTimeout: 120_000 })

const demo = 'packages/contrail/src/bin.ts'
const tests = 'scripts/run-tests.ts'

const directories: string[] = []
/** A workspace that has been installed, for all that comes after that, and what was said on the way. */
let installed: Workspace
let firstStart: Outcome
beforeAll(async () => {
  installed = await makeWorkspace({ [demo]: `console.log('at work')` })
  firstStart = await installed.start(['demo'])
})
afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true }))))

test('the workspace is installed at the first start and not again before something changes', async () => {
  expect(firstStart.lines).toEqual([
    expect.stringContaining('installing the workspace'),
    expect.stringContaining('installed in'),
    'at work',
  ])
  expect((await installed.start(['demo'])).lines).toEqual(['at work'])
  await installed.write('packages/contrail/package.json', '{ "name": "contrail", "version": "1.0.0" }')
  expect((await installed.start(['demo'])).lines).toHaveLength(3)
})

test('arguments and exit code pass through, and our own TypeScript is resolved from source', async () => {
  await installed.write(
    demo,
    `console.log(JSON.stringify([process.argv.slice(2), process.execArgv])); process.exitCode = 5`,
  )
  const { lines, code } = await installed.start(['demo', '--mode', 'a b'])
  expect(lines.at(-1)).toBe('[["demo","--mode","a b"],["--conditions=@contrail/source"]]')
  expect(code).toBe(5)
})

test('a signal reaches the program, whose exit code is kept', async () => {
  await installed.write(
    demo,
    `process.on('SIGTERM', () => { console.log('closing'); process.exit(7) }); console.log('up'); setInterval(() => {}, 1000)`,
  )
  const { lines, code } = await installed.interrupt(['demo'], 'up', 'SIGTERM')
  expect(lines.slice(-2)).toEqual(['up', 'closing'])
  expect(code).toBe(7)
})

test('a test run that failed, crashed or was killed ends with exit code 1, the last line saying so once', async () => {
  const run = async (program: string): Promise<Outcome> => {
    await installed.write(tests, program)
    return installed.start(['test'])
  }
  const failed = await run(`console.log('4 passed, 1 failed'); process.exitCode = 3`)
  expect([failed.lines.at(-1), failed.code]).toEqual(['4 passed, 1 failed', 1])
  const crashed = await run(`import './nothing-there.ts'`)
  expect([crashed.lines.at(-1), crashed.code]).toEqual(['0 passed, 1 failed', 1])
  const killed = await run(`process.kill(process.pid, 'SIGKILL')`)
  expect([killed.lines.at(-1), killed.code]).toEqual(['0 passed, 1 failed', 1])
})

test('a set-up that fails says what to do, counts as a failed test, and is tried again', async () => {
  const workspace = await makeWorkspace({ [tests]: `console.log('1 passed, 0 failed')` })
  await workspace.write(
    'packages/contrail/package.json',
    '{ "name": "contrail", "dependencies": { "not-locked": "1" } }',
  )
  const { lines, errors, code } = await workspace.start(['test'])
  expect(errors).toContain('The workspace could not be installed')
  expect([lines.at(-1), code]).toEqual(['0 passed, 1 failed', 1])
  await workspace.write('packages/contrail/package.json', '{ "name": "contrail" }')
  expect((await workspace.start(['test'])).lines.at(-1)).toBe('1 passed, 0 failed')
})

interface Outcome {
  /** of the standard output */
  lines: string[]
  errors: string
  code: number | null
}

/** A workspace on disk, with the real bootstrap in it. */
interface Workspace {
  write: (path: string, text: string) => Promise<void>
  start: (args: string[]) => Promise<Outcome>
  /** Start it, and send it a signal once it has printed `cue`. */
  interrupt: (args: string[], cue: string, signal: NodeJS.Signals) => Promise<Outcome>
}

/** Make a workspace of one package that depends on nothing. */
async function makeWorkspace(files: Record<string, string>): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), 'contrail-bootstrap-'))
  directories.push(directory)
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
  const all = {
    'package.json': '{ "name": "workspace", "private": true, "type": "module" }',
    'pnpm-workspace.yaml': 'packages: [packages/*]\npmOnFail: ignore\n',
    'pnpm-lock.yaml': `lockfileVersion: '9.0'\nimporters:\n  .: {}\n  packages/contrail: {}\n`,
    'packages/contrail/package.json': '{ "name": "contrail" }',
    ...files,
  }
  for (const [path, text] of Object.entries(all)) await write(path, text)
  for (const name of ['scripts/bootstrap.mjs', 'scripts/pnpm.mjs']) {
    await write(name, await readFile(join(repositoryRoot, name), 'utf8'))
  }

  const run = (args: string[], onOutput: (output: string, child: ChildProcess) => void): Promise<Outcome> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [join(directory, 'scripts/bootstrap.mjs'), ...args], { cwd: tmpdir() })
      let output = ''
      let errors = ''
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        onOutput(output, child)
      })
      child.stderr.on('data', (chunk: Buffer) => {
        errors += chunk.toString()
      })
      child.on('close', (code) => resolve({ lines: output.trim().split('\n'), errors, code }))
    })
  return {
    write,
    start: (args) => run(args, () => {}),
    interrupt: (args, cue, signal) =>
      run(args, (output, child) => {
        if (output.endsWith(`${cue}\n`)) child.kill(signal)
      }),
  }
}
