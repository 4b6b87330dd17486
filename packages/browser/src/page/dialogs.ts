import type { Dialog } from '@contrail/core'
import type { Page } from 'playwright'
import { openSession, type OwnSession } from './cdp-session.ts'
import { insideOf, type DialogInside, type PageInside } from './playwright-inside.ts'

/** The dialogs of a page since it is watched. */
export interface PageDialogs {
  /** The one that is open. */
  open(): Dialog | undefined
  /**
   * Call a listener when the page answers nothing any more since one has opened, at once where one is open, until what is given back is
   * called. Nobody says so where there is no session of our own: Firefox answers.
   */
  onOpened(listener: () => void): () => void
  /**
   * Call a listener with each one that opens, and again when it is answered, as long as whoever gave it holds it.
   */
  onChanged(listener: (dialog: Dialog) => void): void
}

const known = new WeakMap<Page, PageDialogs>()

/**
 * Watch the dialogs of a page, by the session of our own or else by Playwright's own side of it: a listener of Playwright's would
 * change how they are answered. Where neither is there (`connect` to another browser) none is seen.
 */
export function watchDialogs(page: Page): PageDialogs {
  const watched = known.get(page)
  if (watched) return watched
  let open: Dialog | undefined
  let isAnswering = false
  const listeners = new Set<() => void>()
  const changeListeners = new Set<WeakRef<(dialog: Dialog) => void>>()
  const tellChange = (dialog: Dialog): void => {
    for (const listener of changeListeners) listener.deref()?.(dialog)
  }
  const dialogs: PageDialogs = {
    open: () => open,
    onOpened: (listener) => {
      listeners.add(listener)
      if (open && !isAnswering) listener()
      return () => void listeners.delete(listener)
    },
    onChanged: (listener) => {
      for (const one of changeListeners) if (!one.deref()) changeListeners.delete(one)
      changeListeners.add(new WeakRef(listener))
    },
  }
  const hearer: DialogHearer = {
    opened: ({ type, message, defaultValue }) => {
      open = { type, message, ...(defaultValue ? { defaultValue } : {}) }
      if (!isAnswering) for (const listener of listeners) listener()
      tellChange(open)
    },
    answered: (isAccepted, given) => {
      if (!open) return
      const text = open.type === 'prompt' && isAccepted ? { text: given } : {}
      const answered: Dialog = { ...open, answered: isAccepted ? 'accepted' : 'dismissed', ...text }
      open = undefined
      tellChange(answered)
    },
  }
  known.set(page, dialogs)
  void openSession(page).then((session) => {
    isAnswering = !session
    return session ? listenToSession(session, hearer) : listenByPlaywright(page, hearer)
  })
  return dialogs
}

interface DialogHearer {
  opened(dialog: { type: string; message: string; defaultValue?: string | undefined }): void
  answered(isAccepted: boolean, text: string): void
}

async function listenToSession(session: OwnSession, { opened, answered }: DialogHearer): Promise<void> {
  session.on('Page.javascriptDialogOpening', ({ type, message, defaultPrompt }) =>
    opened({ type, message, defaultValue: defaultPrompt }),
  )
  session.on('Page.javascriptDialogClosed', ({ result, userInput }) => answered(result, userInput))
  await session.send('Page.enable').catch(() => {}) // a page that is gone opens none
}

function listenByPlaywright(page: Page, { opened, answered }: DialogHearer): void {
  const inside = insideOf<PageInside>(page)
  const manager = inside?.browserContext?.dialogManager
  const hear = (dialog: DialogInside): boolean => {
    if (dialog.page() !== inside) return false
    opened({ type: dialog.type(), message: dialog.message(), defaultValue: dialog.defaultValue() })
    const { _onHandle: handle } = dialog
    if (typeof handle !== 'function') return false
    const answer: DialogInside['_onHandle'] = (isAccepted, text) => {
      answered(isAccepted, text ?? dialog.defaultValue())
      return Reflect.apply(handle, dialog, [isAccepted, text])
    }
    Reflect.set(dialog, '_onHandle', answer)
    return false // somebody else answers it
  }
  manager?.addDialogHandler?.(hear)
  page.once('close', () => manager?.removeDialogHandler?.(hear))
}
