import { expect, test } from 'vitest'
import { assembleTrajectory, toEvents } from '../../src/index.ts'
import { journal, step, type Event } from '../journal.ts'

const turn = (turnId: string): Event => ({ type: 'turn_finished', turnId })

test('a turn has the steps that carry its id, in order, and two turns of one id have the same', () => {
  const named = (turnId: string): Event => ({ ...step('click'), turnId }) as Event
  const events = [named('a'), named('b'), step('no turn'), named('a'), turn('a'), turn('b'), turn('c'), turn('a')]
  expect(assembleTrajectory(journal(...events)).turns.map(({ turnId, steps }) => [turnId, steps])).toEqual([
    ['a', [0, 3]],
    ['b', [1]],
    ['c', []],
    ['a', [0, 3]],
  ])
})

test('the steps of a run are not gone through for every turn', () => {
  const count = 200
  const names = Array.from({ length: count }, (_, index) => `turn-${index}`)
  const named = names.map((turnId) => ({ ...step('click'), turnId }) as Event)
  const trajectory = assembleTrajectory(journal(...named, ...names.map(turn)))
  let reads = 0
  const steps = trajectory.steps.map((whole) => {
    const { turnId, ...rest } = whole
    return Object.defineProperty({ ...rest }, 'turnId', {
      enumerable: true,
      get: () => {
        reads += 1
        return turnId
      },
    }) as typeof whole
  })
  expect(toEvents({ ...trajectory, steps }).filter(({ type }) => type === 'turn_finished')).toHaveLength(count)
  expect(reads).toBeLessThan(count * 10)
})
