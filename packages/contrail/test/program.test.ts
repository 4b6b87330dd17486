import { Writable, Readable } from 'node:stream'
import { afterEach, expect, test, vi } from 'vitest'
import { runCli } from '../src/cli.ts'
import { makeRoot, record, step } from './recordings.ts'

afterEach(() => vi.restoreAllMocks())

/** Run the command line in this process. What completes a shell is said on the console by the package that does it. */
async function run(words: readonly string[], root: string) {
  let out = ''
  const write = (chunk: Buffer, _encoding: string, done: () => void): void => {
    out += chunk.toString()
    done()
  }
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    out += `${line}\n`
  })
  const streams = { stdin: Readable.from([]), stdout: new Writable({ write }), stderr: new Writable({ write }) }
  const env = { CONTRAIL_ROOT: root, CONTRAIL_COMMAND: 'contrail' }
  const exitCode = await runCli(words, { ...streams, env, cwd: root })
  return { exitCode, out }
}

test('a shell is told commands, options and recordings', async () => {
  const root = await makeRoot()
  await record(root, step('goto'), { runId: 'run-1', id: 'buy-lamp', instruction: 'Buy\u001b[2J a lamp.' })
  expect((await run(['completion', 'bash'], root)).out).toContain('complete -F __contrail_complete contrail')
  expect((await run(['completion', 'zsh'], root)).out).toContain('#compdef contrail')
  expect((await run(['completion', 'fish'], root)).out).toContain('complete -c contrail')
  expect((await run(['complete', '--', 'wh'], root)).out).toMatch(/^why\tsay why/)
  expect((await run(['complete', '--', 'gate', '--max-'], root)).out).toMatch(/^--max-cost\t/m)
  expect((await run(['complete', '--', 'ls', '--status', 'ki'], root)).out).toMatch(/^killed\b/)
  const orders = (await run(['complete', '--', 'ls', '--sort', ''], root)).out
  expect([...orders.matchAll(/^\w+/gm)].map(([name]) => name)).toEqual(['started', 'duration', 'steps'])
  const recordings = (await run(['complete', '--', 'why', ''], root)).out
  expect(recordings).toContain('latest\tthe newest recording\nrun-1/buy-lamp\tcomplete: Buy\\x1b[2J a lamp.\n')
})

test('help for agents has at most 30 lines, every command of which there is', async () => {
  const root = await makeRoot()
  const { exitCode, out } = await run(['help', 'agents'], root)
  expect(exitCode).toBe(0)
  expect(out.trimEnd().split('\n').length).toBeLessThanOrEqual(30)
  const commands = [...out.matchAll(/ {2}contrail (\w+)((?: [^\n]*)?)/g)].map(([, name]) => name!)
  const answering = 'ls why show tail gate export classify improve attempts ground view check recover scan'
  expect(new Set(commands)).toEqual(new Set(answering.split(' ')))
  for (const flag of ['--step', '--errors', '--grep', '--digest', '--prices']) expect(out).toContain(` ${flag}`)
  for (const name of new Set(commands))
    expect((await run(['help', name], root)).out).toContain(`Usage: contrail ${name}`)
  // Of both the one document would not be true.
  expect((await run(['help', 'tail'], root)).out).toMatch(/--json +say each event as one line of JSON/)
  expect((await run(['help', 'completion'], root)).out).toMatch(/print the script .*also\s+with\s+--json/s)
  expect((await run(['help', 'nothing'], root)).exitCode).toBe(64)
  expect((await run(['help'], root)).out).toContain('Usage: contrail')
})

test('a part of a run is shown, one at a time, and wrong usage is 64', async () => {
  const root = await makeRoot()
  await record(root, step('goto'), { id: 'buy-lamp' })
  expect(await run(['show', 'buy-lamp', '--step', '1'], root)).toMatchObject({
    exitCode: 0,
    out: expect.stringMatching(/^step 1 of 1/),
  })
  expect(await run(['show', 'latest', '--step', '2'], root)).toMatchObject({ exitCode: 64 })
  expect(await run(['show', 'latest', '--step', '1', '--errors'], root)).toMatchObject({ exitCode: 64 })
  expect(await run(['ls', '--status', 'well'], root)).toMatchObject({ exitCode: 64 })
  expect(await run(['why', 'latest', '--prices', 'none.json'], root)).toMatchObject({
    exitCode: 64,
    out: expect.stringMatching(/none\.json/),
  })
})

test.each([
  ['--max-steps', '1.5'],
  ['--max-failed', '0.5'],
  ['--max-failed', 'many'],
  ['--max-gaps', '1e3'],
  ['--max-tokens', '-1'],
  ['--min-recordings', '0'],
  ['--max-duration', '90'],
  ['--max-cost', '$5'],
  ['--forbid', ' '],
  ['--status', 'done'],
  ['--verdict', 'maybe'],
  ['--format', 'html'],
])('a gate whose %s is %j is wrong usage, and says what was expected', async (option, value) => {
  const root = await makeRoot()
  const { exitCode, out } = await run(['gate', option, value, '--json'], root)
  expect(exitCode).toBe(64)
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'USAGE', message: expect.stringMatching(/expected .*got/) } })
})

test('a name that is none is 2, with those that are near', async () => {
  const root = await makeRoot()
  for (const runId of ['run-1', 'run-2']) await record(root, step('goto'), { id: 'buy-lamp', runId })
  await record(root, step('goto'), { id: 'sell-lamp', runId: 'run-3' })
  const near = await run(['why', 'sel-lamp', '--json'], root)
  expect(near.exitCode).toBe(2)
  expect(JSON.parse(near.out)).toMatchObject({
    error: { code: 'JOURNAL_MISSING', details: { near: expect.arrayContaining(['run-3/sell-lamp']) } },
  })
  expect(await run(['why', 'buy-lamp'], root)).toMatchObject({
    exitCode: 2,
    out: expect.stringMatching(
      /buy-lamp is the task of 2 recordings; say which, e\.g\. latest:buy-lamp, or run-2\/buy-lamp, run-1\/buy-lamp/,
    ),
  })
  expect(await run(['why', 'latest:buy-lamp'], root)).toMatchObject({ exitCode: 0 })
  const nearOf = async (name: string): Promise<unknown> => {
    const { exitCode, out } = await run(['why', name, '--json'], root)
    expect(exitCode).toBe(2)
    return (JSON.parse(out) as { error: { details: { near: unknown } } }).error.details.near
  }
  expect(await nearOf('latst')).toEqual(['latest'])
  expect(await nearOf('latest:sel-lamp')).toEqual(['latest:sell-lamp', 'latest:buy-lamp'])
  expect(await nearOf('lastest:nope')).toEqual(expect.arrayContaining(['latest:sell-lamp', 'latest:buy-lamp']))
  // Where none is near there still are some to name.
  expect(await nearOf('something-else-entirely')).toEqual(['run-3/sell-lamp', 'run-2/buy-lamp', 'run-1/buy-lamp'])
  for (const runId of ['run-4', 'run-5', 'run-6', 'run-7']) await record(root, step('goto'), { id: 'buy-lamb', runId })
  expect(await nearOf('buy-lam')).toHaveLength(5)
  expect(await run(['gate', 'run-1'], root)).toMatchObject({ exitCode: 0 })
})
