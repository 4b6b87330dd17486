import { expect, test } from 'vitest'
import { Verdict } from '../../src/index.ts'

const full = {
  outcomeSuccess: false,
  explanation: 'The lamp was put into the cart, but never paid for',
  processScore: 0.6,
  perCriterion: [
    { criterion: 'Finds the lamp', maxPoints: 3, earnedPoints: 3, explanation: 'Step 2 shows it' },
    { criterion: 'Pays', maxPoints: 2, earnedPoints: 0, conditionMet: true },
    { criterion: 'Says the total', maxPoints: 1, earnedPoints: null, evidenceInsufficient: true },
  ],
  firstPointOfFailure: {
    stepIndex: 4,
    errorCode: '3.3',
    category: 'Execution & Strategy',
    description: 'Stopped early',
  },
  taskValidity: { isAmbiguous: false, isInvalid: true, invalidReason: 'The shop is closed', invalidTaskCodes: ['8.1'] },
  evidenceInsufficient: ['Says the total'],
  findings: [
    {
      category: 'agent_strategy',
      severity: 'blocking',
      description: 'No payment',
      suggestedAction: 'Pay',
      relatedSteps: [4],
    },
  ],
  rawSteps: { backend: 'verifier', totalEarned: 3 },
}

test('a verdict of every field parses to itself, and keys we do not know are kept', () => {
  expect(Verdict.parse(full)).toStrictEqual(full)
})

test('an outcome alone is a verdict', () => {
  expect(Verdict.parse({ outcomeSuccess: true })).toStrictEqual({ outcomeSuccess: true })
})

test.each([
  ['no outcome', {}, ['outcomeSuccess']],
  ['an outcome in words', { outcomeSuccess: 'yes' }, ['outcomeSuccess']],
  [
    'points that were neither given nor withheld',
    { outcomeSuccess: true, perCriterion: [{ criterion: 'c', maxPoints: 1 }] },
    ['perCriterion', 0, 'earnedPoints'],
  ],
  [
    'a severity nobody knows',
    { outcomeSuccess: true, findings: [{ category: 'other', severity: 'fatal', description: '' }] },
    ['findings', 0, 'severity'],
  ],
  [
    'a failure before the first step',
    { outcomeSuccess: false, firstPointOfFailure: { stepIndex: -1, errorCode: '1.1', category: 'x' } },
    ['firstPointOfFailure', 'stepIndex'],
  ],
])('%s is refused, with the place', (_, verdict, path) => {
  expect(Verdict.safeParse(verdict).error?.issues[0]?.path).toStrictEqual(path)
})
