import type { Dialog } from '@contrail/core'
import type { Page } from 'playwright'
import { watchDialogs } from '../page/dialogs.ts'

/** Which dialogs of its pages a capture has told: each one when it opened, and once more when it was answered. */
export interface DialogLog {
  /** Begin with the dialogs that open from now on. */
  watch(page: Page): void
  untold(page: Page): readonly Dialog[]
  /** The first of the untold ones are told. */
  tell(page: Page, count: number): void
}

/** Begin with no page. */
export function createDialogLog(): DialogLog {
  const told = new WeakMap<Page, Set<Dialog>>()
  const watch: DialogLog['watch'] = (page) => {
    const { all, isOpen } = watchDialogs(page)
    if (!told.has(page)) told.set(page, new Set(isOpen() ? all.slice(0, -1) : all))
  }
  const untold: DialogLog['untold'] = (page) => watchDialogs(page).all.filter((dialog) => !told.get(page)?.has(dialog))
  const tell: DialogLog['tell'] = (page, count) => {
    for (const dialog of untold(page).slice(0, count)) told.get(page)?.add(dialog)
  }
  return { watch, untold, tell }
}
