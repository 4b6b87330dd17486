import type { CDPSession, Page } from 'playwright'

/** Something that was asked of a page, and how long its answer took. Times are those of `performance.now()`. */
export interface WatchedCall {
  /** Of a method, `page.title` or `Page.captureScreenshot`; of what runs in the page, the name of the function. */
  readonly name: string
  readonly startMs: number
  readonly endMs: number
}

/**
 * Note from outside what is asked of a page: its pictures, trees and titles, the functions that are run in its main frame, and
 * all that goes through sessions with Chromium's tools that are opened from now on. What stands in the page as text is the
 * agent's and is not noted.
 *
 * @returns the calls that were answered, in the order of their answers; more come
 */
export function watchCalls(page: Page): readonly WatchedCall[] {
  const calls: WatchedCall[] = []
  const note = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const startMs = performance.now()
    try {
      return await work()
    } finally {
      calls.push({ name, startMs, endMs: performance.now() })
    }
  }
  for (const name of ['screenshot', 'ariaSnapshot', 'title'] as const) {
    const original = page[name].bind(page) as (...args: unknown[]) => Promise<unknown>
    page[name] = ((...args: unknown[]) => note(`page.${name}`, () => original(...args))) as never
  }
  const frame = page.mainFrame()
  const evaluate = frame.evaluate.bind(frame) as (...args: unknown[]) => Promise<unknown>
  frame.evaluate = ((...args: unknown[]) =>
    typeof args[0] === 'function' ? note(args[0].name, () => evaluate(...args)) : evaluate(...args)) as never
  const context = page.context()
  const open = context.newCDPSession.bind(context)
  context.newCDPSession = async (target) => watchSession(await open(target), note)
  return calls
}

function watchSession(session: CDPSession, note: <T>(name: string, work: () => Promise<T>) => Promise<T>): CDPSession {
  const send = session.send.bind(session) as (method: string, params?: object) => Promise<unknown>
  session.send = ((method: string, params: { functionDeclaration?: string } = {}) =>
    note(functionName(params.functionDeclaration) ?? method, () => send(method, params))) as never
  return session
}

/** The first that is called in it. */
function functionName(declaration: string | undefined): string | undefined {
  return /\bfunction (\w+)/.exec(declaration ?? '')?.[1]
}
