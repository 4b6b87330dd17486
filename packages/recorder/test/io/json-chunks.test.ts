import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonChunks, toJsonBytes } from '../../src/io/json-chunks.ts'
import { anyCharacter } from '../../../../scripts/arbitraries.ts'

const leaf = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 5 }),
  fc.double(),
  fc.constantFrom(true, null, undefined),
)
const data = fc.object({ key: fc.string({ maxLength: 3 }), values: [leaf], maxDepth: 4, maxKeys: 4 })

test('the pieces together are the bytes of JSON.stringify with two spaces, whatever the data', () => {
  fc.assert(
    fc.property(data, (value) => {
      expect(Buffer.from(toJsonBytes(value)).toString('utf8')).toBe(JSON.stringify(value, null, 2))
    }),
    { numRuns: 300 },
  )
})

test('what is small is one piece, and no piece is much longer than its longest part', () => {
  expect([...jsonChunks({ steps: [{ a: 1 }, { b: '\n' }], gaps: [], tool: {}, usage: undefined })]).toHaveLength(1)
  const steps = Array.from({ length: 40 }, (_, at) => ({ at, tree: 'x'.repeat(500_000) }))
  const sizes = [...jsonChunks({ steps })].map(({ byteLength }) => byteLength)
  expect(sizes.length).toBeGreaterThan(10)
  expect(Math.max(...sizes)).toBeLessThan(1_600_000)
})
