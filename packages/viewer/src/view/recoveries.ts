import type { StepView } from './model.ts'

/** Find for each step that failed the next one that took the same action on the same target and went well. */
export function findRecoveries(
  steps: readonly Pick<StepView, 'index' | 'action' | 'aim' | 'ok'>[],
): ReadonlyMap<number, number> {
  const recoveries = new Map<number, number>()
  const successes = new Map<string, number>()
  for (const { index, action, aim, ok } of steps.toReversed()) {
    // An action without a known target might have been another one.
    if (aim === '' || aim === '(sensitive)') continue
    const what = JSON.stringify([action, aim])
    const success = successes.get(what)
    if (ok) successes.set(what, index)
    else if (success !== undefined) recoveries.set(index, success)
  }
  return recoveries
}
