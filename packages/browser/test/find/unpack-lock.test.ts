import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withUnpackLock } from '../../src/find/unpack-lock.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'contrail-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('one does the work, the others wait for its result', async () => {
  let done = false
  let works = 0
  const once = () =>
    withUnpackLock(
      path.join(folder, 'lock'),
      () => Promise.resolve(done),
      async () => {
        works += 1
        await new Promise((resolve) => {
          setTimeout(resolve, 150)
        })
        done = true
      },
    )
  await Promise.all([once(), once(), once()])
  expect(works).toBe(1)
})

test('a lock whose owner failed is given back, and the next one tries', async () => {
  const lockFile = path.join(folder, 'lock')
  const failing = withUnpackLock(
    lockFile,
    () => Promise.resolve(false),
    () => Promise.reject(new Error('disk full')),
  )
  await expect(failing).rejects.toThrow('disk full')
  await expect(readFile(lockFile)).rejects.toThrow(/ENOENT/)
})

test.each(['its owner is dead', 'it is older than a minute'])('a lock is taken away when %s', async (why) => {
  const lockFile = path.join(folder, 'lock')
  const isDead = why === 'its owner is dead'
  await writeFile(lockFile, String(isDead ? 2 ** 22 + 1 : process.pid)) // above the highest pid Linux gives
  if (!isDead) await utimes(lockFile, 0, 0)
  let worked = false
  await withUnpackLock(
    lockFile,
    () => Promise.resolve(false),
    () => {
      worked = true
      return Promise.resolve()
    },
  )
  expect(worked).toBe(true)
})
