import { expect, test } from 'vitest'
import { shouldPersistTrajectory } from '../../src/record/persistence.ts'

const wishes = [undefined, '', '1', 'true', 'TRUE', '0', 'false', 'False', 'yes', ' 1']
const builds = [undefined, '', 'true', 'false', '0', '1']

test('the option beats every environment', () => {
  for (const VERIFIER_PERSIST_TRAJECTORIES of wishes) {
    for (const CI of builds) {
      const env = { VERIFIER_PERSIST_TRAJECTORIES, CI }
      expect(shouldPersistTrajectory({ persist: true, env })).toBe(true)
      expect(shouldPersistTrajectory({ persist: false, env })).toBe(false)
    }
  }
})

test.each([
  ['1', true],
  ['true', true],
  ['TRUE', true],
  ['0', false],
  ['false', false],
  ['False', false],
])('without the option VERIFIER_PERSIST_TRAJECTORIES=%s decides, on a build server too', (wish, expected) => {
  for (const CI of builds) {
    expect(shouldPersistTrajectory({ env: { VERIFIER_PERSIST_TRAJECTORIES: wish, CI } })).toBe(expected)
  }
})

test.each([undefined, '', 'yes', ' 1'])('VERIFIER_PERSIST_TRAJECTORIES=%j says nothing, so CI decides', (wish) => {
  const persists = (CI: string | undefined): boolean =>
    shouldPersistTrajectory({ persist: undefined, env: { VERIFIER_PERSIST_TRAJECTORIES: wish, CI } })
  expect([undefined, ''].map(persists)).toStrictEqual([true, true])
  expect(['true', '1', 'false', '0'].map(persists)).toStrictEqual([false, false, false, false])
})
