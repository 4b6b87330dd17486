import { expect, test } from 'vitest'
import {
  classifyFailures,
  compareAttempts,
  createSelfImprovementEngine,
  improvementPlan,
  openLessons,
} from '../src/index.ts'
import { trajectory as makeTrajectory } from './support/trajectory.ts'

test('a misspelt option is a TypeError that names those that there are, and never a default', async () => {
  const trajectory = makeTrajectory({})
  const report = classifyFailures(trajectory)
  const misspelt: (() => unknown)[] = [
    () => classifyFailures(trajectory, { successLimit: 0.9 } as never),
    () => compareAttempts(trajectory, trajectory, { first: {} } as never),
    () => compareAttempts(trajectory, trajectory, { retry: { scores: 1 } } as never),
    () => improvementPlan(trajectory, report, { template: {} } as never),
    () => createSelfImprovementEngine({ template: {} } as never),
    () => openLessons('lessons.jsonl', { most: 5 } as never),
  ]
  for (const call of misspelt)
    await expect(async () => call()).rejects.toThrow(/^expected the options of \w+ to be among .*; got "\w+"$/)
})
