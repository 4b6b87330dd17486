import type { BrowserContext, Page } from 'playwright'
import type { CaptureSession } from '../capture/session.ts'
import { describeCall, type TrackedPage } from './describe-call.ts'
import type { RecordedKind } from './page-actions.ts'
import { createActionRecorder, isPlainObject } from './action.ts'

type Method = (...args: unknown[]) => unknown

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
/** Calls whose promise gives locators or pages. */
const givesLive: ReadonlySet<string> = new Set(['all', 'normalize', 'pickLocator', 'opener'])

/** Makes the recording twins of Playwright's objects. */
export interface PageRecorder {
  /** The twin of a page: the same one each time. */
  record(page: Page): Page
  /** The value that a script gave, with Playwright's own objects in the place of twins. */
  unwrap(value: unknown): unknown
}

/**
 * Make what turns pages into pages that record what a script does with them.
 *
 * @param contextOf gives the twin of the context of a page. Default: the context itself
 */
export function createPageRecorder(
  session: CaptureSession,
  contextOf: (context: BrowserContext) => BrowserContext = (context) => context,
): PageRecorder {
  const record = createActionRecorder(session)
  const recorded = new WeakMap<object, object>()
  const originals = new WeakMap<object, object>()
  let locatorPrototypes: readonly { kind: RecordedKind; prototype: unknown }[] = []

  const recordObject = <T extends object>(original: T, kind: RecordedKind, tracked: TrackedPage): T => {
    const known = recorded.get(original)
    if (known) return known as T
    const methods = new Map<Method, Method>()
    const proxy = new Proxy(original, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target)
        if (kind === 'page' && inputDevices.has(key)) return recordObject(value as object, key as RecordedKind, tracked)
        if (typeof value !== 'function' || key === 'constructor' || typeof key === 'symbol') return value
        const method = methods.get(value as Method) ?? recordMethod(target, kind, tracked, key, value as Method)
        methods.set(value as Method, method)
        return method
      },
    })
    recorded.set(original, proxy)
    originals.set(proxy, original)
    return proxy
  }

  const recordMethod = (
    target: object,
    kind: RecordedKind,
    tracked: TrackedPage,
    name: string,
    original: Method,
  ): Method => {
    return (...given) => {
      // A locator handler is given back the locator it was registered with, which should be a recorded one.
      const args = name === 'addLocatorHandler' ? given : given.map((arg) => unwrap(arg))
      const execute = (): unknown => original.apply(target, args)
      const action = session.isListening() ? describeCall(tracked, { target, kind, name, args }) : undefined
      if (action) return record(action, execute)
      if (changesPage.has(name) && session.isListening()) return session.barrier(tracked.page).then(execute)
      const result = execute()
      if (name === 'waitForEvent' && args[0] === 'popup') return (result as Promise<Page>).then(recordOne)
      if (kind === 'page' && name === 'context') return contextOf(result as BrowserContext)
      if (givesLive.has(name)) return (result as Promise<unknown>).then((value) => wrapAll(value, tracked))
      return wrap(result, tracked)
    }
  }

  const recordOne = (page: Page): Page => {
    locatorPrototypes = [
      { kind: 'locator', prototype: Object.getPrototypeOf(page.locator('html')) },
      { kind: 'frameLocator', prototype: Object.getPrototypeOf(page.frameLocator('iframe')) },
    ]
    session.watch(page)
    return recordObject(page, 'page', { page })
  }

  /** Give a script the recorded twin of a locator, and of anything that has one already. */
  const wrap = (value: unknown, tracked: TrackedPage): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const known = recorded.get(value)
    if (known) return known
    const locator = locatorPrototypes.find(({ prototype }) => prototype === Object.getPrototypeOf(value))
    return locator ? recordObject(value, locator.kind, tracked) : value
  }

  const wrapAll = (value: unknown, tracked: TrackedPage): unknown =>
    Array.isArray(value) ? value.map((item) => wrap(item, tracked)) : wrap(value, tracked)

  /** Give Playwright its own objects: also those in options such as `{ has }` and `{ mask: [] }`. */
  const unwrap = (value: unknown, depth = 0): unknown => {
    if (typeof value !== 'object' || value === null || depth > 3) return value
    const original = originals.get(value)
    if (original) return original
    if (Array.isArray(value)) {
      const items = value.map((item) => unwrap(item, depth + 1))
      return items.some((item, index) => item !== value[index]) ? items : value
    }
    if (!isPlainObject(value)) return value
    const entries = Object.entries(value).map(([key, item]) => [key, unwrap(item, depth + 1)] as const)
    return entries.some(([key, item]) => item !== value[key]) ? Object.fromEntries(entries) : value
  }

  return { record: recordOne, unwrap: (value) => unwrap(value) }
}
