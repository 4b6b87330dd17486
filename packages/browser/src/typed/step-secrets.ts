import { pressedNames, safely, TimeLimitError, typedNames, withTimeLimit } from '@contrail/core'
import { setImmediate as allIsSent } from 'node:timers/promises'
import type { Page } from 'playwright'
import { systemClock } from '../page/system.ts'
import { lastScanOf, scanFields, valuesOf, type FieldScan } from '../secrets/scan-fields.ts'
import { isStrong, type SeenSecret, type SeenSecrets } from '../secrets/seen-secrets.ts'
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
 * after the last one saw, and what was heard since, is gone by there.
 */
const [mostElements, mostDocuments] = [1_500, 10]
/** A shorter value stands in too many texts to say anything. */
const shortestTelling = 4

const mostTexts = 10_000
const longestTyped = 4_000
const deepest = 20

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
  /** The page has navigated since before. */
  readonly isElsewhere: boolean
  /** The page has a field for a secret; undefined where that could not be seen. */
  readonly hasField: boolean | undefined
}

/** Looks at the fields for secrets around the actions of a capture. */
export interface SecretLooks {
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

  const before: SecretLooks['before'] = async (page, { hasWaited, isTyping }) => {
    const last = lastScanOf(page, seen)
    const now = { navigations: watchPage(page).navigations, heard: typingOf(page).heard }
    const isFresh = hasWaited && last && systemClock.monotonicMs() - last.atMs < freshMs
    const isLarge = last && ((last.scan.elements ?? Infinity) > mostElements || last.scan.documents > mostDocuments)
    if (isFresh || (isLarge && !isTyping)) {
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
    const heard = { placed: typed.plain, isElsewhere: watchPage(page).navigations !== stood.navigations }
    if (typeof seenAfter === 'string') return { ...nothingSeen, ...heard, values: typed.secrets, unseen: seenAfter }
    const { isFocusSensitive, isFocusHidden, plain } = seenAfter
    const values = [...valuesIn(seenAfter), ...typed.secrets]
    return {
      values,
      isFocusSensitive,
      isFocusHidden,
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

  return { before, during, after, justNow }
}

/** The look after an action where the page could not be seen. */
export const nothingSeen: SecretsAfter = {
  values: [],
  plain: [],
  isFocusSensitive: undefined,
  isFocusHidden: false,
  unseen: undefined,
  placed: [],
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

/**
 * Tells whether the arguments of a step hold what is in a field for a secret before or after it: a whole value, or,
 * where the step changed the value, a part of it. A weak value, such as the digit in a box of a code, stands in much: it is compared
 * with what is named as typed alone, and where the step did not change it only with a text that came into no other field.
 *
 * @param stood what was seen before the step, at its beginning or during it, and after it
 */
export function typesSecret(
  actionArgs: Readonly<Record<string, unknown>>,
  {
    before,
    meanwhile = before,
    after,
    came,
  }: {
    readonly before: readonly SeenSecret[]
    readonly meanwhile: readonly SeenSecret[] | undefined
    readonly after: readonly SeenSecret[]
    /** The texts that came into other fields. */
    readonly came: readonly string[]
  },
): boolean {
  if (before.length + meanwhile.length + after.length === 0) return false
  const typed = typedTextsOf(actionArgs).filter((text) => text !== '')
  const texts = [...typed, ...textsOf(actionArgs).filter(({ length }) => length > 1)]
  // What an earlier look saw may be gone by now, and what a look on its way sees may be the step's own doing.
  const stillThere = new Set(meanwhile.map(({ value }) => value))
  const stood = new Set(before.map(({ value }) => value).filter((value) => stillThere.has(value)))
  const placed = new Set(came)
  const isHeld = (secret: SeenSecret): boolean =>
    isStrong(secret)
      ? texts.some((text) => text.includes(secret.value))
      : secret.value.length > 1 && typed.includes(secret.value) && !placed.has(secret.value)
  const isChangedBy = (secret: SeenSecret): boolean => {
    if (stood.has(secret.value)) return false
    const compared = isStrong(secret) ? texts : typed
    return compared.some((text) => secret.value.includes(text) || text.includes(secret.value))
  }
  return before.some(isHeld) || meanwhile.some(isHeld) || after.some((secret) => isHeld(secret) || isChangedBy(secret))
}

/** The texts and numbers in the arguments of an action that are named as typed, however deep they stand. */
function typedTextsOf(actionArgs: unknown): string[] {
  const typed: string[] = []
  const collect = (item: unknown, depth: number): void => {
    if (typeof item !== 'object' || item === null || ArrayBuffer.isView(item) || depth > deepest) return
    for (const [name, inner] of Object.entries(item)) {
      if (typedNames.has(name) || pressedNames.has(name)) typed.push(...textsOf(inner))
      else collect(inner, depth + 1)
    }
  }
  try {
    collect(actionArgs, 0)
  } catch {
    // A getter that throws: the recorder marks it.
  }
  return typed
}

/** Names under which the arguments of an action hold what it types. */
export const typingArguments: readonly string[] = ['text', 'keys', 'key', 'value']

/** Tells whether the arguments of an action hold something under such a name. */
export function namesTyped(actionArgs: Readonly<Record<string, unknown>>): boolean {
  return typingArguments.some((name) => name in actionArgs)
}

/**
 * Tells whether an action may have typed a secret where nobody could see it: the page did not answer afterwards, and had a field for
 * one, or nobody knows. Where it had none, so that one must have come in the action, only what is named as typed counts; so it does
 * of a page with such a field that is gone, or covered by a dialog.
 */
export function mayHaveTyped(
  { actionName, actionArgs }: TypingStep,
  { stood, after }: { readonly stood: StoodBefore; readonly after: SecretsAfter },
): boolean {
  const { hadField } = stood
  if (after.unseen === 'silent') return hadField === false ? namesTyped(actionArgs) : typeableIn(actionArgs).length > 0
  if (hadField !== true) return false
  if (after.unseen === 'cut') return namesTyped(actionArgs)
  // Nobody heard it where a script has put it there, or where there is no session of ours.
  const isPointing = saysPointing.test(actionName)
  return after.isElsewhere && !isPointing && namesUnplaced(actionArgs, cameInto({ stood, after }), textArguments)
}

/** The words that tell what a step does. */
export interface TypingStep {
  readonly actionName: string
  readonly actionArgs: Readonly<Record<string, unknown>>
}

/** Names under which an action has a text; keys that send a form say nothing of one. */
const textArguments = ['text', 'value']
/** An action that is told a text to find something by it. */
const saysPointing =
  /click|tap|hover|scroll|select|choose|pick|open|follow|goto|navigate|find|wait|assert|expect|check/i

/** The texts that came in an action into fields for something else: those that were heard, and those that did not stand there before. */
export function cameInto({ stood, after }: { readonly stood: StoodBefore; readonly after: SecretsAfter }): string[] {
  const before = stood.plain && new Set(stood.plain)
  return [...after.placed, ...after.plain.filter((value) => before?.has(value) === false)]
}

/** Tells whether an action was given a text that is named as typed, and that is none of those which came into other fields. */
export function namesUnplaced(
  actionArgs: Readonly<Record<string, unknown>>,
  came: readonly string[],
  names: readonly string[] = typingArguments,
): boolean {
  const texts = names.flatMap((name) => textsOf(safely(() => actionArgs[name])))
  const isPlaced = (text: string): boolean =>
    came.some((value) => value === text || (text.length >= shortestTelling && value.includes(text)))
  return texts.some((text) => text !== '' && !isPlaced(text))
}

/** The texts and numbers in a value that may be typed and sent: neither short ones nor addresses, nor more than an event can hold. */
export function typeableIn(value: unknown): SeenSecret[] {
  const texts = textsOf(value).filter(
    (text) => text.length >= 3 && text.length <= longestTyped && !/^https?:/i.test(text),
  )
  return [...new Set(texts)].map((text) => ({ value: text, kind: 'password' }))
}

/** Every text and number in a value. */
export function textsOf(value: unknown): string[] {
  const texts: string[] = []
  const collect = (item: unknown, depth: number): void => {
    if (texts.length >= mostTexts || depth > deepest) return
    if (typeof item === 'string' || typeof item === 'number') texts.push(String(item))
    if (typeof item !== 'object' || item === null || ArrayBuffer.isView(item)) return
    for (const inner of Object.values(item)) collect(inner, depth + 1)
  }
  try {
    collect(value, 0)
  } catch {
    // A getter that throws hides its own text only from this look; the recorder marks it.
  }
  return texts
}
