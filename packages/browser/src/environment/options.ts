/**
 * The part of what the page does by itself that is recorded. `errors`: navigations, documents, `fetch` and XHR, other
 * answers from status 400, errors and warnings on the console, and what else happens to the page. `all`: every answer
 * and every line on the console too. `off`: nothing, and nobody listens.
 */
export type EnvironmentLevel = 'errors' | 'all' | 'off'

const levels: readonly unknown[] = ['errors', 'all', 'off']

/**
 * Check how much is to be told.
 *
 * @throws {TypeError} that says what was expected and what was got
 */
export function toEnvironmentLevel(given: EnvironmentLevel | undefined): EnvironmentLevel {
  const level: unknown = given ?? 'errors'
  if (!levels.includes(level)) {
    throw new TypeError(`expected environment to be 'errors', 'all' or 'off', got ${String(level)}`)
  }
  return level as EnvironmentLevel
}
