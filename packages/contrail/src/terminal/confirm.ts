import type { Readable, Writable } from 'node:stream'
import { toPrintable } from './printable.ts'

/** Asks a question that is answered with yes or no; no is the default, and what Ctrl-C means. */
export type Confirm = (question: string) => Promise<boolean>

/** A way to ask whoever sits at the terminal; `undefined` where nobody does, or one JSON document is wanted. */
export function createConfirm(
  { stdin, stdout }: { stdin: Readable & { isTTY?: boolean }; stdout: Writable & { isTTY?: boolean } },
  json: boolean,
): Confirm | undefined {
  if (json || !stdin.isTTY || !stdout.isTTY) return undefined
  return async (question) => {
    const { confirm } = await import('@clack/prompts')
    const message = toPrintable(question, 400)
    // Cancelled, it is a symbol.
    return (await confirm({ message, initialValue: false, input: stdin, output: stdout })) === true
  }
}
