import { expect, test } from 'vitest'
import type { z } from 'zod'
import { Rubric, TaskSpec } from '../../src/index.ts'

/** A task as data sets write it: snake_case, points nobody has given as an empty string, keys of their own. */
const datasetTask = {
  id: 'flights_7',
  category: 'flights',
  instruction: 'Find the cheapest direct flight from Graz to Oslo on 3 May',
  initUrl: 'https://flights.example/',
  precomputed_rubric: {
    items: [
      {
        criterion: 'Searches for direct flights',
        description: 'The search is limited to flights without a stop',
        max_points: 3,
        justification: '',
        earned_points: '' as const,
      },
      {
        criterion: 'Names the price',
        description: 'The answer holds the price and its currency',
        max_points: 2,
        justification: '',
        earned_points: 1.5,
        condition: 'Only if a direct flight exists',
      },
    ],
  },
}

test('a rubric of a data set is read, points that nobody gave are null, and every other key is kept', () => {
  expect(TaskSpec.parse(datasetTask)).toStrictEqual({
    id: 'flights_7',
    category: 'flights',
    instruction: datasetTask.instruction,
    initUrl: 'https://flights.example/',
    precomputedRubric: {
      items: [
        {
          criterion: 'Searches for direct flights',
          description: 'The search is limited to flights without a stop',
          maxPoints: 3,
          earnedPoints: null,
          justification: '',
        },
        {
          criterion: 'Names the price',
          description: 'The answer holds the price and its currency',
          maxPoints: 2,
          earnedPoints: 1.5,
          justification: '',
          condition: 'Only if a direct flight exists',
        },
      ],
    },
  })
})

test('both spellings are one: what was parsed parses to itself', () => {
  const parsed = TaskSpec.parse(datasetTask)
  expect(TaskSpec.parse(parsed)).toStrictEqual(parsed)
})

test('our spelling beats that of the data set where both stand', () => {
  const item = { criterion: 'c', description: 'd', maxPoints: 2, max_points: 9, earnedPoints: 1, earned_points: 8 }
  expect(Rubric.parse({ items: [item] })).toStrictEqual({
    items: [{ criterion: 'c', description: 'd', maxPoints: 2, earnedPoints: 1 }],
  })
  const task = { id: 'x', instruction: '', precomputedRubric: { items: [] }, precomputed_rubric: { items: [item] } }
  expect(TaskSpec.parse(task)).toStrictEqual({ id: 'x', instruction: '', precomputedRubric: { items: [] } })
})

test('a rubric that nobody has written is no rubric, in either spelling', () => {
  for (const key of ['precomputedRubric', 'precomputed_rubric'] as const) {
    for (const rubric of [null, undefined]) {
      expect(TaskSpec.parse({ id: 'x', instruction: '', [key]: rubric })).toStrictEqual({ id: 'x', instruction: '' })
    }
  }
})

test.each([
  ['a task without an id', { instruction: 'i' }, ['id']],
  ['an empty id', { id: '', instruction: 'i' }, ['id']],
  ['a task without an instruction', { id: 'x' }, ['instruction']],
  ['no object', 'buy a lamp', []],
  ['points as text', rubricWith({ max_points: '3' }), ['precomputedRubric', 'items', 0, 'maxPoints']],
  ['no points', rubricWith({}), ['precomputedRubric', 'items', 0, 'maxPoints']],
  ['points without end', rubricWith({ max_points: Infinity }), ['precomputedRubric', 'items', 0, 'maxPoints']],
  [
    'a criterion without words',
    rubricWith({ max_points: 1, criterion: '' }),
    ['precomputedRubric', 'items', 0, 'criterion'],
  ],
  ['a rubric without items', { id: 'x', instruction: '', precomputed_rubric: {} }, ['precomputedRubric', 'items']],
])('%s is refused, with the place', (_, task, path) => {
  expect(TaskSpec.safeParse(task).error?.issues[0]?.path).toStrictEqual(path)
})

function rubricWith(item: object): object {
  return { id: 'x', instruction: '', precomputed_rubric: { items: [{ criterion: 'c', description: 'd', ...item }] } }
}

test('parsing does not change what it was given', () => {
  const before = structuredClone(datasetTask)
  TaskSpec.parse(datasetTask)
  expect(datasetTask).toStrictEqual(before)
})

test('a task is typed where it is given', () => {
  const task: z.input<typeof TaskSpec> = { id: 'x', instruction: 'i', initUrl: undefined }
  const ofDataSet: z.input<typeof TaskSpec> = {
    ...task,
    website: 'shop',
    level: 2,
    precomputed_rubric: { source: 'somebody', items: [{ criterion: 'c', description: 'd', max_points: 1, weight: 3 }] },
  }
  const read: Record<string, unknown> = TaskSpec.parse(ofDataSet)
  expect(read).toMatchObject({ website: 'shop', level: 2, precomputedRubric: { items: [{ maxPoints: 1, weight: 3 }] } })
  // @ts-expect-error keys of its own do not make an address of a number
  const wrongField: z.input<typeof TaskSpec> = { ...ofDataSet, initUrl: 5 }
  expect(TaskSpec.safeParse(wrongField).success).toBe(false)
  // @ts-expect-error a task is no number
  const wrong: z.input<typeof TaskSpec> = 5
  // @ts-expect-error a task has an instruction
  const incomplete: z.input<typeof TaskSpec> = { id: 'x' }
  expect([task, wrong, incomplete].map((given) => TaskSpec.safeParse(given).success)).toStrictEqual([
    true,
    false,
    false,
  ])
})
