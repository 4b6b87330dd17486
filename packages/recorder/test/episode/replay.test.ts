import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Trajectory } from '@contrail/core'
import { expect, test } from 'vitest'
import {
  createAttachmentReader,
  EpisodeLogger,
  hashTree,
  listRuns,
  readTrajectory,
  replayEpisode,
  type EpisodeLoggerOptions,
  type EpisodeStepInput,
  type ReplayResult,
} from '../../src/index.ts'
import { readTree } from '../../src/episode/tree.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'
import { applyStep, repair, writeProject } from './project.ts'

const start = { task: 'task1', variantId: 'v' }
const emptyTree = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

interface Recorded {
  readonly root: string
  readonly directory: string
  readonly trajectory: Trajectory
  replay(options?: { into?: string; from?: string }): Promise<ReplayResult>
}

async function record(steps: readonly EpisodeStepInput[], options: EpisodeLoggerOptions = {}): Promise<Recorded> {
  const root = await memoryDirectory()
  const outputRoot = join(root, 'out')
  const logger = new EpisodeLogger({ outputRoot, persist: true, env: {}, onWarning: () => undefined, ...options })
  await logger.startEpisode(start)
  for (const step of steps) {
    if (options.workspace !== undefined) await applyStep(options.workspace, step)
    await logger.recordStep(step)
  }
  await logger.endEpisode(1)
  const [run] = await listRuns(outputRoot)
  const directory = run?.directory as string
  const trajectory = await readTrajectory(directory)
  const readAttachment = createAttachmentReader(directory)
  const replay: Recorded['replay'] = ({ into = join(root, 'copy'), from } = {}) =>
    replayEpisode(trajectory, { into, from, readAttachment })
  return { root, directory, trajectory, replay }
}

async function recordRepair(): Promise<Recorded & { project: string }> {
  const project = await memoryDirectory()
  const workspace = await memoryDirectory()
  await writeProject(project)
  await writeProject(workspace)
  return { project, ...(await record(repair, { workspace })) }
}

const write = (path: string, content = 'x'): EpisodeStepInput => ({ actionType: 'write', path, content, reward: 0 })

test('the hash of a tree is what find, sort and sha256sum print, whatever the names', async () => {
  const root = await memoryDirectory()
  await writeProject(root)
  await mkdir(join(root, '.git'))
  await mkdir(join(root, 'sub/.git'), { recursive: true })
  for (const name of ['.git/config', 'sub/.git/kept', 'a.b', 'a', 'new\nline', 'back\\slash', '\u{1f600}', 'ｆ']) {
    await writeFile(join(root, name), name)
  }
  await writeFile(Buffer.concat([Buffer.from(`${root}/no-utf8-`), Buffer.from([0xff])]), '')
  await symlink('a', join(root, 'link'))
  const command = `find . -type f -not -path './.git/*' -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum`
  const printed = execFileSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' })
  expect(await hashTree(root)).toBe(printed.slice(0, 64))
  expect(await hashTree(join(root, '.git/../..', 'nothing-here')).catch((cause: unknown) => cause)).toMatchObject({
    code: 'FILE_UNREADABLE',
  })
})

test('a repair replays from a copy of its start, in place, and to the tree that it left', async () => {
  const { root, project, trajectory, replay } = await recordRepair()
  const copied = await replay({ from: project })
  expect(copied).toMatchObject({ matched: true, expectedTree: trajectory.finalTree, actualTree: trajectory.finalTree })
  expect(copied.steps.map(({ status }) => status[0]).join('')).toBe('ssaasaaaaass')
  expect(copied.steps[0]).toEqual({ step: 0, status: 'skipped', reason: 'no_write' })
  expect(await readFile(join(root, 'copy/src/prüfung/\u{1f4b0}_währung.py'), 'utf8')).toBe('SYMBOL = "€"\n')
  const inPlace = join(root, 'in-place')
  await cp(project, inPlace, { recursive: true })
  expect(await replay({ into: inPlace })).toMatchObject({ matched: true })
  expect((await readdir(inPlace, { recursive: true })).filter((name) => name.includes('contrail'))).toEqual([])
})

test('without a start the files are those that the recording knows, and an empty folder is a start too', async () => {
  const fileDiff = { path: 'a.py', before: 'old', after: 'new' }
  const known = await record([{ actionType: 'patch', reward: 0, fileDiff }, write('b/c.py', '')])
  expect(await known.replay()).toMatchObject({ matched: true, steps: [{ status: 'applied' }, { status: 'applied' }] })
  expect(await readFile(join(known.root, 'copy/a.py'), 'utf8')).toBe('new')
  const workspace = await memoryDirectory()
  expect(await (await record([write('a/b.py')], { workspace })).replay()).toMatchObject({ matched: true })
  expect(await (await record([{ actionType: 'click', reward: 0 }])).replay()).toEqual({
    steps: [{ step: 0, status: 'skipped', reason: 'no_write' }],
    expectedTree: emptyTree,
    hasEndTree: false,
    actualTree: emptyTree,
    matched: true,
  })
})

test('a start that is another is told, and a file that is not what the step found stops the replay', async () => {
  const { root, project, replay } = await recordRepair()
  await writeFile(join(project, 'README.md'), 'changed')
  const result = await replay({ from: project })
  expect(result).toMatchObject({ matched: false, initialTree: { actual: await hashTree(project) } })
  expect(result.steps[8]).toEqual({ step: 8, status: 'failed', reason: 'before_differs' })
  expect(result.steps[9]).toEqual({ step: 9, status: 'skipped', reason: 'replay_stopped' })
  expect(result.steps[7]?.status).toBe('applied')
  expect(await readFile(join(root, 'copy/README.md'), 'utf8')).toBe('changed')
})

test('a file that must not be there and is, is not written over', async () => {
  const workspace = await memoryDirectory()
  const { root, replay } = await record([write('new.py')], { workspace })
  const from = join(root, 'from')
  await mkdir(from)
  await writeFile(join(from, 'new.py'), 'mine')
  expect(await replay({ from })).toMatchObject({ matched: false, steps: [{ reason: 'before_differs' }] })
})

test.each([
  ['changed', async (path: string) => writeFile(path, 'evil'), 'content_changed'],
  ['cut', async (path: string) => truncate(path, 0), 'content_changed'],
  ['removed', async (path: string) => rm(path), 'content_missing'],
  [
    'made a link',
    async (path: string) => {
      await rm(path)
      await symlink('/etc/passwd', path)
    },
    'content_missing',
  ],
])('content that was %s stops the replay before the first write', async (_, damage, reason) => {
  const { root, directory, replay } = await record([write('a', 'first'), write('b', 'second')])
  const last = (await readTrajectory(directory)).steps[1]?.actionArgs['content'] as { sha256: string }
  await damage(join(directory, 'attachments', `${last.sha256}.txt`))
  const into = join(root, 'copy')
  await mkdir(into)
  expect(await replay()).toMatchObject({
    matched: false,
    actualTree: emptyTree,
    steps: [
      { step: 0, status: 'skipped', reason: 'replay_stopped' },
      { step: 1, status: 'failed', reason },
    ],
  })
  expect(await readdir(into)).toEqual([])
})

test('content that held a secret, or was too large, cannot be replayed and says so', async () => {
  const secret = 'correct-horse-battery'
  const redact = { secrets: [secret] }
  const large = 'x'.repeat(8_000_001)
  const { root, replay } = await record(
    [
      write('a', 'fine'),
      write('.env', `KEY=${secret}`),
      write('large', large),
      write(`${secret}.py`),
      write(`[redacted:x] ${secret}.py`),
    ],
    { redact },
  )
  const { steps, matched } = await replay()
  expect(matched).toBe(false)
  expect(steps.map(({ reason }) => reason)).toEqual([
    'replay_stopped',
    'content_redacted',
    'content_too_large',
    'content_redacted',
    'content_redacted',
  ])
  expect(await readdir(root)).not.toContain('copy')
})

test.each([
  '/etc/evil',
  '../evil',
  'a/../../evil',
  '..',
  '.',
  '',
  'a/',
  'C:\\evil',
  'a\\..\\evil',
  'nul\0',
  '.git/config',
  'sub/.GIT/hooks/pre-commit',
])('the path %j is refused before anything is written', async (path) => {
  const { root, replay } = await record([write('fine.py'), write(path)])
  await expect(replay()).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  expect(await readdir(root)).not.toContain('copy')
})

test.each(['link/file.py', 'link', 'folder/../link/file.py'])(
  'a path that passes a link (%s) is refused',
  async (path) => {
    const { root, replay } = await record([write('fine.py'), write(path)])
    const [from, outside] = [join(root, 'from'), join(root, 'outside')]
    await mkdir(outside)
    await mkdir(from)
    await symlink(outside, join(from, 'link'))
    await expect(replay({ from })).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
    expect([await readdir(outside), (await readdir(root)).includes('copy')]).toEqual([[], false])
  },
)

test('a folder that is not empty is not written into, unless it is the start itself', async () => {
  const { root, project, replay } = await recordRepair()
  const into = join(root, 'mine')
  await mkdir(into)
  await writeFile(join(into, 'precious'), 'mine')
  await expect(replay({ into })).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
  await expect(replay({ into, from: project })).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
  await expect(replay({ into: project, from: project })).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
  expect(await readFile(join(into, 'precious'), 'utf8')).toBe('mine')
})

test('a change that was recorded as a text, without its content, cannot be replayed', async () => {
  const { trajectory, root } = await record([write('a')])
  const [step] = trajectory.steps
  const steps = step ? [{ ...step, episode: { ...step.episode, fileDiff: '-a\n+b' } }] : []
  const result = await replayEpisode(
    { ...trajectory, steps },
    { into: join(root, 'c'), readAttachment: () => undefined },
  )
  expect(result).toMatchObject({ matched: false, steps: [{ status: 'failed', reason: 'content_missing' }] })
})

test('a workspace of over 2 GB or 100,000 files is refused with its size, and nothing is started', async () => {
  const workspace = await memoryDirectory()
  await truncate(await emptyFile(join(workspace, 'large')), 2_000_000_001)
  const outputRoot = await memoryDirectory()
  const logger = new EpisodeLogger({ outputRoot, workspace, persist: true, env: {} })
  await expect(logger.startEpisode(start)).rejects.toMatchObject({
    code: 'FILE_TOO_LARGE',
    details: { files: 1, sizeBytes: 2_000_000_001 },
  })
  expect([logger.state, await readdir(outputRoot)]).toEqual(['idle', []])
})

test('files are counted before any is read', async () => {
  const root = await memoryDirectory()
  for (const name of ['a', 'b', 'c', 'd']) await emptyFile(join(root, name))
  const limits = { maxFiles: 3, maxSizeBytes: 1_000 }
  await expect(readTree(root, limits)).rejects.toMatchObject({
    code: 'FILE_TOO_LARGE',
    message: expect.stringContaining('more than 3 files (4 were counted)'),
    details: { files: 4, sizeBytes: 0 },
  })
  await rm(join(root, 'd'))
  expect((await readTree(root, limits)).size).toBe(3)
})

async function emptyFile(path: string): Promise<string> {
  await writeFile(path, '')
  return path
}
