import type { CDPSession, Frame, Page } from 'playwright'
import { failureMessage } from './failure.ts'
import { watchPage, type BegunDownload } from './watch.ts'

/** A session of our own with Chromium's tools, none of whose calls shows in what a user sees of Playwright. */
export interface OwnSession {
  readonly send: CDPSession['send']
  readonly on: CDPSession['on']
}

const sessions = new WeakMap<Page | Frame, Promise<OwnSession | undefined>>()

/**
 * Call Playwright without a mark in the user's traces, reports and `DEBUG=pw:api`. Playwright's client has such a way for its own
 * tools; it is not public, so where it is gone the call is made as any other.
 */
export function callQuietly<T>(owner: object, call: () => Promise<T>): Promise<T> {
  const { _wrapApiCall: wrap } = owner as { _wrapApiCall?: unknown }
  if (typeof wrap !== 'function') return call()
  return Reflect.apply(wrap, owner, [call, { internal: true, title: 'look' }]) as Promise<T>
}

/**
 * Open the session of our own for a page, or for a frame that lives in a process of its own. It is kept until it ends with
 * what it is for, and never closed before: Chromium dismisses an open dialog when a session is.
 *
 * @returns undefined in other browsers and for a frame that shares its page's session, which are not asked again before they
 *   navigate; and where it could not be opened just now
 */
export function openSession(target: Page | Frame): Promise<OwnSession | undefined> {
  const known = sessions.get(target)
  if (known) return known
  const forget = (): void => {
    if (sessions.get(target) === opening) sessions.delete(target)
  }
  const page = 'mainFrame' in target ? target : target.page()
  const opening = open(page, target, forget).catch((error: unknown) => {
    const message = failureMessage(error)
    if (message.includes('does not have a separate CDP session'))
      watchPage(page).afterNavigation(target as Frame, forget)
    else if (!message.includes('only available in Chromium')) forget()
    return undefined // who asked does without
  })
  sessions.set(target, opening)
  return opening
}

async function open(page: Page, target: Page | Frame, onEnd: () => void): Promise<OwnSession> {
  const session = await callQuietly(page, () => page.context().newCDPSession(target))
  session.once('close', onEnd)
  const send = (method: string, params?: object): Promise<unknown> =>
    callQuietly(page, () => session.send(method as 'Page.enable', params as undefined))
  if (page === target) {
    // Said at once of a page that crashed before.
    session.on('Inspector.targetCrashed', () => watchPage(page).end('page_crashed'))
    session.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId === undefined) watchPage(page).leave()
    })
    send('Inspector.enable').catch(() => {}) // a page that is gone says so elsewhere
    followDownloads(page, session)
  }
  return { send: send as CDPSession['send'], on: session.on.bind<CDPSession['on']>(session) }
}

/** Hear of downloads that break off. Playwright tells that only to who waits for each of them. */
function followDownloads(page: Page, session: CDPSession): void {
  const begun = new Map<string, BegunDownload>()
  session.on('Page.downloadWillBegin', ({ guid, ...download }) => void begun.set(guid, download))
  session.on('Page.downloadProgress', ({ guid, state }) => {
    if (state === 'inProgress') return
    const download = begun.get(guid)
    begun.delete(guid)
    if (download && state === 'canceled') watchPage(page).breakDownload(download)
  })
}
