import { assertPositive } from './time-limit.ts'

const charactersPerToken = 4
const defaultBudgetTokens = 8_000

/**
 * How many tokens an aria tree may have: the option, else `VERIFIER_ARIATREE_TOKEN_BUDGET` (an integer above 0; anything
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

/**
 * Cut an aria tree to its budget. A cut one ends with a note that says so; a surrogate pair is never split.
 */
export function truncateAriaTree(ariaTree: string, budgetTokens: number): string {
  const budget = Math.floor(budgetTokens * charactersPerToken)
  if (ariaTree.length <= budget) return ariaTree
  const end = isHighSurrogate(ariaTree.charCodeAt(budget - 1)) ? budget - 1 : budget
  const wholeTokens = Math.ceil(ariaTree.length / charactersPerToken)
  return `${ariaTree.slice(0, end)}\n\n[TRUNCATED: the first ${budgetTokens} of about ${wholeTokens} tokens]`
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}
