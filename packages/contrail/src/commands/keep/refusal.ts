import { toPrintable } from '../../terminal/printable.ts'
import { formatPath } from '../../terminal/places.ts'
import type { Paint } from '../../terminal/command-result.ts'
import { isContrailError, messageOf } from '@contrail/core'

/** A recording that a command could not work on, and why. */
export interface Refusal {
  readonly directory: string
  readonly code: string
  readonly message: string
}

/** Make a refusal of whatever was thrown about a recording. */
export function toRefusal(directory: string, cause: unknown): Refusal {
  if (isContrailError(cause)) return { directory, code: cause.code, message: cause.message }
  return { directory, code: 'UNEXPECTED', message: messageOf(cause) }
}

/** Tell a refusal on a line. */
export function tellRefusal({ directory, message }: Refusal, cwd: string, paint: Paint): string {
  return `${paint('bad', 'refused')}  ${formatPath(directory, cwd)}: ${toPrintable(message, 300)}`
}
