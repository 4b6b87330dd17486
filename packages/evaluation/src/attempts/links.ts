import type { TaskSpec } from '@contrail/core'
import { fieldOf, numberOf, textOf } from '../run/texts.ts'

/** The link between the attempts of a loop, as `taskSpec.attempt`. */
export interface AttemptLink {
  readonly loop: string
  /** From 1. */
  readonly number: number
  /** `<runId>/<taskId>` of the first attempt. */
  readonly of: string
}

/** Link a task to its loop. */
export function toAttemptTask(taskSpec: TaskSpec, loop: string, number: number): TaskSpec {
  return { ...taskSpec, attempt: { loop, number, of: `${loop}-1/${taskSpec.id}` } }
}

/** Tell the link of a recording, if it is an attempt of a loop. */
export function attemptOf({ task }: { readonly task: Readonly<Record<string, unknown>> }): AttemptLink | undefined {
  const link = task['attempt']
  const [loop, number, of] = [
    textOf(fieldOf(link, 'loop')),
    numberOf(fieldOf(link, 'number')),
    textOf(fieldOf(link, 'of')),
  ]
  return loop !== undefined && number !== undefined && of !== undefined ? { loop, number, of } : undefined
}
