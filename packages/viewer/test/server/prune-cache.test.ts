import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { pruneCache } from '../../src/server/data/prune-cache.ts'

async function makeCache(files: Readonly<Record<string, [bytes: number, hoursOld: number]>>): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'contrail-cache-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  for (const [name, [bytes, hoursOld]] of Object.entries(files)) {
    const at = new Date(Date.now() - hoursOld * 3_600_000)
    await writeFile(path.join(directory, name), Buffer.alloc(bytes))
    await utimes(path.join(directory, name), at, at)
  }
  return directory
}

test('of a cache that takes too much the oldest go, until it takes what is kept', async () => {
  const directory = await makeCache({ 'a.webp': [40, 5], 'b.webp': [40, 4], 'c.webp': [40, 3], 'd.webp': [40, 2] })
  await pruneCache(directory, { mostBytes: 150, keptBytes: 90 })
  expect((await readdir(directory)).toSorted()).toEqual(['c.webp', 'd.webp'])
  await pruneCache(directory, { mostBytes: 80, keptBytes: 40 })
  expect((await readdir(directory)).toSorted()).toEqual(['c.webp', 'd.webp'])
})

test('what a writer that died has left goes, and what is being written stays', async () => {
  const directory = await makeCache({ 'a.webp.1-1.tmp': [1, 2], 'b.webp.1-2.tmp': [1, 0], 'c.webp': [1, 9] })
  await pruneCache(directory)
  expect((await readdir(directory)).toSorted()).toEqual(['b.webp.1-2.tmp', 'c.webp'])
})

test('a cache that is not there yet is no error', async () => {
  await expect(pruneCache(path.join(tmpdir(), 'contrail-no-such-cache'))).resolves.toBeUndefined()
})
