import type { Page } from 'playwright'
import type { BenchAction } from '../site/script.ts'

/** A way to record the steps of the script, ours or a peer's. */
export interface BenchRecorder {
  /** Do one step, and have it recorded as this recorder does it. */
  step(action: BenchAction, execute: () => Promise<unknown>): Promise<void>
  /** Wait for evidence of the last step that is still being taken. */
  settle?(): Promise<void>
  /** Close the recording: after this its files are whole. */
  finish(): Promise<void>
}

/**
 * Begin to record a page.
 *
 * @param directory an empty folder for its files
 */
export type OpenRecorder = (page: Page, directory: string) => Promise<BenchRecorder>

/** Describe an action to a recorder: its arguments and a reason beside its name. */
export function describeAction({ name, ...actionArgs }: BenchAction): {
  actionName: string
  actionArgs: Record<string, unknown>
  reasoning: string
} {
  return { actionName: name, actionArgs, reasoning: `The next thing to do is to ${name}.` }
}
