import type { Locator, Page } from 'playwright'
import { actionsOf, typingActions, type RecordedKind } from './page-actions.ts'
import { nameOf } from '../capture/playwright-values.ts'
import { isPlainObject, toActionArgs, type RecordedCall } from './action.ts'
import { describeFocus, describeTarget, isSensitive, type Aim } from '../target/target.ts'

/** A page with where its mouse was last told to be, in CSS pixels. */
export interface TrackedPage {
  readonly page: Page
  pointer?: { x: number; y: number }
}

/** A call of the user's script on one of Playwright's objects. */
export interface ScriptCall {
  readonly target: object
  readonly kind: RecordedKind
  readonly name: string
  readonly args: readonly unknown[]
}

/**
 * Say what a call means as a step: its name as in Playwright (`click`, `keyboard.press`), its arguments by name, and how
 * to look at what it is aimed at.
 *
 * @returns undefined for a call that is no action
 */
export function describeCall(tracked: TrackedPage, call: ScriptCall): RecordedCall | undefined {
  const { target, kind, name, args } = call
  const argumentNames = Object.hasOwn(actionsOf[kind], name) ? actionsOf[kind][name] : undefined
  if (!argumentNames) return undefined
  const onElement = kind === 'page' || kind === 'locator'
  const options = args[argumentNames.length]
  const locator = kind === 'locator' ? (target as Locator) : selectedBy(tracked.page, argumentNames[0], args[0])
  const aim = (over: AbortSignal): Promise<Aim> => {
    if (locator) return describeTarget(tracked.page, locator, { ...aimOptions(kind, options), over })
    return kind === 'keyboard' ? describeFocus(tracked.page) : Promise.resolve(pointOf(tracked, kind, name, args))
  }
  return {
    page: tracked.page,
    actionName: onElement ? name : `${kind}.${name}`,
    actionArgs: {
      ...(kind === 'locator' ? { locator: nameOf(target) } : {}),
      ...toActionArgs(argumentNames, args),
    },
    isTyping: (onElement || kind === 'keyboard') && typingActions.has(name),
    aim,
    isSensitive: locator && (() => isSensitive(locator)),
  }
}

function selectedBy(page: Page, firstArgument: string | undefined, value: unknown): Locator | undefined {
  const isSelector = firstArgument === 'selector' || firstArgument === 'source'
  return isSelector && typeof value === 'string' ? page.locator(value) : undefined
}

/** A locator's action refuses several matches; a page's takes the first, unless it is told to be strict. */
function aimOptions(kind: RecordedKind, options: unknown): Omit<Parameters<typeof describeTarget>[2], 'over'> {
  const given = isPlainObject(options) ? options : {}
  const position = given['position'] ?? given['sourcePosition']
  return {
    strict: kind === 'locator' || given['strict'] === true,
    position: isPoint(position) ? position : undefined,
    timeoutMs: typeof given['timeout'] === 'number' ? given['timeout'] : undefined,
  }
}

/** The mouse acts where it was last moved to; a finger where it is put. */
function pointOf(tracked: TrackedPage, kind: RecordedKind, name: string, args: readonly unknown[]): Aim {
  const point = { x: args[0], y: args[1] }
  if (kind === 'touchscreen') return isPoint(point) ? { target: { point } } : {}
  if (kind !== 'mouse') return {}
  if (name !== 'wheel' && isPoint(point)) tracked.pointer = point
  return tracked.pointer ? { target: { point: tracked.pointer } } : {}
}

function isPoint(value: unknown): value is { x: number; y: number } {
  if (typeof value !== 'object' || value === null) return false
  const { x, y } = value as { x?: unknown; y?: unknown }
  return typeof x === 'number' && typeof y === 'number'
}
