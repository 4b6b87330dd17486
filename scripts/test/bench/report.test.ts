import { expect, test } from 'vitest'
import { growthFigure, growthSizes } from '../../bench/growth-figure.ts'
import { failures, toResults, toText } from '../../bench/report.ts'

const figures = [
  { name: 'added per step', unit: 'ms', median: 0.4123, min: -0.2, runs: 4, target: { atMost: 1 } },
  { name: 'of Stagehand-style', unit: 'x', median: 0.5, runs: 4, target: { atMost: 0.45 }, note: 'a noisy day' },
  { name: 'events', unit: 'per second', median: 81_234.5, target: { atLeast: 50_000 } },
  { name: 'bytes', unit: 'x', median: 0.97, target: { atMost: 0.9 }, gate: { atMost: 1 } },
  { name: 'files', unit: '', median: 54, gate: { atMost: 53 }, note: 'a noisy day' },
]

test('the table is aligned, says which targets and gates hold, and numbers its notes once', () => {
  expect(toText([{ part: 'steps', seconds: 1, figures }])).toBe(
    [
      'figure                           measured                target             gate          runs     min',
      '[steps]',
      'added per step                   0.412 ms               <= 1 ms  reached                     4  -0.200',
      'of Stagehand-style (1)            0.500 x            <= 0.450 x  MISSED                      4',
      'events                  81,235 per second  >= 50,000 per second  reached',
      'bytes                             0.970 x            <= 0.900 x  MISSED   <= 1 x  held',
      'files (1)                              54                                  <= 53  BROKEN',
      '(1) a noisy day',
    ].join('\n'),
  )
})

test('how figures grow stands in one table, with a column for each size, those of every part together', () => {
  const finish = [10, 100, 1_000].map((size) => ({ size, cost: size / 10 }))
  const list = [1_000, 10, 10_000].map((size) => ({ size, cost: 2.5 }))
  const reports = [
    { part: 'finish', seconds: 1, figures: [growthFigure('finish()', 'ms', finish, { target: { atMost: 1.01 } })] },
    { part: 'reading', seconds: 1, figures: [growthFigure('listRuns', 'ms', list, { of: 'runs', note: 'warm' })] },
  ]
  expect(toText(reports)).toBe(
    [
      'how it grows  with     10  100  1,000  10,000      exponent   target',
      'finish()      steps     1   10    100          ms         1  <= 1.01  reached',
      'listRuns (1)  runs   2.50        2.50    2.50  ms         0',
      '(1) warm',
    ].join('\n'),
  )
})

test('the JSON has the sizes, the values and the exponent of a growth, and the verdicts on all figures', () => {
  const points = [10, 100].map((size) => ({ size, cost: size * 2 }))
  const growing = growthFigure('finish()', 'ms', points)
  const bytes = { name: 'bytes', unit: 'x', median: 0.97, target: { atMost: 0.9 }, gate: { atMost: 1 } }
  expect(toResults([{ part: 'finish', seconds: 1, figures: [growing, bytes] }])).toMatchObject([
    {
      part: 'finish',
      figures: [
        { exponent: expect.closeTo(1), growth: { of: 'steps', points } },
        { reached: false, held: true },
      ],
    },
  ])
})

test('a missed target fails nothing; a broken gate and a part that could not run do', () => {
  expect(failures([{ part: 'steps', seconds: 1, figures }])).toEqual(['steps: files is 54, the gate is <= 53'])
  expect(failures([{ part: 'steps', seconds: 1, figures: figures.slice(0, 4) }])).toEqual([])
  expect(failures([{ part: 'growth', seconds: 1, figures: [], error: 'no browser' }])).toEqual(['growth: no browser'])
  const unknown = { name: 'bytes', unit: 'x', median: Number.NaN, gate: { atMost: 1 } }
  expect(failures([{ part: 'steps', seconds: 1, figures: [unknown] }])).toHaveLength(1)
})

test('one size has no exponent that could miss a target', () => {
  expect(growthFigure('finish()', 'ms', [{ size: 10, cost: 3 }], { target: { atMost: 1 } })).not.toHaveProperty(
    'target',
  )
})

test('a growth is followed to 5,000 steps, less far in a quick run and where that was asked for', () => {
  expect(growthSizes({ isQuick: false })).toEqual([10, 100, 1_000, 5_000])
  expect(growthSizes({ isQuick: true })).toEqual([10, 100])
  expect(growthSizes({ isQuick: true }, 1_000)).toEqual([10, 100, 1_000])
  expect(growthSizes({ isQuick: false, steps: 100 })).toEqual([10, 100])
})
