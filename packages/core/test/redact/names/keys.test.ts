import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createKeyNames } from '../../../src/redact/names/keys.ts'
import {
  doubtfulNames,
  doubtfulWholeNames,
  harmlessTokens,
  sureNames,
  sureWholeNames,
} from '../../../src/redact/names/key-lists.ts'

const names = createKeyNames()
const listed = [sureNames, sureWholeNames, doubtfulNames, doubtfulWholeNames].flatMap((lists) =>
  Object.values(lists).flatMap((line) => line.split(' ')),
)
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
const spellings: Record<string, (words: readonly string[]) => string> = {
  lower_case: (words) => words.join('_'),
  UPPER_CASE: (words) => words.join('_').toUpperCase(),
  'kebab-case': (words) => words.join('-'),
  'UPPER-KEBAB': (words) => words.join('-').toUpperCase(),
  'Header-Case': (words) => words.map(capital).join('-'),
  camelCase: ([first = '', ...rest]) => first + rest.map(capital).join(''),
  PascalCase: (words) => words.map(capital).join(''),
  'dotted.case': (words) => words.join('.'),
  'spaced words': (words) => words.join(' '),
  numbered_2: (words) => `${words.join('_')}_2`,
}

describe('every spelling of a name agrees', () => {
  test('for each name of the lists', () => {
    for (const name of listed) {
      const words = name.split('-')
      const told = Object.values(spellings).map((spell) => names.named(spell(words)))
      expect({ name, told: told[0] }).not.toEqual({ name, told: undefined })
      for (const other of told) expect({ name, other }).toEqual({ name, other: told[0] })
    }
  })

  test('for names behind other words, and for names that are harmless', () => {
    const before = fc.constantFrom('aws', 'my', 'db', 'x', 'github', 'next', 'page', 'unit', 'api')
    // Where a word begins with a digit, nothing parts it from the one before in camelCase.
    const last = fc.constantFrom(
      ...listed.filter((name) => !/^\d/.test(name)).map((name) => name.split('-')),
      ['page', 'token'],
      ['eos', 'token'],
      ['token', 'count'],
    )
    fc.assert(
      fc.property(fc.array(before, { maxLength: 2 }), last, (first, rest) => {
        const words = [...first, ...rest]
        const told = Object.values(spellings).map((spell) => names.named(spell(words)))
        for (const other of told) expect(other).toEqual(told[0])
      }),
      { numRuns: 500 },
    )
  })

  test('and a name that counts is never passed over by the quick look at its end', () => {
    for (const name of listed)
      for (const spell of Object.values(spellings)) {
        const text = `a ${spell(name.split('-'))}=`
        expect({ text, canEnd: names.canEndAt(text, text.length - 1) }).toEqual({ text, canEnd: true })
      }
  })
})

test('a token of a tokenizer, a page or a parser is none', () => {
  expect([...harmlessTokens].filter((word) => names.named(`${word}_token`) !== undefined)).toEqual([])
})
