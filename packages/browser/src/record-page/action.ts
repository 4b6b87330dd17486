import type { Page } from 'playwright'
import type { CaptureSession } from '../capture/session.ts'
import { isLive, nameOf } from '../capture/playwright-values.ts'
import type { Aim } from '../target/target.ts'

/** A call of the user's script that is a step. */
export interface RecordedCall {
  readonly page: Page
  readonly actionName: string
  readonly actionArgs: Record<string, unknown>
  /** Look at what it is aimed at, for a second at most, and no longer than it runs. */
  readonly aim: (over: AbortSignal) => Promise<Aim>
  /** The arguments hold what is typed. */
  readonly isTyping: boolean
  /** Look again where the first look saw nothing: after the action its element must be there. */
  readonly isSensitive?: (() => Promise<boolean | undefined>) | undefined
}

/** Runs a call of the user's script and records it as a step. */
export type ActionRecorder = <T>(call: RecordedCall, execute: () => T | PromiseLike<T>) => Promise<T>

/** Record actions as steps, each followed by a probe. They start in the order they were called. */
export function createActionRecorder(session: CaptureSession): ActionRecorder {
  return ({ page, actionName, actionArgs, isTyping, ...call }, execute) => {
    const aim = (over: AbortSignal): Promise<Aim> => call.aim(over).catch(undescribed)
    // Typed text goes unmarked only when its field was seen to be a plain one.
    const aimAfter = async (
      { sensitive }: Aim,
      { threw, isFocusSensitive }: { threw: boolean; isFocusSensitive: boolean | undefined },
    ): Promise<boolean> => {
      if (sensitive !== undefined || !isTyping) return sensitive ?? false
      const seen = threw ? undefined : await call.isSensitive?.().catch(() => undefined)
      return seen ?? (threw ? undefined : isFocusSensitive) ?? true
    }
    return session.step(
      page,
      { details: { actionName, actionArgs }, aim, aimAfter, isTyping, isCompared: isTyping, isProbed: true },
      execute,
    )
  }
}

/** A target that cannot be described is an action without one; the action itself goes on. */
function undescribed(): Aim {
  return {}
}

/** The arguments of a call by name, as plain data read at the moment of the call. What follows the named ones is `options`. */
export function toActionArgs(names: readonly string[], args: readonly unknown[]): Record<string, unknown> {
  const entries = [...names, 'options'].map((name, index) => [name, readArgument(args[index])] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function readArgument(value: unknown): unknown {
  try {
    return toPlainArgument(value, 0)
  } catch {
    return '[unreadable]' // Playwright will say what it thinks of such an argument
  }
}

/** Locators stand as one would write them; an abort signal is left out. */
function toPlainArgument(value: unknown, depth: number): unknown {
  if (isLive(value)) return nameOf(value)
  if (depth > 4) return value
  if (Array.isArray(value)) return value.map((item) => toPlainArgument(item, depth + 1))
  if (!isPlainObject(value)) return value
  const entries = Object.entries(value).filter(([key, item]) => key !== 'signal' && item !== undefined)
  return Object.fromEntries(entries.map(([key, item]) => [key, toPlainArgument(item, depth + 1)]))
}

/** Tells whether a value was written as `{...}`. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
