import { withTimeLimit } from '@contrail/core'
import type { RedactionKind } from '@contrail/core'
import type { Page } from 'playwright'
import { openSession } from '../page/cdp-session.ts'
import type { Box } from '../page/page-tools.ts'
import { systemClock } from '../page/system.ts'
import { unlessCut } from '../page/unless-cut.ts'
import { watchPage } from '../page/watch.ts'
import type { View } from '../picture/view.ts'
import type { PlacedField } from '../fields/field-facts.ts'
import { readParts, wholeBudgetMs, type ReadParts } from './read-parts.ts'
import { scanByPlaywright } from './scan-by-playwright.ts'
import { isStrong, type SeenSecret, type SeenSecrets } from './seen-secrets.ts'
import { holdsCard, kindOfFacts, wholeOf } from './sensitive-fields.ts'
import { typingOf } from './typing.ts'

/** The place of a field whose text can be read in a picture, in the window of the page, in CSS pixels. */
interface ReadableField {
  readonly box: Box
  /** The parts of it that nothing else covers. */
  readonly uncovered: readonly Box[]
}

/** The fields for secrets of a page at one moment, and what else was read with them. */
export interface FieldScan {
  /** Of the page's own document. */
  readonly title: string | undefined
  readonly view: View | undefined
  /** The number of documents that were read: the page's, and those of its frames. */
  readonly documents: number
  /** The number of elements of the page; undefined for more than can be counted in a look. */
  readonly elements: number | undefined
  /** The document can have an aria tree. */
  readonly hasBody: boolean
  /** The values in the fields for secrets; of several that take one text also that text. */
  readonly fields: readonly SeenSecret[]
  /** The texts of those that hold several, each for itself. */
  readonly texts: readonly SeenSecret[]
  /** The places of those whose text can be read in a picture, and of what else holds the number of a card. */
  readonly readable: readonly ReadableField[]
  /** A field for a secret is empty whose text could be read in a picture. */
  readonly awaitsReadable: boolean
  /** True where what is typed now goes into a field for a secret; undefined where that could not be seen. */
  readonly isFocusSensitive: boolean | undefined
  /** True where what is typed now may go into a closed shadow root. */
  readonly isFocusHidden: boolean
  /** True where what is typed now goes into a field that can be seen. */
  readonly isFieldFocused: boolean
  /** The texts in the other fields that were read. */
  readonly plain: readonly string[]
  /** The names of those of them in which a weak value of a field for a secret stands, too, by that value. */
  readonly alike: ReadonlyMap<string, ReadonlySet<string>>
  /** Every field that can be in a picture was read. */
  readonly isShownRead: boolean
  /** Every field of the page was read. */
  readonly isAllRead: boolean
  /** A view transition is under way, in which what was or is in a field for a secret may be drawn where no field stands. */
  readonly isDrawnElsewhere: boolean
  /** A number that is another one after a view transition has begun, and in other documents. */
  readonly transitions: number
}

/** A look at the fields of a page, when it began, and the number of texts that were heard being typed by then. */
interface LastScan {
  readonly scan: FieldScan
  readonly navigations: number
  readonly heard: number
  readonly atMs: number
  /** The page has had a field for a secret since it was looked at first. */
  readonly hadField: boolean
}

const lastScans = new WeakMap<SeenSecrets, WeakMap<Page, LastScan>>()

/** The last look at the fields of a page that a capture took; undefined where that was of another document. */
export function lastScanOf(page: Page, seen: SeenSecrets): LastScan | undefined {
  const last = lastScans.get(seen)?.get(page)
  return last?.navigations === watchPage(page).navigations ? last : undefined
}

/**
 * Find the fields for secrets of a page: in all frames, also of other origins, and in open shadow roots. The values found are
 * remembered.
 *
 * @param budgetMs the page's time that the look may take, in ms. Default 10; with less the fields that are one by their type come
 *   first, and it is no look that later ones can go by
 * @throws what the browser says when the page itself does not answer
 */
export async function scanFields(
  page: Page,
  seen: SeenSecrets,
  limitMs: number,
  budgetMs: number = wholeBudgetMs,
): Promise<FieldScan> {
  const { navigations } = watchPage(page)
  const { heard } = typingOf(page)
  const atMs = systemClock.monotonicMs()
  const read = await withTimeLimit(limitMs, () => unlessCut(page, () => scan(page, seen, limitMs, budgetMs)))
  const ofPages = lastScans.get(seen) ?? new WeakMap<Page, LastScan>()
  lastScans.set(seen, ofPages)
  const last = ofPages.get(page)
  const hadField = read.fields.length + read.readable.length > 0 || last?.hadField === true
  const found = { ...read, isDrawnElsewhere: read.isDrawnElsewhere && (hadField || !isKnownToHaveNone(page, last)) }
  if (budgetMs < wholeBudgetMs || (last && last.atMs > atMs)) {
    if (last) ofPages.set(page, { ...last, hadField })
  } else ofPages.set(page, { scan: found, navigations, heard, atMs, hadField })
  return found
}

/**
 * Tells whether nothing that a view transition shows was in a field for a secret. Nobody knows of a document that came and went since
 * the last look.
 */
function isKnownToHaveNone(page: Page, last: LastScan | undefined): boolean {
  if (!last || watchPage(page).navigations > last.navigations + 1) return false
  const { isDrawnElsewhere, isShownRead } = last.scan
  return isShownRead && !isDrawnElsewhere && typingOf(page).since(last.heard).secrets.length === 0
}

async function scan(page: Page, seen: SeenSecrets, limitMs: number, budgetMs: number): Promise<FieldScan> {
  const session = await openSession(page)
  const limits = { limitMs, budgetMs }
  return toScan(await (session ? readParts(page, session, limits) : scanByPlaywright(page, limits)), seen)
}

async function toScan({ parts, isRead }: ReadParts, seen: SeenSecrets): Promise<FieldScan> {
  let isShownRead = isRead
  const kindOf = (facts: PlacedField): RedactionKind | undefined => kindOfFacts(facts) ?? seen.kindOf(facts.value)
  const fields: SeenSecret[] = []
  const texts: SeenSecret[] = []
  const readable: ReadableField[] = []
  const labelsOfSecrets = new Set<string>()
  const others: PlacedField[] = []
  let awaitsReadable = false
  const isFocusHidden = parts.some(({ read }) => read.isFocusHidden)
  let isFocusSensitive: boolean | undefined = isRead && !isFocusHidden ? false : undefined
  for (const { read, toPage } of parts) {
    isShownRead &&= read.isShownRead
    for (const facts of read.fields) {
      const kind = kindOf(facts)
      if (facts.isFocused) isFocusSensitive = kind !== undefined || isFocusSensitive === true
      // Of an element that is no input, what stands in it may undo its discs.
      const isInDiscs = facts.isHidden && facts.type !== ''
      awaitsReadable ||= kind !== undefined && !isInDiscs && facts.value === ''
      const isReadable = !isInDiscs && facts.value !== '' && (kind !== undefined || holdsCard(facts.value))
      if (isReadable && facts.isCopied) isShownRead = false
      if (isReadable && facts.box) {
        const [box, ...uncovered] = await Promise.all([facts.box, ...(facts.uncovered ?? [facts.box])].map(toPage))
        if (box === null || uncovered.includes(null)) isShownRead = false
        if (box) readable.push({ box, uncovered: uncovered.flatMap((part) => part ?? []) })
      }
      if (!kind) {
        if (facts.value !== '') others.push(facts)
        continue
      }
      const { value, group, labels } = facts
      texts.push(...(facts.texts ?? []).map((text) => ({ value: text, kind })))
      for (const label of labels) labelsOfSecrets.add(label)
      const whole = wholeOf(group, kind)
      fields.push({ value, kind, isPart: whole !== undefined }, ...(whole ? [whole] : []))
    }
  }
  for (const field of fields) seen.remember(field)
  const { title, view, hasBody = true } = parts[0]?.read ?? {}
  const counts = parts.map(({ read }) => read.elements)
  return {
    title,
    view,
    hasBody,
    documents: parts.reduce((sum, { read }) => sum + read.documents, 0),
    elements: counts.reduce<number | undefined>(
      (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
      0,
    ),
    fields,
    texts,
    readable,
    awaitsReadable,
    isFocusSensitive,
    isFocusHidden,
    isFieldFocused: parts.some(({ read }) => read.fields.some(({ isFocused }) => isFocused)),
    plain: others.map(({ value }) => value),
    alike: namesByValue(others, fields, labelsOfSecrets),
    isShownRead,
    isAllRead: isRead && parts.every(({ read }) => read.isAllRead),
    isDrawnElsewhere: parts.some(({ read }) => read.isInTransition),
    transitions: parts.reduce((sum, { read }) => sum + read.transitions, 0),
  }
}

function namesByValue(
  others: readonly PlacedField[],
  fields: readonly SeenSecret[],
  labelsOfSecrets: ReadonlySet<string>,
): Map<string, Set<string>> {
  const names = new Map(fields.filter((field) => !isStrong(field)).map(({ value }) => [value, new Set<string>()]))
  for (const { value, labels } of others) {
    for (const label of labels) if (!labelsOfSecrets.has(label)) names.get(value)?.add(label)
  }
  return names
}

/** The values that stand in the fields, each once. */
export function valuesOf(...scans: readonly FieldScan[]): SeenSecret[] {
  const values = new Map<string, SeenSecret>()
  for (const secret of scans.flatMap(({ fields }) => fields)) {
    if (secret.value.trim() !== '') values.set(secret.value, secret)
  }
  return [...values.values()]
}
