import type { CDPSession, Frame, Page } from 'playwright'
import { failureMessage } from './failure.ts'

const sessions = new WeakMap<Page | Frame, Promise<CDPSession | undefined>>()

/**
 * The session of our own with Chromium's tools for a page, or for a frame that lives in a process of its own. Opened once and
 * kept until it ends with what it is for. Undefined where there is none: in other browsers, which are not asked again; for a
 * frame that shares its page's; and where it could not be opened just now.
 */
export function openSession(target: Page | Frame): Promise<CDPSession | undefined> {
  const known = sessions.get(target)
  if (known) return known
  const forget = (): void => {
    if (sessions.get(target) === opening) sessions.delete(target)
  }
  const opening = open(target).then(
    (session) => {
      session.once('close', forget)
      return session
    },
    (error: unknown) => {
      if (!failureMessage(error).includes('only available in Chromium')) forget()
      return undefined // who asked does without
    },
  )
  sessions.set(target, opening)
  return opening
}

async function open(target: Page | Frame): Promise<CDPSession> {
  const page = 'mainFrame' in target ? target : target.page()
  return page.context().newCDPSession(target)
}

/** Close it and ask again the next time: a frame may have moved into another process, a page may have crashed. */
export function forgetSession(target: Page | Frame): void {
  const known = sessions.get(target)
  sessions.delete(target)
  void known?.then((session) => session?.detach()).catch(() => {}) // a page that is gone took the session with it
}
