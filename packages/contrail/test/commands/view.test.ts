import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { makeRoot, record, step } from '../recordings.ts'

const bin = fileURLToPath(new URL('../../src/bin.ts', import.meta.url))

function view(root: string, ...words: string[]) {
  const child = spawn(process.execPath, ['--conditions=@contrail/source', bin, 'view', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CONTRAIL_ROOT: root },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  const lines = createInterface({ input: stdout! })
  const [line] = (await once(lines, 'line')) as [string]
  return line
}

test('it says its link and serves until it is told to end, and then ends with 0 at once', async () => {
  const root = await makeRoot()
  await record(root, [...step('goto'), ...step('click', { ok: false, error: 'no' })], { runId: 'run-1' })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const child = view(root, 'latest')
    const line = await firstLine(child)
    expect(line).toMatch(
      /^Viewer: http:\/\/127\.0\.0\.1:\d+\/#\/run-1\/sample\/2\?token=[0-9a-f]{32} {3}Ctrl-C ends it$/,
    )
    const [, origin = ''] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? []
    expect((await fetch(origin)).status).toBe(200)
    const toldMs = performance.now()
    child.kill(signal)
    expect(await once(child, 'exit')).toEqual([0, null])
    // A connection that is kept open would hold it for 5 s.
    expect(performance.now() - toldMs).toBeLessThan(4_000)
  }
})

test('with --json it says one line, another viewer of its port is told the next free one, and a host is warned of', async () => {
  const root = await makeRoot()
  await record(root, step('goto'))
  const child = view(root, '--json', '--host', '0.0.0.0')
  const told = JSON.parse(await firstLine(child)) as { url: string; port: number; recordings: number }
  expect(told).toEqual({
    url: expect.stringContaining(`:${told.port}/#/?token=`) as string,
    port: told.port,
    recordings: 1,
  })
  const second = view(root, '--json', '--host', '0.0.0.0', '--port', `${told.port}`)
  const [said, warned] = await Promise.all([text(second.stdout), text(second.stderr), once(second, 'exit')])
  expect(second.exitCode).toBe(2)
  expect(JSON.parse(said)).toMatchObject({
    error: { code: 'PORT_UNAVAILABLE', details: { nextFreePort: expect.any(Number) as number } },
  })
  expect(warned).toContain('Warning: at 0.0.0.0 everybody on the network who has the link sees these recordings.')
})

test('a port that is none is wrong usage', async () => {
  const child = view(await makeRoot(), '--port', '99999')
  await once(child, 'exit')
  expect(child.exitCode).toBe(64)
})
