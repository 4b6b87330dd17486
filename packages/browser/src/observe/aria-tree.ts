import { beginningOf } from '@contrail/core'
import { assertPositive } from '../page/positive.ts'

const charactersPerToken = 4
const defaultBudgetTokens = 8_000

/**
 * Read the number of tokens that an aria tree may have: the option, else `VERIFIER_ARIATREE_TOKEN_BUDGET` (an integer above 0; anything
 * else there is ignored), else 8,000. A token counts as 4 characters.
 *
 * @throws {TypeError} when the option is not a positive number
 */
export function ariaTreeBudget(budgetTokens: number | undefined, env: Readonly<NodeJS.ProcessEnv>): number {
  if (budgetTokens !== undefined) {
    assertPositive('budgetTokens', budgetTokens)
    return budgetTokens
  }
  const text = env['VERIFIER_ARIATREE_TOKEN_BUDGET']?.trim() ?? ''
  const fromEnv = /^\d{1,9}$/.test(text) ? Number(text) : 0
  return fromEnv > 0 ? fromEnv : defaultBudgetTokens
}

/** The number of characters that so many tokens have. */
export function charactersOf(budgetTokens: number): number {
  return Math.floor(budgetTokens * charactersPerToken)
}

/**
 * Cut an aria tree to its budget, between words: the half of a secret would be known by nobody. A cut one ends with a note
 * that says so.
 */
export function truncateAriaTree(ariaTree: string, budgetTokens: number): string {
  const budget = charactersOf(budgetTokens)
  if (ariaTree.length <= budget) return ariaTree
  const wholeTokens = Math.ceil(ariaTree.length / charactersPerToken)
  return `${beginningOf(ariaTree, budget)}\n\n[TRUNCATED: the first ${budgetTokens} of about ${wholeTokens} tokens]`
}
