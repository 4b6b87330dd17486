import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { runCli } from '../../../src/cli.ts'
import { makeRoot, record, step } from '../../recordings.ts'

const bin = fileURLToPath(new URL('../../../src/bin.ts', import.meta.url))

function view(root: string, ...words: string[]) {
  const child = spawn(process.execPath, ['--conditions=@contrail/source', bin, 'view', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CONTRAIL_ROOT: root },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Ask this process for a viewer that it cannot have. */
async function viewHere(root: string, ...words: string[]) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const surroundings = { env: { ...process.env, CONTRAIL_ROOT: root }, cwd: root }
  const exitCode = await runCli(['view', ...words], { stdin, stdout, stderr, ...surroundings })
  return { exitCode, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') }
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  const lines = createInterface({ input: stdout! })
  const [line] = (await once(lines, 'line')) as [string]
  return line
}

test('it says its link and serves until Ctrl-C, and then ends with 0 at once, also while a page listens', async () => {
  const root = await makeRoot()
  await record(root, [...step('goto'), ...step('click', { ok: false, error: 'no' })], { runId: 'run-1' })
  const child = view(root, 'latest')
  const line = await firstLine(child)
  expect(line).toMatch(/^Viewer: http:\/\/127\.0\.0\.1:\d+\/#\/run-1\/sample\/2\?token=[0-9a-f]{32} {3}Ctrl-C ends it$/)
  const [, origin = '', token] = /(http:\/\/127\.0\.0\.1:\d+).*token=(\w+)/.exec(line) ?? []
  const session = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  const events = await fetch(`${origin}/api/recordings/events`, {
    headers: { cookie: session.headers.getSetCookie()[0]?.split(';')[0] ?? '' },
  })
  expect([events.status, events.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  const ended = events.text().catch(() => 'ended')
  const toldMs = performance.now()
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
  // It takes some 50 ms; a connection that is kept open would hold it for 5 s, or for ever.
  expect(performance.now() - toldMs).toBeLessThan(4_000)
  await ended
})

test('with --json it says one line until SIGTERM, another viewer of its port is told the next free one, and a host is warned of', async () => {
  const root = await makeRoot()
  await record(root, step('goto'))
  const child = view(root, '--json', '--host', '0.0.0.0')
  const told = JSON.parse(await firstLine(child)) as { url: string; port: number; recordings: number }
  expect(told).toEqual({
    url: expect.stringContaining(`:${told.port}/#/?token=`) as string,
    port: told.port,
    recordings: 1,
  })
  const second = await viewHere(root, '--json', '--host', '0.0.0.0', '--port', `${told.port}`)
  expect(second.exitCode).toBe(2)
  expect(JSON.parse(second.stdout)).toMatchObject({
    error: { code: 'PORT_UNAVAILABLE', details: { nextFreePort: expect.any(Number) as number } },
  })
  expect(second.stderr).toContain(
    'Warning: at 0.0.0.0 everybody on the network who has the link sees these recordings.',
  )
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('a port that is none is wrong usage', async () => {
  expect(await viewHere(await makeRoot(), '--port', '99999')).toMatchObject({ exitCode: 64 })
})
