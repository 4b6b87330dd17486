import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { outputOf } from '../../src/find/program-output.ts'

const env = { PATH: process.env['PATH'] }

test('what a program prints is taken, however it ends', async () => {
  expect(await outputOf('sh', ['-c', 'echo hello; exit 3'], { env })).toBe('hello\n')
  expect(await outputOf('/no/such/program', [], { env })).toBe('')
})

test('a program that hangs is ended with its children, and what it said so far is kept', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'contrail-output-'))
  const beats = path.join(folder, 'beats-of-the-child')
  const script = '(while :; do echo beat >> "$BEATS"; sleep 0.02; done) & echo begun; sleep 60'
  const startedMs = performance.now()
  expect(await outputOf('sh', ['-c', script], { env: { ...env, BEATS: beats }, limitMs: 300 })).toBe('begun\n')
  expect(performance.now() - startedMs).toBeLessThan(10_000)
  const { size } = await stat(beats)
  await sleep(300)
  expect((await stat(beats)).size).toBe(size)
  await rm(folder, { recursive: true })
})
