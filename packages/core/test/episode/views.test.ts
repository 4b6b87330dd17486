import { expect, test } from 'vitest'
import {
  assembleTrajectory,
  EpisodeRecord,
  EpisodeTimelineRow,
  toEpisodeRecord,
  toEvents,
  toReplayActions,
  toStepTimeline,
  type JournalEntry,
  type StepFinishedEvent,
} from '../../src/index.ts'

const hash = (digit: string): string => digit.repeat(64)
const reference = { sha256: hash('a'), sizeBytes: 3, mediaType: 'text/plain' }

function journal(steps: Partial<StepFinishedEvent>[], finished?: object, task: object = {}): JournalEntry[] {
  const at = (seconds: number): string => new Date(seconds * 1000).toISOString()
  const events = steps.map((step) => ({
    type: 'step_finished',
    event: { actionName: 'act', actionArgs: {}, reasoning: '', toolOutput: { ok: true }, ...step },
  }))
  const taskSpec = { id: 'task1', instruction: '', ...task }
  const lines: { type: string; event: object }[] = [
    { type: 'run_started', event: { formatVersion: 1, runId: 'run', taskSpec } },
    ...events,
    ...(finished ? [{ type: 'run_finished', event: finished }] : []),
  ]
  let step = 0
  return lines.map((line, seq) => ({
    seq,
    at: at(seq),
    mono: seq * 1234.567,
    ...line,
    ...(line.type === 'step_finished' ? { step: step++, action: 'act', ok: true } : {}),
  })) as JournalEntry[]
}

test('a recording of a browser is an episode too: no reward is null, its id is its place', () => {
  const record = toEpisodeRecord(
    assembleTrajectory(journal([{ actionArgs: { selector: '#a' } }], { status: 'stalled' })),
  )
  expect(EpisodeRecord.parse(record)).toEqual({
    episode_id: 'run/task1',
    task: 'task1',
    variant_id: null,
    start_time: 0,
    end_time: 2,
    duration_seconds: 2.47,
    final_score: null,
    total_steps: 1,
    metadata: {},
    status: 'finished',
    steps: [
      {
        step_number: 1,
        timestamp: 1,
        action_type: 'act',
        action_path: null,
        action_query: null,
        action_content_length: null,
        observation_snapshot: null,
        reward: null,
        cumulative_reward: null,
        done: false,
        error: null,
        file_diff: null,
        test_pass_rate: null,
        duration_ms: null,
        security_flags: [],
      },
    ],
  })
})

test('zeros and empty texts are values, and the sum of rewards is ours whatever an event says', () => {
  const episode = { reward: 0, cumulativeReward: 99, testPassRate: 0, contentLength: 0 }
  const steps = [
    { actionArgs: { path: '', query: '' }, durationMs: 0, toolOutput: { ok: false, error: '' }, episode },
    { actionArgs: {} },
    { episode: { reward: -0.5, cumulativeReward: 99 } },
  ]
  const task = { episode: { episodeId: 'e1', variantId: '', metadata: { seed: 0 } } }
  const record = toEpisodeRecord(assembleTrajectory(journal(steps, { status: 'complete', finalScore: 0 }, task)))
  expect(record).toMatchObject({ episode_id: 'e1', variant_id: '', final_score: 0, metadata: { seed: 0 } })
  expect(record.steps[0]).toMatchObject({
    action_path: '',
    action_query: '',
    action_content_length: 0,
    error: '',
    reward: 0,
    test_pass_rate: 0,
    duration_ms: 0,
  })
  expect(record.steps.map((step) => step.cumulative_reward)).toEqual([0, 0, -0.5])
})

test.each([
  ['complete', 'finished'],
  ['stalled', 'finished'],
  ['error', 'finished'],
  ['aborted', 'aborted'],
])('an end as %s is an episode that is %s', (status, expected) => {
  expect(toEpisodeRecord(assembleTrajectory(journal([], { status }))).status).toBe(expected)
})

test('one that is cut off is killed, and one that goes on has no end and no duration', () => {
  const killed = assembleTrajectory(journal([{}]))
  expect(toEpisodeRecord(killed)).toMatchObject({ status: 'killed', end_time: 1, duration_seconds: 1.23 })
  const open = toEpisodeRecord({ ...killed, status: 'recording' })
  expect(open).toMatchObject({ status: 'recording', end_time: null, duration_seconds: null })
})

test('the timeline has the rows of the model, from 1', () => {
  const rows = toStepTimeline(
    assembleTrajectory(journal([{ actionArgs: { path: 'a.py' }, episode: { testPassRate: 0.5 } }])),
  )
  expect(rows.map((row) => EpisodeTimelineRow.strict().parse(row))).toEqual([
    {
      step: 1,
      action: 'act',
      path: 'a.py',
      reward: null,
      error: null,
      duration_ms: null,
      pass_rate: 0.5,
      security_flags: [],
    },
  ])
})

test('actions have all that was given: contents come from their attachments, byte order marks and all', () => {
  const steps = [
    { actionName: 'write_file', actionArgs: { path: 'a.py', content: reference } },
    { actionName: 'search', actionArgs: { query: '' } },
    { actionName: 'type', actionArgs: { content: 'in the event itself' } },
  ]
  const trajectory = assembleTrajectory(journal(steps))
  const bytes = new TextEncoder().encode('\ufeffü\r\n')
  expect(toReplayActions(trajectory, (asked) => (asked.sha256 === reference.sha256 ? bytes : undefined))).toEqual([
    { action_type: 'write_file', path: 'a.py', content: '\ufeffü\r\n' },
    { action_type: 'search', query: '' },
    { action_type: 'type', content: 'in the event itself' },
  ])
  expect(toReplayActions(trajectory, () => undefined)[0]).toEqual({ action_type: 'write_file', path: 'a.py' })
})

test('a change of a file that was recorded as a text still reads', () => {
  const [step] = toEpisodeRecord(assembleTrajectory(journal([{ episode: { fileDiff: '-a\n+b' } }]))).steps
  expect(step?.file_diff).toBe('-a\n+b')
})

test('score and tree survive an export as events', () => {
  const trajectory = assembleTrajectory(journal([{}], { status: 'complete', finalScore: 0, finalTree: hash('b') }))
  expect(trajectory).toMatchObject({ finalScore: 0, finalTree: hash('b') })
  expect(assembleTrajectory(toEvents(trajectory))).toEqual(trajectory)
})
