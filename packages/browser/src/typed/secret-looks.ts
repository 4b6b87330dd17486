import { TimeLimitError, withTimeLimit } from '@contrail/core'
import { setImmediate as allIsSent } from 'node:timers/promises'
import type { Page } from 'playwright'
import { systemClock } from '../page/system.ts'
import { lastScanOf, scanFields, valuesOf, type FieldScan } from '../secrets/scan-fields.ts'
import type { SeenSecret, SeenSecrets } from '../secrets/seen-secrets.ts'
import { LookError } from '../page/failure.ts'
import { watchPage } from '../page/watch.ts'
import { typingOf } from '../secrets/typing.ts'

/** The time that a look at the fields for secrets may take, and that an action waits for it. */
const [mostLookMs, mostWaitMs] = [1_000, 20]
/** Of the time after which a step is given up, the part that a page which does not answer is waited for. The rest is for telling it. */
const shareForSecrets = 0.8
/** The page's time that a look may take which is on its way: the action comes behind it. */
const onItsWayMs = 3
/** An older look says too little of what is there now, to a probe and to the next action. */
const [justNowMs, freshMs] = [50, 250]
/**
 * On a page of more elements or documents a look that goes out right before an action costs it a frame of the page. What the look
 * after the last action saw, and what was heard since, is gone by there.
 */
const [mostElements, mostDocuments] = [1_500, 10]

/** The kind of place that what is typed goes to. */
type Focus = Pick<FieldScan, 'isFocusSensitive' | 'isFocusHidden'>

/** The look that went out before an action. */
export interface StoodBefore {
  /** Seen before the action began; where that was by an earlier look, a value that was put there since is not among them. */
  readonly values: readonly SeenSecret[]
  /**
   * Of a look that went out before the action and was not there when it began: it may see the action at work. Undefined where
   * none was still on its way.
   */
  readonly meanwhile: Promise<readonly SeenSecret[]> | undefined
  /** The place that what is typed goes to; undefined where that could not be seen. */
  readonly focus: Promise<Focus | undefined>
  /** The texts that stood in fields for something else; undefined where they were not seen. */
  readonly plain: readonly string[] | undefined
  /** The page had a field for a secret, empty or not; undefined where nobody could see all of its fields. */
  readonly hadField: boolean | undefined
  /** The numbers of its navigations, and of the texts that were heard being typed into it, by then. */
  readonly navigations: number
  readonly heard: number
}

/** The look after an action: no values where the page could not be seen. */
export type SecretsAfter = Focus & {
  /** Those that stand there, and those that were heard being typed in the action. */
  readonly values: readonly SeenSecret[]
  /** The texts that stand in fields for something else. */
  readonly plain: readonly string[]
  /** It gave no answer in time: `silent`. It is gone, goes somewhere else, or a dialog covers it: `cut`. Undefined where it was seen. */
  readonly unseen: 'cut' | 'silent' | undefined
  /** The texts that were heard being typed into such fields in the action, also where those are gone. */
  readonly placed: readonly string[]
  /** A field for a secret was typed into in the action, also where no text came to stand in it. */
  readonly isTaken: boolean
  /** True where what is typed goes into a field that can be seen; undefined where the page could not. */
  readonly isFieldFocused: boolean | undefined
  /** The page has navigated since before. */
  readonly isElsewhere: boolean
  /** The page has a field for a secret; undefined where that could not be seen. */
  readonly hasField: boolean | undefined
}

/** Looks at the fields for secrets around the actions of a capture. */
export interface SecretLooks {
  /**
   * Look at a page whose actions are captured from now on. What a first look has to make there, in many frames most of all, is made
   * while the agent thinks.
   */
  begin(page: Page): void
  /**
   * Look before the action that begins now. Where the document was seen before, the look only has to be on its way: what an
   * action asks of the page comes behind it there. Else it is waited for, 20 ms at most.
   *
   * @param options.hasWaited the action was called before the last step was told and the page seen, so right behind that
   * @param options.isTyping keys may get to the page before a look that is on its way, so it is waited for
   */
  before(page: Page, options: { hasWaited: boolean; isTyping: boolean }): Promise<StoodBefore>
  /** Look while an action is going on. @returns false where not every field could be read */
  during(page: Page): Promise<boolean>
  /**
   * Look after an action.
   *
   * @param stood what was seen before it
   * @param says tells whether the action was given a text or gave one. Then a page that does not answer within a second is waited for
   *   most of the time that a look may take: that text may stand in a field for a secret
   */
  after(page: Page, stood: StoodBefore, says: () => boolean): Promise<SecretsAfter>
  /** The look after the last action, for a probe that begins right behind it; undefined where there is none, or not of now. */
  justNow(page: Page): Promise<FieldScan> | undefined
}

/** Begin with no page looked at. What is seen is remembered in `seen`. */
export function createSecretLooks(seen: SeenSecrets, timeoutMs: number): SecretLooks {
  const scansAfter = new WeakMap<Page, { scan: Promise<FieldScan>; navigations: number; atMs: number }>()

  const scanNow = (page: Page, budgetMs?: number): Promise<FieldScan> =>
    scanFields(page, seen, Math.min(mostLookMs, timeoutMs * shareForSecrets), budgetMs)
  const valuesIn = (scan: FieldScan | undefined): readonly SeenSecret[] => (scan ? valuesOf(scan) : [])

  const begin: SecretLooks['begin'] = (page) => {
    scanNow(page).catch(notSeen)
  }

  const before: SecretLooks['before'] = async (page, { hasWaited, isTyping }) => {
    const last = lastScanOf(page, seen)
    const now = { navigations: watchPage(page).navigations, heard: typingOf(page).heard }
    const isFresh = hasWaited && last && systemClock.monotonicMs() - last.atMs < freshMs
    const isLarge = last && ((last.scan.elements ?? Infinity) > mostElements || last.scan.documents > mostDocuments)
    if (isFresh || (isLarge && !isTyping && scansAfter.has(page))) {
      const { secrets, plain } = typingOf(page).since(last.heard)
      return {
        values: [...valuesIn(last.scan), ...secrets],
        meanwhile: undefined,
        focus: Promise.resolve(last.scan),
        plain: [...last.scan.plain, ...plain],
        hadField: secrets.length > 0 || hasField(last.scan),
        ...now,
      }
    }
    const isOnItsWay = last !== undefined && !isTyping
    const looking = scanNow(page, isOnItsWay ? onItsWayMs : undefined).catch(notSeen)
    const scan = await (isOnItsWay ? allIsSent(undefined) : withTimeLimit(mostWaitMs, () => looking).catch(notSeen))
    const seenBefore = scan ?? last?.scan
    const [hadField, plain] = [hasField(seenBefore), seenBefore?.plain]
    const meanwhile = scan ? undefined : looking.then(valuesIn)
    return { values: valuesIn(seenBefore), meanwhile, focus: looking, plain, hadField, ...now }
  }

  const during: SecretLooks['during'] = async (page) => {
    const isAllRead = await scanNow(page).then(
      (scan) => scan.isAllRead,
      () => false,
    )
    for (const secret of typingOf(page).since(0).secrets) seen.remember(secret)
    return isAllRead
  }

  const after: SecretLooks['after'] = async (page, stood, says) => {
    const scan = scanNow(page)
    const atMs = systemClock.monotonicMs()
    scansAfter.set(page, { scan, navigations: watchPage(page).navigations, atMs })
    const seenAfter = await scan
      .catch((error: unknown) => {
        const leftMs = timeoutMs * shareForSecrets - (systemClock.monotonicMs() - atMs)
        if (leftMs <= 0 || error instanceof LookError || !says()) throw error
        return scanFields(page, seen, leftMs)
      })
      .catch((error: unknown) => (error instanceof TimeLimitError ? 'silent' : 'cut'))
    const typed = typingOf(page).since(stood.heard)
    for (const secret of typed.secrets) seen.remember(secret)
    const isElsewhere = watchPage(page).navigations !== stood.navigations
    const heard = { placed: typed.plain, isTaken: typed.isTaken, isElsewhere }
    if (typeof seenAfter === 'string') return { ...nothingSeen, ...heard, values: typed.secrets, unseen: seenAfter }
    const { isFocusSensitive, isFocusHidden, isFieldFocused, plain } = seenAfter
    const values = [...valuesIn(seenAfter), ...typed.secrets]
    return {
      values,
      isFocusSensitive,
      isFocusHidden,
      isFieldFocused,
      plain,
      unseen: undefined,
      hasField: hasField(seenAfter),
      ...heard,
    }
  }

  const justNow: SecretLooks['justNow'] = (page) => {
    const last = scansAfter.get(page)
    const isOfNow = last?.navigations === watchPage(page).navigations
    return last && isOfNow && systemClock.monotonicMs() - last.atMs < justNowMs ? last.scan : undefined
  }

  return { begin, before, during, after, justNow }
}

/** The look after an action where the page could not be seen. */
export const nothingSeen: SecretsAfter = {
  values: [],
  plain: [],
  isFocusSensitive: undefined,
  isFocusHidden: false,
  isFieldFocused: undefined,
  unseen: undefined,
  placed: [],
  isTaken: false,
  isElsewhere: false,
  hasField: undefined,
}

/** Tells whether a page has a field for a secret; undefined where not all of it was read, and none of what was. */
export function hasField(scan: FieldScan | undefined): boolean | undefined {
  return scan && (scan.fields.length > 0 || (scan.isAllRead ? false : undefined))
}

/** Undefined where the page does not answer: the step goes on, and the probe after it says what is wrong. */
function notSeen(): undefined {
  return undefined
}
