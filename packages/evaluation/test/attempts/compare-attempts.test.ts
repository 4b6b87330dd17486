import { expect, test } from 'vitest'
import { compareAttempts } from '../../src/index.ts'
import { page, times, trajectory } from '../support/trajectory.ts'

const list = page('/list', '- button "More"')
const looping = (score?: number) =>
  trajectory({
    runId: 'first',
    ...(score === undefined ? {} : { finalScore: score }),
    steps: times(4, () => ({ action: 'click', on: 'More', after: list })),
  })
const straight = (score?: number) =>
  trajectory({
    runId: 'second',
    ...(score === undefined ? {} : { finalScore: score }),
    steps: [{ action: 'goto', after: list }],
  })

test('tells scores, their difference and whether what went wrong is gone', () => {
  expect(compareAttempts(looping(0.2), straight(0.9))).toEqual({
    original_episode_id: 'first/task',
    retry_episode_id: 'second/task',
    original_score: 0.2,
    retry_score: 0.9,
    improvement: 0.7,
    failure_fixed: true,
    steps_comparison: { original: 4, retry: 1 },
  })
})

test('is computed before it is rounded', () => {
  expect(compareAttempts(looping(0.1234), straight(0.5678))).toMatchObject({
    original_score: 0.123,
    retry_score: 0.568,
    improvement: 0.444,
  })
})

test('nothing is fixed where the score fell, the class fires again, or nothing had failed', () => {
  expect(compareAttempts(looping(0.2), straight(0.1)).failure_fixed).toBe(false)
  expect(compareAttempts(looping(0.2), looping(0.9)).failure_fixed).toBe(false)
  expect(compareAttempts(straight(0.2), straight(0.9)).failure_fixed).toBe(false)
  expect(compareAttempts(looping(0.9), straight(0.9)).failure_fixed).toBe(false)
})

test('a score that nobody gave is null, and so is the difference; 0 is a score', () => {
  expect(compareAttempts(looping(), straight(0.5))).toMatchObject({
    original_score: null,
    improvement: null,
    failure_fixed: true,
  })
  expect(compareAttempts(looping(0), straight())).toMatchObject({
    original_score: 0,
    retry_score: null,
    improvement: null,
  })
  expect(compareAttempts(looping(0), straight(0))).toMatchObject({ improvement: 0, failure_fixed: true })
})

test('the id of an episode comes before that of its directory', () => {
  const episode = trajectory({ task: { episode: { episodeId: 'e7', variantId: 'v' } } })
  expect(compareAttempts(episode, straight())).toMatchObject({ original_episode_id: 'e7' })
})
