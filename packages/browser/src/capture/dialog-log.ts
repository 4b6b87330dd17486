import { kindOfField, type Clock, type Dialog } from '@contrail/core'
import type { Page } from 'playwright'
import type { PageIds } from '../environment/page-ids.ts'
import { watchDialogs } from '../page/dialogs.ts'
import { identityOf } from '../page/watch.ts'
import type { SeenSecret, SeenSecrets } from '../secrets/seen-secrets.ts'

/** The dialogs of all pages of a capture that are still to be told: each one when it opened, and once more when it was answered. */
export interface DialogLog {
  /**
   * Begin with the dialogs of a page that open from now on. In a recording each is one capture's to tell: that which acted on the
   * page last, or else watched it first.
   */
  watch(page: Page, options?: { acts?: boolean }): void
  /**
   * A step begins: what opens from now on is not of those before it.
   *
   * @returns a function that tells that it is over
   */
  beginStep(): () => void
  /** The steps that are over now, for a look that begins. */
  stepsOver(): StepsOver
  /** Take what is to be told with a look at the page after these steps. */
  take(over: StepsOver): readonly Dialog[]
  /** Take what is of steps whose look is told already, or of none where there are none. */
  takeLate(): readonly Dialog[]
  /** The answers to dialogs that asked for secrets, in their order. */
  readonly answers: readonly SeenSecret[]
}

/** Options that say whose dialogs a log tells, and how. */
export interface DialogLogOptions {
  /** The same object for all captures of one recording. */
  readonly recording: object
  readonly ids: PageIds
  readonly clock: Clock
  /** Remembers what is answered to a dialog that asks for a secret. */
  readonly seen: SeenSecrets
  isListening(): boolean
  /** Hear that there is something to tell; where it is late, for {@link DialogLog.takeLate}. */
  onUntold(isLate: boolean): void
}

/** The steps that a look is for: those that had begun, but for those that were going on. */
interface StepsOver {
  readonly begun: number
  readonly going: ReadonlySet<number>
}

interface Untold {
  readonly page: Page
  readonly dialog: Dialog
  /** The number of the step that had begun last when it opened or, where that is told, when it was answered. */
  readonly step: number
}

/** The log that tells of a page in each recording, by {@link identityOf} of the page. */
const tellers = new WeakMap<object, WeakMap<object, object>>()

/** Begin with no page. */
export function createDialogLog(options: DialogLogOptions): DialogLog {
  const { recording, ids, clock, seen, isListening, onUntold } = options
  const tellerOf = tellers.get(recording) ?? new WeakMap<object, object>()
  tellers.set(recording, tellerOf)
  /** Held as long as this is: pages hold no listener of theirs. */
  const listeners = new WeakMap<Page, (dialog: Dialog) => void>()
  const openedAt = new WeakMap<Page, string>()
  const answers: SeenSecret[] = []
  let untold: readonly Untold[] = []
  const going = new Set<number>()
  let begun = 0
  let looked = 0
  const self = {}

  const note = (page: Page, dialog: Dialog): void => {
    const earlier = dialog.answered && untold.findLast((one) => one.page === page && !one.dialog.answered)
    if (earlier) untold = untold.map((one) => (one === earlier ? { ...one, dialog } : one))
    else untold = [...untold, { page, dialog, step: begun }]
    onUntold(begun > 0 && looked === begun)
  }

  const hear = (page: Page, dialog: Dialog): void => {
    const at = clock.now().toISOString()
    if (!dialog.answered) openedAt.set(page, at)
    remember(dialog)
    if (tellerOf.get(identityOf(page)) !== self || !isListening()) return
    const opened = openedAt.get(page)
    const times = { ...(opened ? { openedAt: opened } : {}), ...(dialog.answered ? { answeredAt: at } : {}) }
    note(page, { ...dialog, pageId: ids.of(page), ...times })
  }

  const remember = ({ message, text }: Dialog): void => {
    const kind = text ? kindOfField(message) : undefined
    if (!text || !kind) return
    answers.push({ value: text, kind })
    seen.remember({ value: text, kind })
  }

  const takeOf = (over: StepsOver): readonly Dialog[] => {
    const taken = untold.filter(({ step }) => step <= over.begun && !over.going.has(step))
    untold = untold.filter((one) => !taken.includes(one))
    return taken.map(({ dialog }) => dialog)
  }

  return {
    watch: (page, { acts = false } = {}) => {
      const identity = identityOf(page)
      if (acts || !tellerOf.has(identity)) tellerOf.set(identity, self)
      if (listeners.has(page)) return
      const dialogs = watchDialogs(page)
      const open = dialogs.open()
      if (open) note(page, { ...open, pageId: ids.of(page) })
      const listener = (dialog: Dialog): void => hear(page, dialog)
      listeners.set(page, listener)
      dialogs.onChanged(listener)
    },
    beginStep: () => {
      const step = (begun += 1)
      going.add(step)
      return () => void going.delete(step)
    },
    stepsOver: () => ({ begun, going: new Set(going) }),
    take: (over) => {
      if (over.going.size === 0) looked = Math.max(looked, over.begun)
      return takeOf(over)
    },
    takeLate: () => takeOf({ begun: looked, going: new Set() }),
    answers,
  }
}
