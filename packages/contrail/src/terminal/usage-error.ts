/** A mistake in what was typed: the program says it and exits with 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
