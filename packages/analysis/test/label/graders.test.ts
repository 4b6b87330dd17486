import { expect, test } from 'vitest'
import {
  errorRateGrader,
  finalAnswerGrader,
  loopGrader,
  stepCountGrader,
  textGrader,
  Trajectory,
  urlGrader,
  type LabelledTrajectory,
  type Labeler,
  type TurnInput,
} from '../../src/index.ts'

const click = (url: string): TurnInput[] => [
  { role: 'tool_call', tool_name: 'click', tool_input: { on: 'Buy' } },
  { role: 'tool_result', tool_name: 'click', tool_output: 'done', metadata: { url } },
]
const turns: TurnInput[] = [
  { role: 'user', content: 'Buy the lamp.' },
  { role: 'tool_call', tool_name: 'goto', tool_input: { url: 'http://shop.test/' } },
  { role: 'tool_result', tool_name: 'goto', error: 'timed out' },
  ...click('http://shop.test/cart'),
  ...click('http://shop.test/cart'),
  ...click('http://shop.test/thanks'),
  { role: 'assistant', content: ' The Lamp is bought. ' },
]

function grade(grader: Labeler, given = turns): unknown[] {
  const { cells } = Trajectory.fromTurns({ trajectory_id: 'a', turns: given })
  const read = Trajectory.turns({ trajectory__turns_json: String(cells['trajectory__turns_json']) })
  const trajectory = { turns: read, tags: [], metadata: {} } as unknown as LabelledTrajectory
  const request = { technique: grader.technique, description: '', max_output_tokens: 1 }
  const result = grader.label(trajectory, request, new AbortController().signal)
  return 'value' in result ? [result.value, result.score] : []
}

test.each([
  ['an answer at all', finalAnswerGrader(), ['given', 1]],
  ['the answer', finalAnswerGrader({ equals: 'the lamp is bought.' }), ['right', 1]],
  ['another answer', finalAnswerGrader({ equals: 'no' }), ['wrong', 0]],
  ['words of the answer', finalAnswerGrader({ includes: ['lamp', 'sold'] }), ['wrong', 0]],
  ['steps within', stepCountGrader({ max: 4 }), ['within', 1]],
  ['steps beyond', stepCountGrader({ max: 1 }), ['beyond', 0.25]],
  ['a loop', loopGrader(), ['loop', 0]],
  ['no loop of four', loopGrader({ times: 4 }), ['no loop', 1]],
  ['errors', errorRateGrader(), ['errors', 0.75]],
  ['an address', urlGrader({ includes: '/cart' }), ['visited', 1]],
  ['the last address', urlGrader({ includes: '/cart', last: true }), ['not visited', 0]],
  ['a text', textGrader({ includes: 'done' }), ['present', 1]],
  ['a text of the user', textGrader({ includes: 'done', roles: ['user'] }), ['absent', 0]],
])('%s', (_, grader, expected) => {
  expect(grade(grader)).toEqual(expected)
})

test('an empty session has no answer, no errors and no loop', () => {
  expect([finalAnswerGrader(), errorRateGrader(), loopGrader()].map((grader) => grade(grader, []))).toEqual([
    ['none', 0],
    ['clean', 1],
    ['no loop', 1],
  ])
})

test('other options are another version, so that nothing old is taken for theirs', () => {
  expect(stepCountGrader({ max: 1 }).version).not.toBe(stepCountGrader({ max: 2 }).version)
  expect(loopGrader({ technique: 'stuck' })).toMatchObject({ technique: 'stuck', name: 'loop', version: '1' })
  expect(() => stepCountGrader({ max: 0 })).toThrow(/max: expected a whole number from 1/)
})
