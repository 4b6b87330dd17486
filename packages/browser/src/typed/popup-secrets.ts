import type { Page } from 'playwright'
import { openSession } from '../page/cdp-session.ts'
import { watchDialogs } from '../page/dialogs.ts'
import { onPopup, popupsOf } from '../page/popups.ts'
import { watchPage } from '../page/watch.ts'
import { typingOf } from '../secrets/typing.ts'
import { lastScanOf, valuesOf } from '../secrets/scan-fields.ts'
import type { SeenSecrets } from '../secrets/seen-secrets.ts'
import type { SeenAround } from './typed-in-step.ts'
import { hasField, nothingSeen, type SecretLooks, type SecretsAfter, type StoodBefore } from './secret-looks.ts'

/** Of more popups than these only the last opened ones are looked at. */
const mostPopups = 10

/** The popups of a page around an action. */
interface PopupsAround {
  /** Look at them while it goes on. @returns false where not every field could be read */
  during(): Promise<boolean>
  /** Look at them when it is over; those that it opened are among them, also where they are closed by then. */
  after(says: () => boolean): Promise<readonly SeenAround[]>
}

/** Looks at the popups of a page around its actions: a step may type into one, whatever page it is said to act on. */
export interface PopupLooks {
  /** Look at them before an action, as {@link SecretLooks} does at its page. */
  before(page: Page, how: Parameters<SecretLooks['before']>[1]): Promise<PopupsAround>
}

/** Begin with no popup looked at. */
export function createPopupLooks(looks: SecretLooks, seen: SeenSecrets): PopupLooks {
  /** Those that did not answer the last time, and have not since. */
  const silent = new WeakMap<Page, object>()

  const waitForAnswer = async (popup: Page): Promise<void> => {
    const waiting = {}
    silent.set(popup, waiting)
    const session = await openSession(popup)
    await session?.send('Runtime.evaluate', { expression: '0' }).catch(() => {}) // one that is gone answers no more
    if (silent.get(popup) === waiting) silent.delete(popup)
  }

  const lastSeen = (popup: Page): StoodBefore => {
    const scan = lastScanOf(popup, seen)?.scan
    return {
      values: scan ? valuesOf(scan) : [],
      meanwhile: undefined,
      focus: Promise.resolve(undefined),
      plain: scan?.plain,
      hadField: hasField(scan),
      navigations: watchPage(popup).navigations,
      heard: typingOf(popup).heard,
    }
  }

  const lookBefore = async (popup: Page, how: Parameters<SecretLooks['before']>[1]): Promise<Beside> => {
    const waiting = silent.get(popup)
    const isCovered = isCut(popup)
    return { stood: waiting || isCovered ? lastSeen(popup) : await looks.before(popup, how), waiting, isCovered }
  }

  const lookAfter = async (popup: Page, before: Beside, says: () => boolean): Promise<SecretsAfter> => {
    const { stood, waiting, isCovered } = before
    // It answered nothing all the while, so nothing was typed into it.
    if (waiting && silent.get(popup) === waiting) return nothingSeen
    const isWaitedFor = (): boolean => stood.hadField === true && says()
    const look = (): Promise<SecretsAfter> => looks.after(popup, stood, isWaitedFor)
    const first = await look()
    // One that has just opened goes from its first document to another.
    const isGoing = first.unseen === 'cut' && !popup.isClosed() && !isCut(popup)
    const found = isGoing ? await look() : first
    if (found.unseen === 'silent') void waitForAnswer(popup)
    return found.unseen === 'cut' && isCovered && isCut(popup) && !popup.isClosed() ? nothingSeen : found
  }

  return {
    before: async (page, how) => {
      const popups = (await popupsOf(page)).slice(-mostPopups)
      const besides = new Map(
        await Promise.all(popups.map(async (popup) => [popup, await lookBefore(popup, how)] as const)),
      )
      const stop = onPopup(page, (popup) => void besides.set(popup, { stood: lastSeen(popup), isCovered: false }))
      return {
        during: async () => {
          const answering = [...besides.keys()].filter((popup) => !isCut(popup) && !silent.has(popup))
          return (await Promise.all(answering.map(looks.during))).every(Boolean)
        },
        after: (says) => {
          stop()
          return Promise.all(
            [...besides].slice(-mostPopups).map(async ([popup, beside]) => {
              const after = await lookAfter(popup, beside, says)
              return { stood: beside.stood, after }
            }),
          )
        },
      }
    },
  }
}

/** A popup before an action. */
interface Beside {
  readonly stood: StoodBefore
  /** It had not answered an earlier look by then. */
  readonly waiting?: object | undefined
  /** It had crashed, or a dialog covered it. */
  readonly isCovered: boolean
}

/** Tells whether a page can answer nothing: it is gone, or a dialog covers it. */
function isCut(page: Page): boolean {
  let isCutNow = page.isClosed()
  const note = (): void => void (isCutNow = true)
  watchPage(page).onEnd(note)()
  watchDialogs(page).onOpened(note)()
  return isCutNow
}
