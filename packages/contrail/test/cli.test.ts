import { existsSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runCli } from '../src/cli.ts'
import { makeRoot, record, recordKilled, step } from './recordings.ts'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

/** Run the command line in this process, without a terminal. */
async function contrail(words: readonly string[], env: Record<string, string> = {}, columns?: number) {
  const said = { stdout: '', stderr: '' }
  const keep = (name: keyof typeof said): Writable =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        said[name] += chunk.toString()
        done()
      },
    })
  const stdout = Object.defineProperty(keep('stdout'), 'columns', { value: columns })
  const streams = { stdin: Readable.from([]), stdout, stderr: keep('stderr') }
  const surroundings = { env: { ...process.env, CONTRAIL_COMMAND: 'contrail', ...env }, cwd: process.cwd() }
  const exitCode = await runCli(words, { ...streams, ...surroundings })
  return { exitCode, ...said }
}

/** Start the real program, without a terminal. */
async function start(words: readonly string[], options: readonly string[] = []) {
  const child = spawn(process.execPath, ['--conditions=@contrail/source', ...options, bin, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CONTRAIL_COMMAND: 'contrail' },
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { exitCode: child.exitCode, stdout, stderr }
}

test('the program answers on stdout and ends with the code of what it did', async () => {
  const words = ['check', await recordKilled(await makeRoot())]
  const started = await start(words)
  expect(started).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('unfinished') as string })
  expect(started).toEqual(await contrail(words))
})

test('an older Node is told which is needed, by what it can still read', async () => {
  const older = `Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } }); delete Map.groupBy`
  const started = await start(['ls'], [`--import=data:text/javascript,${encodeURIComponent(older)}`])
  const stderr = 'Contrail needs Node.js 22.18 or later, and this is 20.20.2.\n'
  expect(started).toEqual({ exitCode: 2, stdout: '', stderr })
})

test('off a terminal there is neither colour nor prompt: a missing directory is wrong usage', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('goto'))
  const shown = await contrail(['show', directory])
  expect(shown).toMatchObject({ exitCode: 0, stderr: '' })
  expect(shown.stdout).toMatch(/^sample {2}complete/)
  expect(shown.stdout).not.toContain('\u001b')
  const missing = await contrail(['show'], { CONTRAIL_ROOT: root })
  expect(missing).toMatchObject({ exitCode: 64, stdout: '' })
  expect(missing.stderr).toContain('expected the directory of a recording')
})

test('a terminal that says 0 columns does not know its size: it is taken for one of 80', async () => {
  const root = await makeRoot()
  const directory = await record(root, [...step('goto'), ...step('click', { ok: false, error: 'no '.repeat(90) })])
  for (const words of [
    ['ls', root],
    ['show', directory],
    ['why', directory],
    ['show', directory, '--errors'],
  ])
    expect(await contrail(words, {}, 0)).toEqual(await contrail(words, {}, 80))
})

test('with --json an answer is one document on stdout, and so is an error', async () => {
  const root = await makeRoot()
  await record(root, step('goto'))
  const listed = await contrail(['ls', root, '--json'])
  expect(listed).toMatchObject({ exitCode: 0, stderr: '' })
  expect(JSON.parse(listed.stdout)).toMatchObject({ root, recordings: [{ taskId: 'sample' }] })

  const refused = await contrail(['check', `${root}/none`, '--json'])
  expect(refused).toMatchObject({ exitCode: 2, stderr: '' })
  expect(JSON.parse(refused.stdout)).toMatchObject({
    error: { code: 'JOURNAL_MISSING', message: expect.any(String), details: {} },
  })

  const wrong = await contrail(['shwo', '--json'])
  expect(wrong).toMatchObject({ exitCode: 64, stderr: '' })
  expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { code: 'USAGE', message: expect.stringContaining('shwo') } })
})

test('--json may stand before the command as well as after it', async () => {
  const root = await makeRoot()
  await record(root, step('goto'))
  const before = await contrail(['--json', 'ls', root])
  expect(before).toMatchObject({ exitCode: 0, stderr: '' })
  expect(before).toEqual(await contrail(['ls', '--json', root]))
  expect((await contrail(['ls', '--help'])).stdout).toContain('--json')
})

test('wrong usage is 64 and says what was wrong; help and version are 0', async () => {
  expect(await contrail(['show', '--colour'])).toMatchObject({
    exitCode: 64,
    stdout: '',
    stderr: expect.stringContaining('--colour'),
  })
  expect(await contrail(['--help'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('recover') })
  expect(await contrail(['--version'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  })
})

test('an error goes to stderr and is 2', async () => {
  const refused = await contrail(['show', '/no/such/recording'])
  expect(refused).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining('does not exist; "contrail ls" lists'),
  })
})

test('a reader that goes away early is no crash', async () => {
  const root = await makeRoot()
  for (let run = 0; run < 3; run += 1)
    await record(root, step('goto'), { runId: `run-${run}`, instruction: 'x'.repeat(50) })
  const child = spawn(process.execPath, ['--conditions=@contrail/source', bin, 'ls', root], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  const [stderr] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect({ stderr, exitCode: child.exitCode }).toEqual({ stderr: '', exitCode: 0 })
})

test.skipIf(!existsSync('/dev/full'))('an answer that cannot be written is 2, with one line that says so', async () => {
  const root = await makeRoot()
  await record(root, step('goto'))
  const full = await open('/dev/full', 'w')
  const child = spawn(process.execPath, ['--conditions=@contrail/source', bin, 'ls', root, '--json'], {
    stdio: ['ignore', full.fd, 'pipe'],
  })
  const [stderr] = await Promise.all([text(child.stderr!), once(child, 'exit')])
  await full.close()
  expect({ stderr, exitCode: child.exitCode }).toEqual({
    stderr: expect.stringMatching(/^The output cannot be written: ENOSPC.*\n$/),
    exitCode: 2,
  })
})

test('a name that is none is told as such by view, and by rm before it asks for --yes', async () => {
  const root = await makeRoot()
  await record(root, step('goto'), { id: 'buy-lamp' })
  for (const words of [
    ['view', 'buy-lmap'],
    ['rm', 'buy-lmap'],
  ]) {
    const refused = await contrail(words, { CONTRAIL_ROOT: root })
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
    expect(refused.stderr).toContain('does not exist; near are run-1/buy-lamp')
  }
})

test('off a terminal rm wants --yes, and then it does not ask', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('goto'))
  const refused = await contrail(['rm', directory])
  expect(refused).toMatchObject({ exitCode: 64, stdout: '', stderr: expect.stringContaining('--yes') })
  const asJson = await contrail(['rm', directory, '--json'])
  expect(asJson).toMatchObject({ exitCode: 64, stderr: '' })
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    error: { code: 'USAGE', message: expect.stringContaining('--yes') },
  })
  expect(existsSync(directory)).toBe(true)
  const removed = await contrail(['rm', directory, '--yes', '--json'])
  expect(removed).toMatchObject({ exitCode: 0, stderr: '' })
  expect(JSON.parse(removed.stdout)).toMatchObject({ directory, removed: true })
  expect(existsSync(directory)).toBe(false)
})

test('a limit of gc without a unit, or with a wrong one, is wrong usage and shows a right one', async () => {
  const root = await makeRoot()
  const wrongSize = await contrail(['gc', root, '--max-size', '5 apples'])
  expect(wrongSize).toMatchObject({ exitCode: 64, stdout: '' })
  expect(wrongSize.stderr).toMatch(/--max-size.*expected a size.*5GB.*got "5 apples"/)
  const wrongAge = await contrail(['gc', root, '--older-than', '30', '--json'])
  expect(wrongAge.exitCode).toBe(64)
  expect(JSON.parse(wrongAge.stdout)).toMatchObject({
    error: { code: 'USAGE', message: expect.stringContaining('30d') },
  })
  const right = await contrail(['gc', root, '--older-than', '30d', '--max-size', '5GB', '--dry-run', '--json'])
  expect(JSON.parse(right.stdout)).toMatchObject({ root, dryRun: true, removed: [] })
})
