import { expect, test } from 'vitest'
import { compareAgents } from '../../src/index.ts'
import { times, trajectory } from '../support/trajectory.ts'

const run = (id: string, finalScore: number, steps: number, more: Record<string, unknown> = {}) =>
  trajectory({
    finalScore,
    task: { id, initUrl: 'https://shop.test/', ...more },
    steps: times(steps, (index) => ({ action: 'click', on: `${index}` })),
  })
const tasks = ['a', 'b', 'c', 'd', 'e', 'f']

test('a winner is better beyond chance, and what is not is a tie', () => {
  const { pairs, metrics } = compareAgents({
    quick: tasks.map((id, at) => run(id, at % 2, 2)),
    // In another order: runs are paired by what they are of.
    slow: tasks.map((id, at) => run(id, at % 2, 9)).toReversed(),
  })
  expect(pairs).toBe(6)
  expect(metrics.steps).toMatchObject({
    better: 'lower',
    winner: 'quick',
    ties: [],
    agents: { quick: { mean: 2, interval: [2, 2] }, slow: { mean: 9 } },
  })
  expect(metrics.score).toMatchObject({ winner: null, ties: ['quick', 'slow'], agents: { quick: { mean: 0.5 } } })
  // Nobody said how long it took.
  expect(metrics.duration_ms).toEqual({
    better: 'lower',
    winner: null,
    ties: [],
    agents: { quick: { mean: null, interval: null }, slow: { mean: null, interval: null } },
  })
})

test('a difference that chance explains is none', () => {
  const { metrics } = compareAgents({
    one: tasks.map((id, at) => run(id, at === 0 ? 1 : 0, 1)),
    other: tasks.map((id, at) => run(id, at === 1 ? 0.9 : 0, 1)),
  })
  expect(metrics.score).toMatchObject({ winner: null, ties: ['one', 'other'] })
})

test.each([
  ['another task', run('z', 1, 1)],
  ['another seed', run('a', 1, 1, { seed: 2 })],
  ['another start', run('a', 1, 1, { initUrl: 'https://shop.test/cart' })],
])('refuses runs of %s', (_, stranger) => {
  expect(() => compareAgents({ one: [run('a', 1, 1)], other: [stranger] })).toThrow(TypeError)
  expect(() => compareAgents({ one: [run('a', 1, 1)], other: [run('a', 1, 1), stranger] })).toThrow(TypeError)
})

test('several runs of one start are paired in order, and one agent alone is refused', () => {
  expect(compareAgents({ one: [run('a', 1, 1), run('a', 0, 1)], other: [run('a', 1, 1), run('a', 0, 1)] }).pairs).toBe(
    2,
  )
  expect(() => compareAgents({ one: [run('a', 1, 1), run('a', 0, 1)], other: [run('a', 1, 1)] })).toThrow(TypeError)
  expect(() => compareAgents({ one: [run('a', 1, 1)] })).toThrow(TypeError)
})

test('one pair has no interval and no winner, however far apart', () => {
  const { pairs, metrics } = compareAgents({ one: [run('a', 1, 1)], other: [run('a', 0, 90)] })
  expect(pairs).toBe(1)
  for (const metric of ['score', 'steps'] as const)
    expect(metrics[metric]).toMatchObject({
      winner: null,
      ties: ['one', 'other'],
      agents: { one: { interval: null }, other: { interval: null } },
    })
  expect(metrics.score.agents['one']?.mean).toBe(1)
})
