import type { EvidenceSink } from '@contrail/core'
import type { BrowserContext, Page } from 'playwright'
import type { CaptureOptions } from '../capture/options.ts'
import { createCaptureSession } from '../capture/session.ts'
import { createPageRecorder } from './page-recorder.ts'

type Method = (...args: unknown[]) => unknown
type Listener = (page: Page) => unknown

const addsListener: ReadonlySet<string> = new Set(['on', 'once', 'addListener', 'prependListener'])
const removesListener: ReadonlySet<string> = new Set(['off', 'removeListener'])

/**
 * A context that does what the given one does, and records every page that there is in it and that will be, each as `recordPage`
 * does: those from `newPage`, `pages`, `waitForEvent('page')` and listeners for `page` are recording ones, and give this context as
 * theirs. What any of its pages does by itself is recorded too, also of one that the script never touches. All steps are
 * of one source, so that their order is that of the script.
 *
 * @returns the context itself without a sink; with one nothing is recorded or spent while nobody listens
 * @throws {TypeError} for options that make no sense
 * @example
 * const recording = recordContext(page.context(), recorder.onEvidence)
 * const shop = await recording.newPage()
 * await shop.goto('https://shop.example')
 */
export function recordContext(
  context: BrowserContext,
  sink: EvidenceSink | undefined,
  options: CaptureOptions = {},
): BrowserContext {
  const session = createCaptureSession(sink, options)
  if (!sink) return context
  const { record, unwrap } = createPageRecorder(session, (of) => (of === context ? recording : of))
  const twins = new WeakMap<Listener, Listener>()
  const methods = new Map<Method, Method>()
  session.watchContext(context)

  const recordMethod = (name: string, original: Method): Method => {
    return (...given) => {
      session.watchContext(context)
      const args = given.map(unwrap)
      if (args[0] === 'page' && addsListener.has(name)) args[1] = twinOf(args[1] as Listener)
      if (args[0] === 'page' && removesListener.has(name)) args[1] = twins.get(args[1] as Listener) ?? args[1]
      const result = original.apply(context, args)
      if (result === context) return recording
      if (name === 'pages') return (result as Page[]).map(record)
      const givesPage = name === 'newPage' || (name === 'waitForEvent' && args[0] === 'page')
      return givesPage ? (result as Promise<Page>).then(record) : result
    }
  }

  const twinOf = (listener: Listener): Listener => {
    const twin = twins.get(listener) ?? ((page) => listener(record(page)))
    twins.set(listener, twin)
    return twin
  }

  const recording = new Proxy(context, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function' || key === 'constructor' || typeof key === 'symbol') return value
      const method = methods.get(value as Method) ?? recordMethod(key, value as Method)
      methods.set(value as Method, method)
      return method
    },
  })
  return recording
}
