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
 * @param options.holdsProcess a wait that holds a process open until its limit; default true. Without effect in a page
 * @throws {TimeLimitError} when the limit came first; else what the work itself threw
 */
export async function withTimeLimit<T>(
  limitMs: number,
  work: () => PromiseLike<T> | T,
  options: { holdsProcess?: boolean } = {},
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeLimitError(limitMs)), Math.max(0, limitMs))
    // In Node a timer is an object that can let the process end; in a page it is a number.
    if (options.holdsProcess === false) (timer as { unref?: () => void }).unref?.()
  })
  try {
    // The race handles both promises, so that the loser's rejection is never an unhandled one.
    return await Promise.race([(async () => work())(), limit])
  } finally {
    clearTimeout(timer)
  }
}
