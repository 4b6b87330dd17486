import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ariaTreeBudget, truncateAriaTree } from '../../src/observe/aria-tree.ts'

test('the budget is the option, else the environment when it is a whole number above 0, else 8,000', () => {
  const budget = (option?: number, text?: string) => ariaTreeBudget(option, { VERIFIER_ARIATREE_TOKEN_BUDGET: text })
  expect(budget()).toBe(8_000)
  expect(budget(undefined, '50')).toBe(50)
  expect(budget(7, '50')).toBe(7)
  for (const nonsense of ['', '0', '-5', '1.5', 'many', '1e3', ' ']) expect(budget(undefined, nonsense)).toBe(8_000)
  expect(() => budget(0)).toThrow(TypeError)
})

test('a tree is cut to four characters a token, marked, and never inside a word', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (tree, budget) => {
      const cut = truncateAriaTree(tree, budget)
      if (tree.length <= budget * 4) return cut === tree
      const [kept, note] = [cut.slice(0, cut.lastIndexOf('\n\n[')), cut.slice(cut.lastIndexOf('\n\n['))]
      expect(tree.startsWith(kept)).toBe(true)
      expect(kept.length).toBeLessThanOrEqual(budget * 4)
      // Nothing is left out behind which a word begins.
      expect(tree.slice(kept.length + 1, budget * 4)).not.toMatch(/[\s,{[]/)
      expect(kept.isWellFormed()).toBe(true)
      expect(note).toContain(`[TRUNCATED: the first ${budget} of about`)
      return true
    }),
  )
})
