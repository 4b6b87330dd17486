/** Hears what goes wrong beside the agent. */
export type WarningListener = (message: string, cause?: unknown) => void

/**
 * A listener for warnings that cannot harm the agent, whatever it does: throw, reject or hang.
 *
 * @param listener default `console.warn`
 */
export function containedWarning(listener: WarningListener = warnOnConsole): WarningListener {
  return (message, cause) => {
    try {
      // Nobody is left to be told that a warning could not be told.
      Promise.resolve(listener(message, cause)).catch(() => undefined)
    } catch {
      // As above.
    }
  }
}

function warnOnConsole(message: string, cause?: unknown): void {
  if (cause === undefined) console.warn(message)
  else console.warn(message, cause)
}
