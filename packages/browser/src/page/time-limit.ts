/** The work was not done within its time limit. It may still be going on; nobody waits for it any more. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError'

  constructor(limitMs: number) {
    super(`not done within ${Math.round(limitMs)} ms`)
  }
}

/**
 * Wait for work at most `limitMs`.
 * Work that fails after its limit is not reported: whoever gave it up has already been told.
 *
 * @throws {TimeLimitError} when the limit came first; else what the work itself threw
 */
export async function withTimeLimit<T>(limitMs: number, work: () => PromiseLike<T> | T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeLimitError(limitMs)), Math.max(0, limitMs))
  })
  try {
    // The race handles both promises, so that the loser's rejection is never an unhandled one.
    return await Promise.race([(async () => work())(), limit])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Check a caller's time limit or size.
 *
 * @throws {TypeError} unless the value is a positive finite number
 */
export function assertPositive(name: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) {
    throw new TypeError(`expected ${name} to be a positive number, got ${String(value)}`)
  }
}
