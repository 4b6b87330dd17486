import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { runCli } from '../../src/cli.ts'
import { createAttachmentReader, listRuns, readTrajectory, replayEpisode } from '../../src/doors/recordings.ts'
import { EpisodeHistoryRow, EpisodeRecord, EpisodeTimelineRow, toEpisodeRecord } from '../../src/doors/schema.ts'
import { EpisodeLogger } from '../../src/index.ts'
import { makeRoot } from '../recordings.ts'

interface Said {
  readonly exitCode: number
  readonly text: string
}

async function contrail(words: readonly string[], cwd: string, columns?: number): Promise<Said> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  Object.defineProperty(stdout, 'columns', { value: columns })
  let text = ''
  for (const stream of [stdout, stderr]) stream.on('data', (piece) => (text += String(piece)))
  const exitCode = await runCli(words, {
    stdin,
    stdout,
    stderr,
    env: { CONTRAIL_COMMAND: 'contrail', CONTRAIL_ROOT: path.join(cwd, '.trajectories') },
    cwd,
  })
  return { exitCode, text }
}

async function json(words: readonly string[], cwd: string): Promise<{ exitCode: number; document: never }> {
  const { exitCode, text } = await contrail([...words, '--json'], cwd)
  return { exitCode, document: JSON.parse(text) as never }
}

/** A root with one episode of a repair in it, and the folder that it began with. */
async function recordEpisode(): Promise<{ root: string; directory: string }> {
  const root = await makeRoot()
  for (const name of ['workspace', 'start']) {
    await mkdir(path.join(root, name))
    await writeFile(path.join(root, name, 'cart.py'), 'total = 1\n')
  }
  const workspace = path.join(root, 'workspace')
  const logger = new EpisodeLogger({ outputRoot: path.join(root, 'out'), workspace, persist: true, env: {} })
  await logger.startEpisode({ task: 'task1', variantId: 'variant_3', instruction: 'Fix the cart total.' })
  await writeFile(path.join(workspace, 'cart.py'), 'total = 0\n')
  await logger.recordStep({ actionType: 'write_file', path: 'cart.py', content: 'total = 0\n', reward: 0.2 })
  await logger.recordStep({
    actionType: 'run_tests',
    reward: -0.1,
    testPassRate: 0.5,
    error: 'one \u001b[31mfails',
    durationMs: 0,
  })
  await logger.endEpisode(0.75)
  const [run] = await listRuns(path.join(root, 'out'))
  return { root, directory: run?.directory as string }
}

test('timeline tells the episode and its rows, and plots them', async () => {
  const { root, directory } = await recordEpisode()
  const { exitCode, document } = await json(['episode', 'timeline', directory], root)
  const { episode, timeline } = document as { episode: EpisodeRecord; timeline: EpisodeTimelineRow[] }
  expect(exitCode).toBe(0)
  expect(EpisodeRecord.strict().parse(episode)).toEqual(toEpisodeRecord(await readTrajectory(directory)))
  expect(timeline.map((row) => EpisodeTimelineRow.strict().parse(row))).toMatchObject([
    { step: 1, action: 'write_file', path: 'cart.py', reward: 0.2, error: null },
    { step: 2, reward: -0.1, pass_rate: 0.5, duration_ms: 0, security_flags: [] },
  ])
  const { text } = await contrail(['episode', 'timeline', directory], root, 118)
  expect(text).toMatch(/^task1 {2}finished {2}variant_3 · score 0.75 · 2 steps/)
  expect(text).toMatch(/^ {3}1 write_file cart.py +█{10} 0.2/m)
  expect(text).toMatch(/^ {3}2 run_tests +▒{5}·{5} -0.1 +█{5}·{5} 50 %.*\n {5}error: one \\x1b\[31mfails$/m)
})

test('actions tell what was given, contents too', async () => {
  const { root, directory } = await recordEpisode()
  expect(await json(['episode', 'actions', directory], root)).toEqual({
    exitCode: 0,
    document: {
      actions: [{ action_type: 'write_file', path: 'cart.py', content: 'total = 0\n' }, { action_type: 'run_tests' }],
    },
  })
  await rm(path.join(directory, 'attachments'), { recursive: true })
  expect((await contrail(['episode', 'actions', directory], root)).exitCode).toBe(2)
})

test('history lists every episode on the disk, the newest first, and nothing else', async () => {
  const { root } = await recordEpisode()
  const outputRoot = path.join(root, 'out')
  const logger = new EpisodeLogger({ outputRoot, maxHistory: 1, persist: true, env: {} })
  const ids: string[] = []
  for (let index = 0; index < 3; index++) ids.push(await logger.startEpisode({ task: 'again', variantId: `${index}` }))
  const { exitCode, document } = await json(['episode', 'history', outputRoot], root)
  const { episodes } = document as { episodes: EpisodeHistoryRow[] }
  expect(exitCode).toBe(0)
  expect(episodes.map((row) => EpisodeHistoryRow.strict().parse(row))).toMatchObject([
    { episode_id: ids[2], status: 'recording', final_score: null, duration_seconds: null, total_steps: 0 },
    { episode_id: ids[1], status: 'aborted', final_score: null },
    { episode_id: ids[0], status: 'aborted', variant_id: '0' },
    { task: 'task1', status: 'finished', final_score: 0.75, total_steps: 2 },
  ])
  await logger.abortEpisode('the test is over')
  expect((await contrail(['episode', 'history', outputRoot], root)).text).toMatch(/4 episodes in out\.\n$/)
  expect((await contrail(['episode', 'history', path.join(root, 'nowhere')], root)).exitCode).toBe(2)
})

test('replay is 0 for the same tree, 1 for another, 2 for what cannot be replayed, 64 for wrong usage', async () => {
  const { root, directory } = await recordEpisode()
  const replay = (...words: string[]): ReturnType<typeof contrail> =>
    contrail(['episode', 'replay', directory, ...words], root)
  const same = await replay('--into', 'copy', '--from', 'start')
  expect(same).toMatchObject({ exitCode: 0, text: expect.stringMatching(/^the same tree {2}copy {2}1 change applied/) })
  expect(await readFile(path.join(root, 'copy/cart.py'), 'utf8')).toBe('total = 0\n')
  await writeFile(path.join(root, 'start/more.py'), '')
  const other = await json(['episode', 'replay', directory, '--into', 'other', '--from', 'start'], root)
  expect(other).toMatchObject({
    exitCode: 1,
    document: { matched: false, steps: [{ step: 0, status: 'applied' }, {}] },
  })
  // The recording knows only the hash of what the agent began with.
  expect(await replay('--into', 'none')).toMatchObject({ exitCode: 2, text: expect.stringContaining('--from') })
  expect(await readdir(root)).not.toContain('none')
  expect((await replay('--into', 'copy', '--from', 'start')).exitCode).toBe(2)
  expect((await replay()).exitCode).toBe(64)
  expect((await replay('--into')).exitCode).toBe(64)
  expect((await contrail(['episode', 'replay', '--into', 'x'], root)).exitCode).toBe(64)
  expect((await contrail(['episode'], root)).exitCode).toBe(64)
  expect((await contrail(['episode', 'timeline', 'nowhere'], root)).exitCode).toBe(2)
})

test('a replay that lacks the files nobody wrote names --from', async () => {
  const root = await makeRoot()
  const workspace = path.join(root, 'workspace')
  await mkdir(workspace)
  await writeFile(path.join(workspace, 'untouched.py'), '')
  await using logger = new EpisodeLogger({ outputRoot: path.join(root, 'out'), workspace, persist: true, env: {} })
  await logger.startEpisode({ task: 'task1', variantId: 'v' })
  await writeFile(path.join(workspace, 'new.py'), 'x = 1\n')
  await logger.recordStep({ actionType: 'write_file', path: 'new.py', content: 'x = 1\n', reward: 0 })
  await logger.endEpisode(1)
  const [run] = await listRuns(path.join(root, 'out'))
  const replayed = await contrail(['episode', 'replay', run?.directory as string, '--into', 'copy'], root, 118)
  expect(replayed).toMatchObject({ exitCode: 1, text: expect.stringContaining('--from <folder> gives what the agent') })
})

test('an episode is found by its names, and a replay of one without a tree at its end compares nothing', async () => {
  const root = await makeRoot()
  const outputRoot = path.join(root, '.trajectories')
  const logger = new EpisodeLogger({ outputRoot, runId: 'run', persist: true, env: {} })
  await logger.startEpisode({ task: 'task1', variantId: 'v' })
  await logger.recordStep({ actionType: 'bash', query: 'echo x > made-by-shell', reward: 0 })
  await logger.endEpisode(1)
  for (const name of ['latest', 'latest:task1', 'task1', 'run/task1'])
    for (const words of [['timeline'], ['actions'], ['replay', '--into', 'copy']])
      expect(await contrail(['episode', ...words, name], root)).toMatchObject({
        exitCode: words[0] === 'replay' ? 1 : 0,
      })
  const replayed = ['episode', 'replay', 'latest', '--into', 'copy']
  // Nobody has shown that it is the same: that is not good.
  const { text } = await contrail(replayed, root)
  expect(text).toMatch(/^nothing to compare with: no end tree was recorded {2}copy/)
  expect(text).not.toContain('expected')
  expect((await json(replayed, root)).document).toMatchObject({ hasEndTree: false })
})

test('show tells score, reward and pass rate', async () => {
  const { root, directory } = await recordEpisode()
  expect((await contrail(['show', directory], root)).text).toMatch(/episode score 0.75 · reward 0.1 · pass rate 50 %/)
})

test('the doors replay as the command does', async () => {
  const { root, directory } = await recordEpisode()
  const trajectory = await readTrajectory(directory)
  const result = await replayEpisode(trajectory, {
    into: path.join(root, 'copy'),
    from: path.join(root, 'start'),
    readAttachment: createAttachmentReader(directory),
  })
  expect(result).toMatchObject({ matched: true, expectedTree: trajectory.finalTree })
})
