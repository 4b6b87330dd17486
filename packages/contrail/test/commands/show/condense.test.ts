import fc from 'fast-check'
import { expect, test } from 'vitest'
import { condense } from '../../../src/commands/show/condense.ts'

type Item = { id: number; failed: boolean }
const sizing = { rowsOf: (item: Item) => (item.failed ? 2 : 1), isImportant: (item: Item) => item.failed }
const items = fc
  .array(fc.boolean(), { maxLength: 120 })
  .map((flags) => flags.map((failed, id): Item => ({ id, failed })))

test('nothing is lost or moved, and the rows are never more than the limit', () => {
  fc.assert(
    fc.property(items, fc.integer({ min: 3, max: 30 }), (all, rowLimit) => {
      const parts = condense(all, rowLimit, sizing)
      expect(parts.flat()).toEqual(all)
      const rows = parts.reduce((sum, part) => sum + ('id' in part ? sizing.rowsOf(part) : 1), 0)
      expect(rows).toBeLessThanOrEqual(rowLimit)
    }),
  )
})

test('what fits is not condensed', () => {
  const all = [1, 2, 3].map((id) => ({ id, failed: false }))
  expect(condense(all, 3, sizing)).toEqual(all)
})

test('a failure in the middle of a long run is shown, with the beginning and the end', () => {
  const all = Array.from({ length: 100 }, (_, id): Item => ({ id, failed: id === 50 }))
  const shown = condense(all, 10, sizing).flatMap((part) => ('id' in part ? [part.id] : []))
  expect(shown).toEqual([0, 1, 2, 50, 97, 98, 99].filter((id) => shown.includes(id)))
  expect(shown).toContain(50)
  expect(shown).toContain(0)
  expect(shown).toContain(99)
})
