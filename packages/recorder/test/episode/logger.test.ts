import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { EpisodeRecord, toEpisodeRecord, type Clock } from '@contrail/core'
import { expect, test } from 'vitest'
import {
  checkRecording,
  EpisodeLogger,
  listRuns,
  readTrajectory,
  type EpisodeLoggerOptions,
  type EpisodeStepInput,
} from '../../src/index.ts'
import { createLoggerOn } from '../../src/episode/logger.ts'
import { diskIo } from '../../src/io/io.ts'
import { failingIo, isJournal } from '../support/intercepted-io.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'
import { repair, writeProject, applyStep } from './project.ts'

const start = { task: 'task1', variantId: 'variant_3' }
const step: EpisodeStepInput = { actionType: 'write_file', path: 'a.py', content: 'a = 1\n', reward: 0.5 }

async function createLogger(options: EpisodeLoggerOptions = {}, io = diskIo): Promise<EpisodeLogger> {
  const outputRoot = options.outputRoot ?? (await memoryDirectory())
  const quiet = { runId: 'run', persist: true, env: {}, onWarning: () => undefined }
  return createLoggerOn(io, { outputRoot, ...quiet, ...options })
}

/** A clock whose wall jumps back an hour at every look, and whose other side goes on by a second. */
function jumpingClock(): Clock {
  let looks = 0
  return { now: () => new Date(1e12 - looks * 3.6e6), monotonicMs: () => looks++ * 1000 }
}

test('content that was written is kept: actions and timeline of an open and of a finished episode are the same', async () => {
  const root = await memoryDirectory()
  await writeProject(root)
  const logger = await createLogger({ workspace: root })
  const id = await logger.startEpisode({ ...start, instruction: 'Fix the cart total.', metadata: { seed: 0 } })
  for (const each of repair) {
    await applyStep(root, each)
    await logger.recordStep(each)
  }
  const open = {
    actions: logger.getReplayActions(),
    timeline: logger.getStepTimeline(),
    record: logger.getTrajectory(),
  }
  expect(logger.state).toBe('recording')
  expect(open.record).toMatchObject({ status: 'recording', end_time: null, duration_seconds: null, final_score: null })
  expect(open.actions.map(({ content }) => content)).toEqual(repair.map(({ content }) => content))
  const record = await logger.endEpisode(0.75)
  expect(EpisodeRecord.parse(record)).toEqual(record)
  expect(record).toMatchObject({ status: 'finished', final_score: 0.75, total_steps: 12, metadata: { seed: 0 } })
  expect(logger.getReplayActions(id)).toEqual(open.actions)
  expect(logger.getStepTimeline(id)).toEqual(open.timeline)
  expect(record.steps).toEqual(open.record?.steps)
})

test('the record of a finished episode is what its recording on the disk makes', async () => {
  const outputRoot = await memoryDirectory()
  const logger = await createLogger({ outputRoot })
  await logger.startEpisode(start)
  for (const each of repair) await logger.recordStep(each)
  const record = await logger.endEpisode(0)
  const [run] = await listRuns(outputRoot)
  const directory = run?.directory as string
  expect(toEpisodeRecord(await readTrajectory(directory))).toEqual(record)
  expect(run).toMatchObject({ finalScore: 0, steps: 12, taskId: 'task1' })
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean' })
})

test('a change names its file by what is known of it, and counts what changed', async () => {
  const workspace = await memoryDirectory()
  await writeProject(workspace)
  const logger = await createLogger({ workspace })
  await logger.startEpisode(start)
  const diffs = []
  // Recorded before it is done, so the text before can still be read.
  diffs.push((await logger.recordStep({ ...step, path: './README.md', content: '# Warenkörbe\n' })).file_diff)
  diffs.push((await logger.recordStep({ ...step, path: 'README.md', content: '# Warenkörbe!\n' })).file_diff)
  diffs.push((await logger.recordStep({ ...step, path: 'new.py' })).file_diff)
  await applyStep(workspace, { ...step, path: 'src/cart.py' })
  diffs.push((await logger.recordStep({ ...step, path: 'src/cart.py' })).file_diff)
  const told = { path: 'x', before: 'one', after: 'two', charsChanged: 99 }
  diffs.push((await logger.recordStep({ actionType: 'patch', fileDiff: told, reward: 0 })).file_diff)
  expect(diffs).toMatchObject([
    { before: { sizeBytes: 19 }, after: { mediaType: 'text/plain' }, charsChanged: 2 },
    { charsChanged: 1 },
    { path: 'new.py', before: null, charsChanged: 6 },
    { path: 'src/cart.py', before: { sizeBytes: 63 }, charsChanged: null },
    { charsChanged: 6 },
  ])
  const [first, second] = diffs as { before: { sha256: string }; after: { sha256: string } }[]
  expect(second?.before.sha256).toBe(first?.after.sha256)
  await logger.endEpisode(0)
})

test('what is called before any start, or after an end, says what to call and changes nothing', async () => {
  const logger = await createLogger()
  expect(logger.state).toBe('idle')
  expect([logger.getTrajectory(), logger.getStepTimeline(), logger.getHistorySummary()]).toEqual([undefined, [], []])
  await expect(logger.recordStep(step)).rejects.toThrow(/startEpisode/)
  await expect(logger.endEpisode(1)).rejects.toThrow(TypeError)
  await expect(logger.abortEpisode('why')).rejects.toThrow(TypeError)
  await logger.startEpisode(start)
  await logger.recordStep(step)
  const record = await logger.endEpisode(1)
  const before = structuredClone(record)
  await expect(logger.recordStep(step)).rejects.toThrow(/startEpisode/)
  expect(logger.getTrajectory()).toEqual(before)
  expect(() => ((record.steps[0] as { reward: number }).reward = 9)).toThrow(TypeError)
  expect(() => (record.steps as unknown[]).push(1)).toThrow(TypeError)
})

test('the end of an episode said twice is one end, and another score is a mistake', async () => {
  const logger = await createLogger()
  await logger.startEpisode(start)
  const [first, second] = await Promise.all([logger.endEpisode(0), logger.endEpisode(0)])
  expect(second).toBe(first)
  expect(await logger.endEpisode(0)).toBe(first)
  expect(logger.getTrajectory()).toBe(first)
  expect(logger.getHistorySummary()).toHaveLength(1)
  await expect(logger.endEpisode(0.5)).rejects.toThrow(/score 0/)
  expect(logger.getHistorySummary()).toMatchObject([{ final_score: 0, status: 'finished' }])
})

test('an episode that another start closes is aborted without a score, and the history is trimmed then too', async () => {
  const outputRoot = await memoryDirectory()
  const logger = await createLogger({ outputRoot, maxHistory: 2 })
  const ids: string[] = []
  for (let index = 0; index < 4; index++) ids.push(await logger.startEpisode({ ...start, task: `task${index}` }))
  expect(logger.getHistorySummary()).toMatchObject([
    { episode_id: ids[1], status: 'aborted', final_score: null },
    { episode_id: ids[2], status: 'aborted', final_score: null },
  ])
  expect(logger.getHistorySummary(ids[3])).toMatchObject([{ status: 'recording', duration_seconds: null }])
  expect(logger.getTrajectory(ids[0])).toBeUndefined()
  expect((await listRuns(outputRoot)).map(({ status }) => status)).toEqual([
    'aborted',
    'aborted',
    'aborted',
    'recording',
  ])
  const aborted = await logger.abortEpisode('enough')
  expect(await logger.abortEpisode('again')).toBe(aborted)
  expect(logger.state).toBe('aborted')
  await expect(logger.endEpisode(0)).rejects.toThrow(TypeError)
  const [, , , last] = await listRuns(outputRoot)
  expect((await readTrajectory(last?.directory as string)).gaps).toMatchObject([
    { reason: 'episode_aborted', detail: { reason: 'enough' } },
  ])
})

test('numbers and sums are ours, and what is given and differs is a gap with both', async () => {
  const outputRoot = await memoryDirectory()
  const logger = await createLogger({ outputRoot })
  await logger.startEpisode(start)
  const plain = { actionType: 'act', reward: 0.1 }
  for (const stepNumber of [1, 1, 3]) await logger.recordStep({ ...plain, stepNumber })
  await logger.recordStep({ ...plain, cumulativeReward: 0.4 + 1e-12 })
  await logger.recordStep({ ...plain, cumulativeReward: 7, done: true })
  await logger.recordStep(plain)
  const record = await logger.endEpisode(1)
  expect(record.total_steps).toBe(6)
  expect(record.steps.map((each) => each.step_number)).toEqual([1, 2, 3, 4, 5, 6])
  const [run] = await listRuns(outputRoot)
  const { gaps } = await readTrajectory(run?.directory as string)
  expect(gaps).toMatchObject([
    { what: 'event', reason: 'episode_mismatch', stepIndex: 1, detail: { field: 'stepNumber', given: 1, ours: 2 } },
    { what: 'event', reason: 'episode_mismatch', stepIndex: 4, detail: { field: 'cumulativeReward', given: 7 } },
    { what: 'event', reason: 'step_after_done', stepIndex: 5 },
  ])
})

test('a number that JSON does not have costs no step: -0 is 0, and a sum without end is told', async () => {
  const logger = await createLogger()
  await logger.startEpisode(start)
  const zeros = { reward: -0, testPassRate: -0, durationMs: -0 }
  const recorded = await logger.recordStep({ ...step, ...zeros })
  expect(recorded).toMatchObject({ reward: 0, cumulative_reward: 0, test_pass_rate: 0, duration_ms: 0 })
  expect(recorded.file_diff).toMatchObject({ path: 'a.py', charsChanged: 6 })
  await logger.recordStep({ ...step, reward: 1e308 })
  await expect(logger.recordStep({ ...step, reward: 1e308 })).rejects.toThrow(TypeError)
  const record = await logger.endEpisode(-0)
  expect(record).toMatchObject({ total_steps: 2, final_score: 0 })
  expect(await logger.endEpisode(0)).toBe(record)
})

test.each([
  ['a reward that is none', { reward: Number.NaN }],
  ['no reward', { reward: undefined }],
  ['an endless reward', { reward: Infinity }],
  ['a pass rate over 1', { testPassRate: 1.01 }],
  ['a pass rate under 0', { testPassRate: -0.01 }],
  ['a negative duration', { durationMs: -1 }],
  ['a misspelt field', { test_pass_rate: 1 }],
  ['an action that is no text', { actionType: 7 }],
])('%s is told before anything is written', async (_, wrong) => {
  const logger = await createLogger()
  await logger.startEpisode(start)
  await expect(logger.recordStep({ ...step, ...wrong } as EpisodeStepInput)).rejects.toThrow(TypeError)
  expect(logger.getTrajectory()?.total_steps).toBe(0)
  expect((await logger.recordStep(step)).step_number).toBe(1)
  await expect(logger.endEpisode(Number.NaN)).rejects.toThrow(TypeError)
  expect(logger.state).toBe('recording')
  await logger.endEpisode(-1)
})

test('null is absent, and nothing else is', async () => {
  const logger = await createLogger()
  await logger.startEpisode({ ...start, instruction: null, metadata: null })
  const nulls = { path: null, query: null, content: null, error: null, done: null, testPassRate: null, fileDiff: null }
  expect(await logger.recordStep({ actionType: 'act', reward: 0, ...nulls, durationMs: null })).toMatchObject({
    action_path: null,
    action_query: null,
    error: null,
    action_content_length: null,
    file_diff: null,
  })
  const zeros = { path: '', query: '', content: '', error: '', testPassRate: 0, durationMs: 0 }
  expect(await logger.recordStep({ actionType: 'act', reward: 0, ...zeros })).toMatchObject({
    action_path: '',
    action_query: '',
    action_content_length: 0,
    error: '',
    duration_ms: 0,
    reward: 0,
    test_pass_rate: 0,
  })
  expect(logger.getReplayActions()[1]).toEqual({ action_type: 'act', path: '', query: '', content: '' })
  await logger.endEpisode(0)
})

test('durations come from the clock that never jumps', async () => {
  const logger = await createLogger({ clock: jumpingClock() })
  await logger.startEpisode(start)
  await logger.recordStep(step)
  await logger.recordStep(step)
  const { steps, duration_seconds: seconds } = await logger.endEpisode(0)
  for (const each of steps) expect(each.duration_ms).toBeGreaterThanOrEqual(1000)
  expect(seconds).toBeGreaterThan(0)
})

test('ids are UUIDs of version 7 that grow, and equal ones share no folder', async () => {
  const outputRoot = await memoryDirectory()
  const logger = await createLogger({ outputRoot })
  const ids = []
  for (let index = 0; index < 3; index++) {
    ids.push(await logger.startEpisode(start))
    await logger.endEpisode(index)
  }
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(ids).toEqual(ids.toSorted())
  const same = await createLogger({ outputRoot, createId: () => 'same' })
  expect([await same.startEpisode(start), await same.startEpisode(start)]).toEqual(['same', 'same'])
  await same.endEpisode(1)
  expect(await readdir(join(outputRoot, 'run'))).toHaveLength(5)
})

test('steps that nobody waits for keep their order and contents', async () => {
  const logger = await createLogger()
  await logger.startEpisode(start)
  const acks = Array.from({ length: 50 }, (_, index) =>
    logger.recordStep({ ...step, path: `${index}.py`, content: `x = ${index}` }),
  )
  const record = await logger.endEpisode(1)
  await Promise.all(acks)
  expect(record.steps.map((each) => each.action_path)).toEqual(acks.map((_, index) => `${index}.py`))
  expect(logger.getReplayActions().at(-1)?.content).toBe('x = 49')
})

test('a logger that is disposed aborts what is open', async () => {
  const outputRoot = await memoryDirectory()
  {
    await using logger = await createLogger({ outputRoot })
    await logger.startEpisode(start)
    await logger.recordStep(step)
  }
  expect((await listRuns(outputRoot)).map(({ status, steps }) => ({ status, steps }))).toEqual([
    { status: 'aborted', steps: 1 },
  ])
})

test('a disk that fails costs no step: it goes on in memory, and the end rejects with the record', async () => {
  let isFailing = false
  const io = failingIo(({ name, path }) => isFailing && name === 'write' && isJournal(path))
  const logger = await createLogger({}, io)
  await logger.startEpisode(start)
  await logger.recordStep(step)
  isFailing = true
  await logger.recordStep({ ...step, content: 'second' })
  await logger.recordStep({ ...step, content: 'third' })
  const failure = await logger.endEpisode(0.5).catch((cause: unknown) => cause)
  expect(failure).toMatchObject({
    code: 'RECORDING_FAILED',
    details: { record: { status: 'finished', final_score: 0.5, total_steps: 3 } },
  })
  expect(logger.getReplayActions().map(({ content }) => content)).toEqual([step.content, 'second', 'third'])
  await logger.startEpisode(start).catch(() => undefined)
})

test('content that held a secret is kept without it, and its length is that of what was given', async () => {
  const secret = 'correct-horse-battery'
  const logger = await createLogger({ redact: { secrets: [secret] } })
  await logger.startEpisode(start)
  const content = `KEY = "${secret}"\n`
  const recorded = await logger.recordStep({ ...step, content, observation: secret })
  expect(recorded).toMatchObject({
    action_content_length: content.length,
    file_diff: { after: { redacted: true } },
    observation_snapshot: expect.stringMatching(/^\[redacted:/),
  })
  expect(JSON.stringify([await logger.endEpisode(0), logger.getReplayActions()])).not.toContain(secret)
})

test.each([
  ['maxHistory', { maxHistory: 0 }],
  ['createId', { createId: 'x' }],
  ['outputRoot', { outputRoot: 7 }],
  ['a misspelt option', { work_space: '.' }],
])('%s that is wrong is a mistake of the caller', (_, options) => {
  expect(() => new EpisodeLogger(options as unknown as EpisodeLoggerOptions)).toThrow(TypeError)
})
