import type { Writable } from 'node:stream'
import { defaultColumns, fit } from './fit.ts'
import { toPrintable } from './printable.ts'

/**
 * Say on stderr what is being done: with a mark where that is a terminal, as plain lines where it is not, and nothing
 * without streams. Not a spinner: that would take the terminal's input and with it Ctrl-C.
 */
export async function createProgress(
  streams: { stderr: Writable & { isTTY?: boolean; columns?: number } } | undefined,
): Promise<(message: string) => void> {
  if (!streams) return () => undefined
  const { stderr } = streams
  if (!stderr.isTTY) return (message) => void stderr.write(`${toPrintable(message)}\n`)
  const { log } = await import('@clack/prompts')
  return (message) =>
    log.step(fit(toPrintable(message), stderr.columns || defaultColumns), {
      output: stderr,
      withGuide: false,
      spacing: 0,
    })
}
