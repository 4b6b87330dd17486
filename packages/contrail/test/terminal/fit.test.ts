import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fill, fit, fitRow, joinInLines, widthOf, wrapWords } from '../../src/terminal/fit.ts'

test.each([
  ['as it is', 8, 'as it is'],
  ['.trajectories/20261128-190000/buy-lamp', 20, '.trajector…/buy-lamp'],
  ['abcdef', 3, 'a…f'],
  ['abcdef', 1, '…'],
  ['abcdef', 0, ''],
  ['赤いランプを買う', 9, '赤い…買う'],
  ['赤いランプを買う', 8, '赤い…う'],
  ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 5, '👩‍👩‍👧‍👦…👩‍👩‍👧‍👦'],
  ['e\u0301'.repeat(6), 3, 'e\u0301…e\u0301'],
])('%s in %i columns is %s', (text, columns, expected) => {
  expect(fit(text, columns)).toBe(expected)
})

const columns = fc.integer({ min: 1, max: 40 })
const text = fc.string({ unit: 'grapheme', maxLength: 60 })

test('nothing is wider than it may be, and what fits is left alone', () => {
  fc.assert(
    fc.property(text, columns, (any, most) => {
      expect(widthOf(fit(any, most))).toBeLessThanOrEqual(most)
      expect(widthOf(fill(any, most))).toBe(most)
      expect(fit(any, widthOf(any))).toBe(any)
    }),
  )
})

test('words and facts stand in lines that fit, whole where there is room for them', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), fc.integer({ min: 4, max: 40 }), (parts, most) => {
      for (const line of wrapWords(parts.join(' '), most, 4)) expect(widthOf(line)).toBeLessThanOrEqual(most)
      expect(wrapWords(parts.join(' '), most, 4).length).toBeLessThanOrEqual(4)
      for (const line of joinInLines(parts, most)) expect(widthOf(line)).toBeLessThanOrEqual(most)
    }),
  )
  expect(joinInLines(['6 steps', '2 turns', '12 ms'], 18)).toEqual(['6 steps · 2 turns', '12 ms'])
  expect(wrapWords('Buy the cheapest red lamp with a dimmer', 16, 3)).toEqual([
    'Buy the cheapest',
    'red lamp with a',
    'dimmer',
  ])
  expect(wrapWords('Buy the cheapest red lamp with a dimmer', 16, 2)).toEqual(['Buy the cheapest', 'red lamp with a…'])
  expect(wrapWords('x'.repeat(20), 8, 4)).toEqual(['xxxxxxxx', 'xxxxxxxx', 'xxxx'])
})

test('a row is cut in its longest parts; where they were too short they stand below it, and a sentence is broken', () => {
  const row = 'corrupt  runs/20261128-190000/buy-lamp: its journal is corrupt in 1 place, 3 steps'
  expect(fitRow(row, 64)).toEqual(['corrupt  runs/202611…0/buy-lamp: its journal…in 1 place, 3 steps'])
  expect(fitRow(row, 40)).toEqual([
    'corrupt',
    '    runs/20261128-190000/buy-lamp',
    '    its journal is corrupt in 1 place',
    '    3 steps',
  ])
  expect(fitRow('  Nothing was written, and nobody is to blame.', 30)).toEqual([
    '  Nothing was written, and',
    '  nobody is to blame.',
  ])
  const part = fc.oneof(
    text,
    text.map((any) => `\u001b[31m${any}\u001b[39m`),
  )
  const separator = fc.constantFrom('  ', ', ', ': ', ' ')
  const escapes = (painted: string): string[] => painted.split('\u001b').map((rest) => rest.slice(0, 3))
  fc.assert(
    fc.property(fc.array(fc.tuple(part, separator)), fc.integer({ min: 24, max: 90 }), (parts, most) => {
      const any = parts.flat().join('')
      const lines = fitRow(any, most)
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(most)
      expect(fitRow(any, widthOf(any))).toEqual([any])
    }),
  )
  const painted = `\u001b[31mrefused\u001b[39m  \u001b[2m${'place/'.repeat(20)}\u001b[22m`
  expect(escapes(fitRow(painted, 40).join(''))).toEqual(escapes(painted))
})
