import { access, mkdtemp, rm } from 'node:fs/promises'
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
  const marker = path.join(folder, 'the-child-went-on')
  const script = 'echo begun; (sleep 1; echo > "$MARKER") & sleep 60'
  const startedMs = performance.now()
  expect(await outputOf('sh', ['-c', script], { env: { ...env, MARKER: marker }, limitMs: 300 })).toBe('begun\n')
  expect(performance.now() - startedMs).toBeLessThan(1_000)
  await sleep(1_200)
  await expect(access(marker)).rejects.toThrow(/ENOENT/)
  await rm(folder, { recursive: true })
})
