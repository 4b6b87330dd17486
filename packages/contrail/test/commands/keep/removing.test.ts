import { existsSync } from 'node:fs'
import { readdir, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { plain } from '../../../src/terminal/command-result.ts'
import { collect } from '../../../src/commands/keep/gc.ts'
import { removeOne } from '../../../src/commands/keep/rm.ts'
import { makeRoot, record, recordKilled, recordLive, step } from '../../recordings.ts'

function surroundings(cwd: string, env: Record<string, string> = {}) {
  return { env: { CONTRAIL_COMMAND: 'contrail', ...env }, cwd, paint: plain }
}

const silent = () => undefined

test('rm asks what it is about to lose, and removes nothing when the answer is no', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('goto'))
  const asked: string[] = []
  const answering = (answer: boolean) => async (question: string) => {
    asked.push(question)
    return answer
  }
  const rm = (answer: boolean) =>
    removeOne({ directory, force: false, confirm: answering(answer), ...surroundings(root) })
  expect(await rm(false)).toMatchObject({ exitCode: 1, text: 'run-1/sample stays.', json: { removed: false } })
  expect(existsSync(directory)).toBe(true)
  expect(await rm(true)).toMatchObject({ exitCode: 0, json: { removed: true, sizeBytes: expect.any(Number) } })
  expect(existsSync(directory)).toBe(false)
  expect(asked[0]).toMatch(/^Remove run-1\/sample for good\? \(sample, complete, 1 step, \d+ kB\)$/)
})

test('rm removes a damaged recording too, and never anything that is none', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('goto'))
  await writeFile(path.join(directory, 'trajectory.json'), '{"torn')
  const questions: string[] = []
  const confirm = async (question: string) => questions.push(question) > 0
  const rm = (target: string) => removeOne({ directory: target, force: false, confirm, ...surroundings(root) })
  await expect(rm(root)).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
  expect(questions).toEqual([])
  expect((await rm(directory)).exitCode).toBe(0)
  expect(questions[0]).toContain('it cannot be read')
})

test('rm of a recording that is being written is 1 and says by whom', async () => {
  const root = await makeRoot()
  const directory = await recordLive(root)
  const refused = await removeOne({ directory, force: true, confirm: undefined, ...surroundings(root) })
  expect(refused).toMatchObject({ exitCode: 1, json: { error: { code: 'JOURNAL_LOCKED' } } })
  expect(refused.text).toContain(`pid ${process.pid}`)
  expect(existsSync(directory)).toBe(true)
})

test('gc says what went and why, and what stays and why', async () => {
  const root = await makeRoot()
  await record(root, step('goto'), { runId: 'young' })
  const old = await recordKilled(root)
  await utimes(path.join(old, 'core.log'), new Date(2020, 0, 1), new Date(2020, 0, 1))
  await recordLive(root, 'live')
  const gc = (dryRun: boolean) =>
    collect({ root, olderThanMs: 86_400_000, dryRun, onProgress: silent, ...surroundings(root) })
  const dry = await gc(true)
  expect(dry.text).toMatch(/^would remove {2}run-killed\/sample: 20(19|20)-.*ended long ago$/m)
  expect(existsSync(old)).toBe(true)
  const { exitCode, text, json } = await gc(false)
  expect(exitCode).toBe(0)
  expect(text).toMatch(/^removed {2}run-killed\/sample: /m)
  expect(text).toMatch(new RegExp(`^stays {2}live/sample: being written: .*pid ${process.pid}`, 'm'))
  expect(text).toMatch(/^Freed \d+ (kB|B) of 1 recording; \d+ kB of 2 recordings stay in /m)
  expect(json).toMatchObject({ removed: [{ reason: 'too_old' }], overSize: false })
  expect((await readdir(root)).toSorted()).toEqual(['.gitignore', 'live', 'young'])
})

test('gc of one run weighs its recordings and says nothing of their folders', async () => {
  const root = await makeRoot()
  await record(root, step('goto'))
  const { exitCode, text } = await collect({
    root: path.join(root, 'run-1'),
    olderThanMs: 86_400_000,
    dryRun: false,
    onProgress: silent,
    ...surroundings(root),
  })
  expect(exitCode).toBe(0)
  expect(text).toMatch(/^Freed 0 B of 0 recordings; \d+ kB of 1 recording stay in run-1\.$/)
})

test('rm and gc keep a recording with files of somebody else and name them; --force does not', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('goto'))
  await writeFile(path.join(directory, 'thesis.tex'), 'mine')
  const rm = (force: boolean) => removeOne({ directory, force, confirm: undefined, ...surroundings(root) })
  const refused = await rm(false)
  expect(refused).toMatchObject({ exitCode: 1, json: { error: { code: 'FOREIGN_FILES' } } })
  expect(refused.text).toContain('thesis.tex')
  const kept = await collect({ root, maxSizeBytes: 0, dryRun: false, onProgress: silent, ...surroundings(root) })
  expect(kept.text).toMatch(
    /^stays {2}run-1\/sample: holds files that are not of the recording .*--force.*: thesis\.tex$/m,
  )
  expect(existsSync(directory)).toBe(true)
  expect((await rm(true)).exitCode).toBe(0)
  expect(existsSync(directory)).toBe(false)
})

test('gc is 1 when the rest is still too large, and without a limit it says which there are', async () => {
  const root = await makeRoot()
  await recordLive(root, 'live')
  await record(root, step('goto'), { runId: 'done' })
  const gc = (maxSizeBytes?: number) =>
    collect({ root, maxSizeBytes, dryRun: false, onProgress: silent, ...surroundings(root) })
  const none = await gc()
  expect(none).toMatchObject({ exitCode: 0, json: { removed: [] } })
  expect(none.text).toContain('--older-than 30d')
  const over = await gc(0)
  expect(over).toMatchObject({ exitCode: 1, json: { overSize: true, removed: [{ reason: 'over_size' }] } })
  expect(over.text).toContain('still more than --max-size')
})

test('gc of a default root that is not there yet has nothing to do; a named one is an error', async () => {
  const root = path.join(await makeRoot(), 'none')
  const input = { dryRun: false, onProgress: silent, ...surroundings(root, { CONTRAIL_ROOT: root }) }
  expect(await collect(input)).toMatchObject({ exitCode: 0, json: { removed: [] } })
  await expect(collect({ root, ...input })).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
})
