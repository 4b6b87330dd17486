import fc from 'fast-check'
import { expect, test } from 'vitest'
import { align } from '../../../src/cwm/score/align.ts'

/** The least number of edits, by the table that everybody knows. */
function distance(one: readonly number[], other: readonly number[]): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [done, item] of one.entries()) {
    const next = [done + 1]
    for (const [at, second] of other.entries()) {
      next.push(Math.min((row[at] ?? 0) + Number(item !== second), (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

/** The edits that an alignment stands for. */
function edits(one: readonly number[], other: readonly number[]): number {
  const partners = [...align(Int32Array.from(one), Int32Array.from(other))]
  const paired = partners.flatMap((partner, index) => (partner >= 0 ? [[index, partner] as const] : []))
  for (const [at, [, partner]] of paired.entries()) {
    expect(partner).toBeGreaterThan(paired[at - 1]?.[1] ?? -1)
    expect(partner).toBeLessThan(other.length)
  }
  const replaced = paired.filter(([index, partner]) => one[index] !== other[partner]).length
  return replaced + one.length + other.length - 2 * paired.length
}

test('an alignment has the least edits that there can be, and its pairs are in order', () => {
  const sequence = fc.array(fc.nat(3), { maxLength: 20 })
  fc.assert(
    fc.property(sequence, sequence, (one, other) => {
      expect(edits(one, other)).toBe(distance(one, other))
    }),
    { numRuns: 200 },
  )
})

test('long sequences that differ in all, or in little, are aligned in time', () => {
  const long = Array.from({ length: 4_000 }, (_, index) => index)
  expect(
    edits(
      long,
      long.map((item) => -1 - item),
    ),
  ).toBe(4_000)
  expect(edits(long, [...long.slice(0, 3_000), 1, 1, ...long.slice(3_003)])).toBe(3)
})
