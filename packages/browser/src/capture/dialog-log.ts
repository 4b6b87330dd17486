import { kindOfField, type Dialog } from '@contrail/core'
import type { Page } from 'playwright'
import { watchDialogs } from '../page/dialogs.ts'
import type { SeenSecret, SeenSecrets } from '../secrets/seen-secrets.ts'

/** Which dialogs of its pages a capture has told: each one when it opened, and once more when it was answered. */
export interface DialogLog {
  /** Begin with the dialogs that open from now on. */
  watch(page: Page): void
  untold(page: Page): readonly Dialog[]
  /** The first of the untold ones are told. */
  tell(page: Page, count: number): void
  /** The answers to the dialogs of a page that asked for secrets, in that order. */
  answers(page: Page): readonly SeenSecret[]
}

/** Begin with no page. What is answered to a dialog that asks for a secret is remembered in `seen`. */
export function createDialogLog(seen: SeenSecrets): DialogLog {
  const answered = new WeakMap<Page, { answers: SeenSecret[]; listener: (dialog: Dialog) => void }>()
  const told = new WeakMap<Page, Set<Dialog>>()
  const watch: DialogLog['watch'] = (page) => {
    if (told.has(page)) return
    const { all, isOpen, onAnswered } = watchDialogs(page)
    told.set(page, new Set(isOpen() ? all.slice(0, -1) : all))
    const answers: SeenSecret[] = []
    const listener = ({ message, text }: Dialog): void => {
      const kind = text ? kindOfField(message) : undefined
      if (!text || !kind) return
      answers.push({ value: text, kind })
      seen.remember({ value: text, kind })
    }
    answered.set(page, { answers, listener })
    onAnswered(listener)
  }
  const untold: DialogLog['untold'] = (page) => watchDialogs(page).all.filter((dialog) => !told.get(page)?.has(dialog))
  const tell: DialogLog['tell'] = (page, count) => {
    for (const dialog of untold(page).slice(0, count)) told.get(page)?.add(dialog)
  }
  return { watch, untold, tell, answers: (page) => answered.get(page)?.answers ?? [] }
}
