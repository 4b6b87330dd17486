import type { BrowserContext, Page } from 'playwright'
import type { CaptureSession } from '../capture/session.ts'
import { originalOf, standFor } from '../page/watch.ts'
import { createActionRecorder, isPlainObject } from './action.ts'
import { describeCall, type TrackedPage } from './describe-call.ts'
import type { RecordedKind } from './page-actions.ts'

type Method = (...args: unknown[]) => unknown
/** The kinds whose calls may be steps, and those that only lead to a page. */
type TwinKind = RecordedKind | 'context' | 'lead'

const inputDevices: ReadonlySet<PropertyKey> = new Set(['keyboard', 'mouse', 'touchscreen'])
/** Calls that are no steps and may change what a probe is to show. */
const changesPage: ReadonlySet<string> = new Set([
  'close',
  'evaluate',
  'evaluateAll',
  'evaluateHandle',
  '$eval',
  '$$eval',
  'addScriptTag',
  'addStyleTag',
  'setViewportSize',
  'emulateMedia',
])
/** Methods by which an object of Playwright's leads to a page: frames, requests, responses, routes, messages, dialogs, downloads, ... */
const leadsToPage = ['page', 'frame', 'request'] as const
/** Calls whose functions run here, and are given objects of Playwright's. All others may be for the page. */
const callsBack: ReadonlySet<string> = new Set([
  ...['on', 'once', 'addListener', 'prependListener', 'off', 'removeListener'],
  ...['waitForEvent', 'waitForRequest', 'waitForResponse'],
  ...['route', 'unroute', 'exposeBinding', 'addLocatorHandler'],
])

/** Makes the recording twins of Playwright's objects: one for each, the same each time. */
export interface PageRecorder {
  /** The twin of a page. */
  record(page: Page): Page
  /** The twin of a context: from now on whatever leads to the context gives it. */
  recordContext(context: BrowserContext): BrowserContext
}

/**
 * Make what turns pages into pages that record what a script does with them. Whatever a twin gives, or a function that it was
 * given is called with, is a twin too where it leads to a page; Playwright is given its own objects alone.
 */
export function createPageRecorder(session: CaptureSession): PageRecorder {
  const record = createActionRecorder(session)
  const twins = new WeakMap<object, object>()
  const functions = new WeakMap<Method, Method>()
  const tracked = new WeakMap<object, TrackedPage>()
  let locatorPrototypes: readonly { kind: RecordedKind; prototype: unknown }[] = []

  const twinOf = <T extends object>(original: T, kind: TwinKind, of: TrackedPage | undefined): T => {
    const known = twins.get(original)
    if (known) return known as T
    const methods = new Map<Method, Method>()
    const twin = new Proxy(original, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target)
        if (kind === 'page' && inputDevices.has(key)) return twinOf(value as object, key as RecordedKind, of)
        if (typeof value !== 'function' || key === 'constructor' || typeof key === 'symbol') return value
        const method = methods.get(value as Method) ?? recordMethod(target, kind, of, key, value as Method)
        methods.set(value as Method, method)
        return method
      },
    })
    twins.set(original, twin)
    standFor(twin, original)
    return twin
  }

  const recordMethod = (
    target: object,
    kind: TwinKind,
    of: TrackedPage | undefined,
    name: string,
    original: Method,
  ): Method => {
    return (...given) => {
      const own = given.map((arg) => unwrap(arg))
      const args = callsBack.has(name) ? own.map(withTwins) : own
      const execute = (): unknown => original.apply(target, args)
      // Playwright's own, such as `expect`, does with it what it does without.
      if (name.startsWith('_')) return execute()
      if (kind === 'context') session.watchContext(target as BrowserContext)
      const isAct = of && kind !== 'context' && kind !== 'lead' && session.isListening()
      const action = isAct ? describeCall(of, { target, kind, name, args }) : undefined
      if (action) return record(action, execute).then((value) => wrap(value, of))
      if (changesPage.has(name)) return isAct ? session.barrier(of.page).then(execute) : execute()
      return wrapResult(execute(), of)
    }
  }

  const recordOne = (page: Page): Page => {
    locatorPrototypes = [
      { kind: 'locator', prototype: Object.getPrototypeOf(page.locator('html')) },
      { kind: 'frameLocator', prototype: Object.getPrototypeOf(page.frameLocator('iframe')) },
    ]
    session.watch(page)
    return twinOf(page, 'page', trackedOf(page))
  }

  const trackedOf = (page: Page): TrackedPage => {
    const known = tracked.get(page) ?? { page }
    tracked.set(page, known)
    return known
  }

  const wrapResult = (value: unknown, of: TrackedPage | undefined): unknown =>
    value instanceof Promise ? value.then((given: unknown) => wrap(given, of)) : wrap(value, of)

  /** Give a script the twins in the place of what leads to a page, in a list too. */
  const wrap = (value: unknown, of: TrackedPage | undefined): unknown => {
    if (!Array.isArray(value)) return wrapOne(value, of)
    const items = value.map((item) => wrapOne(item, of))
    return items.some((item, index) => item !== value[index]) ? items : value
  }

  const wrapOne = (value: unknown, of: TrackedPage | undefined): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const known = twins.get(value)
    if (known) return known
    const locator = locatorPrototypes.find(({ prototype }) => prototype === Object.getPrototypeOf(value))
    if (locator) return twinOf(value, locator.kind, of ?? pageOf(value))
    if (isPlainObject(value)) return value
    if (hasMethod(value, 'mainFrame')) return recordOne(value as unknown as Page)
    return leadsToPage.some((name) => hasMethod(value, name)) ? twinOf(value, 'lead', pageOf(value) ?? of) : value
  }

  const pageOf = (value: object): TrackedPage | undefined => {
    try {
      return hasMethod(value, 'page') ? trackedOf(value.page() as Page) : undefined
    } catch {
      return undefined // of a worker, or of a page that is not there yet
    }
  }

  /** Call a function of the script with twins, also those in the source of a binding; a predicate in options too. */
  const withTwins = (given: unknown): unknown => {
    if (isPlainObject(given) && typeof given['predicate'] === 'function')
      return { ...given, predicate: withTwins(given['predicate']) }
    if (typeof given !== 'function') return given
    const known = functions.get(given as Method)
    if (known) return known
    function called(this: unknown, ...args: unknown[]): unknown {
      return Reflect.apply(given as Method, wrap(this, undefined), args.map(wrapArgument))
    }
    functions.set(given as Method, called)
    return called
  }

  const wrapArgument = (arg: unknown): unknown => {
    if (!isPlainObject(arg)) return wrap(arg, undefined)
    const entries = Object.entries(arg).map(([key, item]) => [key, wrap(item, undefined)] as const)
    return entries.some(([key, item]) => item !== arg[key]) ? Object.fromEntries(entries) : arg
  }

  return {
    record: recordOne,
    recordContext: (context) => twinOf(context, 'context', undefined),
  }
}

function hasMethod<K extends string>(value: object, name: K): value is Record<K, () => unknown> {
  return typeof (value as Record<string, unknown>)[name] === 'function'
}

/** Give Playwright its own objects: also those in options such as `{ has }` and `{ mask: [] }`. */
function unwrap(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > 3) return value
  const original = originalOf(value)
  if (original !== value) return original
  if (Array.isArray(value)) {
    const items = value.map((item) => unwrap(item, depth + 1))
    return items.some((item, index) => item !== value[index]) ? items : value
  }
  if (!isPlainObject(value)) return value
  const entries = Object.entries(value).map(([key, item]) => [key, unwrap(item, depth + 1)] as const)
  return entries.some(([key, item]) => item !== value[key]) ? Object.fromEntries(entries) : value
}
