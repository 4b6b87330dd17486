import { expect, test } from 'vitest'
import { withFigures } from '../../bench/write-figures.ts'

const report = (part: string, median: number) => ({ part, seconds: 1, figures: [{ name: 'ack', unit: 'ms', median }] })

test('figures stand in the place of the last ones of their part, and all else stays', () => {
  const first = withFigures('# Bench\n\nWords.\n', [report('record', 2), report('look', 7)], 'Of commit a1.')
  expect(first).toMatch(/^# Bench\n\nWords\.\n\n<!-- figures of record -->\n\nOf commit a1\.\n\n```text\nfigure/)
  expect(first).toMatch(/ack +7 ms\n```\n\n<!-- end of look -->\n$/)
  const second = withFigures(`${first}\nMore words.\n`, [report('record', 3)], 'Of commit b2.')
  expect(second).toBe(
    `${first}\nMore words.\n`.replace('Of commit a1.', 'Of commit b2.').replace(/(ack +)2 ms/, '$13 ms'),
  )
  expect(withFigures(second, [{ part: 'look', seconds: 1, figures: [], error: 'no browser' }], 'c3')).toBe(second)
})
