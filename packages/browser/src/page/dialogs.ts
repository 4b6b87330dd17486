import type { Dialog } from '@contrail/core'
import type { Page } from 'playwright'
import { openSession } from './cdp-session.ts'

/** The dialogs of a page since it is watched. */
export interface PageDialogs {
  /** The one that is open: the page answers nothing until it is closed. */
  open(): Dialog | undefined
  /** Call a listener when one opens, at once where one is open, until what is given back is called. */
  onOpened(listener: () => void): () => void
  /**
   * Call a listener with each one that opens, and again when it is answered, as long as whoever gave it holds it.
   */
  onChanged(listener: (dialog: Dialog) => void): void
}

const known = new WeakMap<Page, PageDialogs>()

/**
 * Watch the dialogs of a page, by the session of our own: a listener of Playwright's would change how they are answered.
 * Where there is no such session none is seen.
 */
export function watchDialogs(page: Page): PageDialogs {
  const watched = known.get(page)
  if (watched) return watched
  let open: Dialog | undefined
  const listeners = new Set<() => void>()
  const changeListeners = new Set<WeakRef<(dialog: Dialog) => void>>()
  const tellChange = (dialog: Dialog): void => {
    for (const listener of changeListeners) listener.deref()?.(dialog)
  }
  const dialogs: PageDialogs = {
    open: () => open,
    onOpened: (listener) => {
      listeners.add(listener)
      if (open) listener()
      return () => void listeners.delete(listener)
    },
    onChanged: (listener) => {
      for (const one of changeListeners) if (!one.deref()) changeListeners.delete(one)
      changeListeners.add(new WeakRef(listener))
    },
  }
  known.set(page, dialogs)
  void listen()
  return dialogs

  async function listen(): Promise<void> {
    const session = await openSession(page)
    session?.on('Page.javascriptDialogOpening', ({ type, message, defaultPrompt }) => {
      open = { type, message, ...(defaultPrompt ? { defaultValue: defaultPrompt } : {}) }
      for (const listener of listeners) listener()
      tellChange(open)
    })
    session?.on('Page.javascriptDialogClosed', ({ result, userInput }) => {
      if (!open) return
      const text = open.type === 'prompt' && result ? { text: userInput } : {}
      const answered: Dialog = { ...open, answered: result ? 'accepted' : 'dismissed', ...text }
      open = undefined
      tellChange(answered)
    })
    await session?.send('Page.enable').catch(() => {}) // a page that is gone opens none
  }
}
