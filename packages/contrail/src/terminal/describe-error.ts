import { isContrailError, messageOf } from '@contrail/core'
import { CommanderError } from 'commander'
import type { CommandResult, ExitCode } from './command-result.ts'
import { toPrintable } from './printable.ts'
import { UsageError } from './usage-error.ts'

/** Longest line of a message, in characters: the commands that it names are told whole. */
const lineLimit = 2_000

/** An error as it is printed in JSON. */
export class Problem {
  readonly error: { code: string; message: string; details: unknown }
  constructor(code: string, message: string, details: unknown = {}) {
    this.error = { code, message, details }
  }
}

/** A refusal of the world is 2, wrong usage 64. Anything else is a bug of ours and shown as one, with its stack. */
export function describeError(error: unknown): CommandResult {
  if (isContrailError(error)) {
    return problem(2, error.message, new Problem(error.code, error.message, plainDetails(error.details)))
  }
  if (error instanceof CommanderError)
    return problem(64, error.message, new Problem('USAGE', error.message.replace(/^error: /, '')))
  if (error instanceof UsageError) return problem(64, `error: ${error.message}`, new Problem('USAGE', error.message))
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return problem(2, stack, new Problem('UNEXPECTED', messageOf(error)))
}

function problem(exitCode: ExitCode, message: string, json: Problem): CommandResult {
  const lines = message.split('\n').map((line) => toPrintable(line, lineLimit))
  return { exitCode, text: lines.join('\n'), json }
}

/** Facts alone: a detail that is a whole trajectory, an error or a function says nothing on a terminal. */
function plainDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isFact = (value: unknown): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value)
  return Object.fromEntries(
    Object.entries(details).filter(([, value]) => (Array.isArray(value) ? value.every(isFact) : isFact(value))),
  )
}
