import type { Dialog } from '@contrail/core'
import type { Page } from 'playwright'
import { openSession } from './cdp-session.ts'

/** The dialogs of a page since it is watched. */
export interface PageDialogs {
  /** All of them, in the order they opened; another object for one that was answered. */
  readonly all: readonly Dialog[]
  /** One is open: the page answers nothing until it is closed. */
  isOpen(): boolean
  /** Call a listener when one opens, at once where one is open, until what is given back is called. */
  onOpened(listener: () => void): () => void
  /** Call a listener with each one that is answered, as long as whoever gave it holds it. */
  onAnswered(listener: (dialog: Dialog) => void): void
}

const known = new WeakMap<Page, PageDialogs>()

/**
 * Watch the dialogs of a page, by the session of our own: a listener of Playwright's would change how they are answered.
 * Where there is no such session none is seen.
 */
export function watchDialogs(page: Page): PageDialogs {
  const watched = known.get(page)
  if (watched) return watched
  const all: Dialog[] = []
  let openAt: number | undefined
  const listeners = new Set<() => void>()
  const answerListeners = new Set<WeakRef<(dialog: Dialog) => void>>()
  known.set(page, {
    all,
    isOpen: () => openAt !== undefined,
    onOpened: (listener) => {
      listeners.add(listener)
      if (openAt !== undefined) listener()
      return () => void listeners.delete(listener)
    },
    onAnswered: (listener) => {
      for (const one of answerListeners) if (!one.deref()) answerListeners.delete(one)
      answerListeners.add(new WeakRef(listener))
    },
  })
  void listen()

  async function listen(): Promise<void> {
    const session = await openSession(page)
    session?.on('Page.javascriptDialogOpening', ({ type, message, defaultPrompt }) => {
      openAt = all.length
      all.push({ type, message, ...(defaultPrompt ? { defaultValue: defaultPrompt } : {}) })
      for (const listener of listeners) listener()
    })
    session?.on('Page.javascriptDialogClosed', ({ result, userInput }) => {
      if (openAt === undefined) return
      const dialog = all[openAt]!
      const text = dialog.type === 'prompt' && result ? { text: userInput } : {}
      const answered: Dialog = { ...dialog, answered: result ? 'accepted' : 'dismissed', ...text }
      all[openAt] = answered
      openAt = undefined
      for (const listener of answerListeners) listener.deref()?.(answered)
    })
    await session?.send('Page.enable').catch(() => {}) // a page that is gone opens none
  }

  return known.get(page)!
}
