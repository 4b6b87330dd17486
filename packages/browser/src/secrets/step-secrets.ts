import type { Page } from 'playwright'
import { systemClock } from '../page/system.ts'
import { scanFields, valuesOf, type FieldScan } from './scan-fields.ts'
import type { SeenSecret, SeenSecrets } from './seen-secrets.ts'
import { watchPage } from '../page/watch.ts'

/** How long a look at the fields for secrets may take, and how long an action waits for it at least where it must. */
const [mostLookMs, leastLookMs] = [1_000, 200]
/** An older look says too little of what is there now, to a probe and to the next action. */
const [justNowMs, freshMs] = [50, 250]
/** A shorter value stands in too many texts to say anything. */
const shortestTelling = 4

const mostTexts = 10_000
const deepest = 20

/** What stood in fields for secrets before an action. */
export interface StoodBefore {
  /** Seen before the action began; a value that was put there since the last look is not among them. */
  readonly values: readonly SeenSecret[]
  /** Of a look that went out just before the action and is not waited for: it may see the action at work. */
  readonly meanwhile: Promise<readonly SeenSecret[]>
}

/** Looks at the fields for secrets around the actions of a capture. */
export interface SecretLooks {
  /**
   * What stood before the action that begins now. Waits only for a page, or a document of it, that was never looked at.
   *
   * @param options.hasWaited the action was called before the last step was told and the page seen, so right behind that
   * @param options.limitMs how long it may wait, from 200 to 1,000 ms
   */
  before(page: Page, options: { hasWaited: boolean; limitMs: number }): Promise<StoodBefore>
  /** Look after an action: the values in the fields, none where the page does not answer within a second. */
  after(page: Page): Promise<readonly SeenSecret[]>
  /** The look after the last action, for a probe that begins right behind it; undefined where there is none, or not of now. */
  justNow(page: Page): Promise<FieldScan> | undefined
}

const nothing: Promise<readonly SeenSecret[]> = Promise.resolve([])

/** Begin with no page looked at. What is seen is remembered in `seen`. */
export function createSecretLooks(seen: SeenSecrets, timeoutMs: number): SecretLooks {
  const lastLooks = new WeakMap<Page, { values: readonly SeenSecret[]; navigations: number; atMs: number }>()
  const scansAfter = new WeakMap<Page, { scan: Promise<FieldScan>; navigations: number; atMs: number }>()
  let looking: Promise<readonly SeenSecret[]> | undefined

  const scanNow = (page: Page, limitMs = mostLookMs): Promise<FieldScan> =>
    scanFields(page, seen, Math.min(limitMs, mostLookMs, timeoutMs))

  const look = async (page: Page, scan = scanNow(page)): Promise<readonly SeenSecret[]> => {
    const { navigations } = watchPage(page)
    try {
      const atMs = systemClock.monotonicMs()
      const values = valuesOf(await scan)
      lastLooks.set(page, { values, navigations, atMs })
      return values
    } catch {
      return [] // the step goes on, and the probe after it says what is wrong with the page
    }
  }

  const before: SecretLooks['before'] = async (page, { hasWaited, limitMs }) => {
    const last = lastLooks.get(page)
    if (last?.navigations === watchPage(page).navigations) {
      const isFresh = hasWaited && systemClock.monotonicMs() - last.atMs < freshMs
      if (isFresh) return { values: last.values, meanwhile: nothing }
      const meanwhile = look(page)
      await sent()
      return { values: last.values, meanwhile }
    }
    // Actions that are called at once share a look, and start at once.
    looking ??= look(page, scanNow(page, Math.max(leastLookMs, limitMs))).finally(() => {
      looking = undefined
    })
    return { values: await looking, meanwhile: nothing }
  }

  const after: SecretLooks['after'] = (page) => {
    const scan = scanNow(page)
    scansAfter.set(page, { scan, navigations: watchPage(page).navigations, atMs: systemClock.monotonicMs() })
    return look(page, scan)
  }

  const justNow: SecretLooks['justNow'] = (page) => {
    const last = scansAfter.get(page)
    const isOfNow = last?.navigations === watchPage(page).navigations
    return last && isOfNow && systemClock.monotonicMs() - last.atMs < justNowMs ? last.scan : undefined
  }

  return { before, after, justNow }
}

/** Let what was asked of the page go out before what follows. */
function sent(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/**
 * Whether the arguments of a step hold what stands in a field for a secret before or after it: a whole value, or, where the
 * step changed the value, a part of it.
 *
 * @param stood what was seen before the step, at its beginning or during it, and after it
 */
export function typesSecret(
  actionArgs: unknown,
  { before, meanwhile, after }: Record<'before' | 'meanwhile' | 'after', readonly SeenSecret[]>,
): boolean {
  if (before.length + meanwhile.length + after.length === 0) return false
  const texts = textsOf(actionArgs)
  const stood = new Set(before.map(({ value }) => value))
  const isHeld = ({ value }: SeenSecret): boolean =>
    texts.some((text) => text === value || (value.length >= shortestTelling && text.includes(value)))
  const isChangedBy = ({ value }: SeenSecret): boolean =>
    !stood.has(value) && texts.some((text) => text !== '' && (value.includes(text) || text.includes(value)))
  return before.some(isHeld) || meanwhile.some(isHeld) || after.some((secret) => isHeld(secret) || isChangedBy(secret))
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
