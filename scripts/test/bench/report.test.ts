import { expect, test } from 'vitest'
import { failures, toTable } from '../../bench/report.ts'

const figures = [
  { name: 'added per step', unit: 'ms', median: 0.4123, min: -0.2, runs: 4, target: { atMost: 1 } },
  { name: 'of Stagehand-style', unit: 'x', median: 0.5, runs: 4, target: { atMost: 0.45 }, note: 'a noisy day' },
  { name: 'events', unit: 'per second', median: 81_234.5, target: { atLeast: 50_000 } },
  { name: 'files', unit: '', median: 44, target: { atMost: 53 }, isGate: true, note: 'a noisy day' },
]

test('the table is aligned, says what was reached and what was missed, and numbers its notes once', () => {
  expect(toTable([{ part: 'steps', seconds: 1, figures }])).toBe(
    [
      'figure                           measured                target           runs     min',
      '[steps]',
      'added per step                   0.412 ms               <= 1 ms  reached     4  -0.200',
      'of Stagehand-style (1)            0.500 x            <= 0.450 x  MISSED      4',
      'events                  81,235 per second  >= 50,000 per second  reached',
      'files (1)                              44                 <= 53  reached',
      '(1) a noisy day',
    ].join('\n'),
  )
})

test('a missed time fails nothing; a missed count and a part that could not run do', () => {
  const missed = [
    { name: 'added per step', unit: 'ms', median: 9, target: { atMost: 1 } },
    { name: 'files', unit: '', median: 60, target: { atMost: 53 }, isGate: true },
  ]
  expect(failures([{ part: 'steps', seconds: 1, figures: missed }])).toEqual(['steps: files is 60, <= 53 is demanded'])
  expect(failures([{ part: 'steps', seconds: 1, figures }])).toEqual([])
  expect(failures([{ part: 'growth', seconds: 1, figures: [], error: 'no browser' }])).toEqual(['growth: no browser'])
})
