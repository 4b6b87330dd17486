import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAutomaton } from '../../../src/redact/text/automaton.ts'

type Match = [pattern: string, end: number]

/** Every pattern at every end, the longest first, as far as each is refused. */
function naive(patterns: readonly string[], text: string, accepts: (pattern: string) => boolean): Match[] {
  const byLength = [...new Set(patterns)].toSorted((a, b) => b.length - a.length)
  const matches: Match[] = []
  for (let end = 1; end <= text.length; end += 1) {
    for (const pattern of byLength.filter((candidate) => text.slice(0, end).endsWith(candidate))) {
      matches.push([pattern, end])
      if (accepts(pattern)) break
    }
  }
  return matches
}

/** The same by the automaton, which goes ways that it went before as it went them first. */
function found(patterns: readonly string[], text: string, accepts: (pattern: string) => boolean): Match[] {
  const scan = createAutomaton(patterns)
  const [first, again] = [1, 2].map(() => {
    const matches: Match[] = []
    scan(text, (index, end) => {
      matches.push([patterns[index]!, end])
      return accepts(patterns[index]!)
    })
    return matches
  })
  expect(again).toEqual(first)
  return first!
}

const accepting = [() => true, () => false, (pattern: string) => pattern.length % 2 === 0]

test('tells what a search for each pattern at each place tells', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\ud83d'), minLength: 1, maxLength: 5 })
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\ud83d', 'c'), maxLength: 40 })
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), text, fc.constantFrom(...accepting), (patterns, read, accepts) => {
      expect(found(patterns, read, accepts)).toEqual(naive(patterns, read, accepts))
    }),
    { numRuns: 1_000 },
  )
})

test('and so does one of so many patterns that it has no table', () => {
  let state = 1
  const letter = (): string => String.fromCharCode(0x61 + ((state = (state * 48_271) % 2_147_483_647) % 60))
  const patterns = Array.from({ length: 3_000 }, () => Array.from({ length: 30 }, letter).join(''))
  patterns.push('abc', 'bc')
  const text = `${patterns[7]}abc${patterns[2_999]!.slice(0, 29)}bc${patterns[7]!.slice(3)}`
  for (const accepts of accepting) expect(found(patterns, text, accepts)).toEqual(naive(patterns, text, accepts))
})
