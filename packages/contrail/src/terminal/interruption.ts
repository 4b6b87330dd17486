import process from 'node:process'

/** A signal that somebody gives by Ctrl-C, as long as it is open. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal
}

/**
 * Take Ctrl-C, and what asks a process to end, as a wish to stop at the next good moment. A second one ends the process at once.
 *
 * @param onInterrupt is told of the first
 */
export function openInterruption(onInterrupt: () => void): Interruption {
  const abort = new AbortController()
  const stop = (): void => {
    // Whoever asks again gets what he would have got without us.
    close()
    abort.abort()
    onInterrupt()
  }
  const close = (): void => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.removeListener(name, stop)
  }
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop)
  return { signal: abort.signal, [Symbol.dispose]: close }
}
