import type { CDPSession, Frame, Page } from 'playwright'

const sessions = new WeakMap<Page | Frame, Promise<CDPSession | undefined>>()

/**
 * The session of our own with Chromium's tools for a page, or for a frame that lives in a process of its own. Opened once and
 * kept until it ends with what it is for. Undefined where there is none: in other browsers, and for a frame that shares its page's.
 */
export function openSession(target: Page | Frame): Promise<CDPSession | undefined> {
  const known = sessions.get(target)
  if (known) return known
  const opening = open(target)
  sessions.set(target, opening)
  return opening
}

async function open(target: Page | Frame): Promise<CDPSession | undefined> {
  try {
    const page = 'mainFrame' in target ? target : target.page()
    const session = await page.context().newCDPSession(target)
    session.once('close', () => sessions.delete(target))
    return session
  } catch {
    return undefined // who asked does without
  }
}

/** Close it and ask again the next time: a frame may have moved into another process, a page may have crashed. */
export function forgetSession(target: Page | Frame): void {
  const known = sessions.get(target)
  sessions.delete(target)
  void known?.then((session) => session?.detach()).catch(() => {}) // a page that is gone took the session with it
}
