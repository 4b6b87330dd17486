import { isCommonWord } from './common-words.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import { cardSpellings, digitsOf } from '../scan/cards.ts'
import { createByteFilter, type ByteRange } from './byte-filter.ts'
import { createSecretSearch, isSearchable, shortestSecret, spellingsOf, type SecretSearch } from './forms.ts'
import { isNameOfField } from '../names/fields.ts'
import { isStateWord } from '../names/prose.ts'
import type { Report } from '../text/report.ts'
import { seenText } from '../text/seen.ts'

/** A value that is looked for. */
interface KnownSecret {
  readonly value: string
  readonly kind: RedactionKind
}

/** Values that are looked for, more of which may come. */
export interface KnownSecrets {
  /**
   * Look for a value from now on. One that cannot be searched for is passed over, and so is one that is known.
   *
   * @throws {TypeError} for more registered values than can be looked for
   */
  add(value: string, kind: RedactionKind): void
  /** The value that is known by exactly this spelling. */
  get(text: string): KnownSecret | undefined
  /** Report every known value of an unescaped text. */
  search(text: string, report: Report): void
  /** Report what is left of known values where a text was cut: their beginning, 4 characters at least, before that place. */
  searchCut(text: string, end: number, report: Report): void
  /** The ranges of bytes in which a known value may be; it is nowhere else. A fraction of the time of a search. */
  rangesIn(bytes: Uint8Array): ByteRange[]
}

/** The most spellings that are learned; the first ones stay. */
const mostLearned = 10_000
/** The most spellings that are registered. A search for so many takes 10 s to make, and 1 GB. */
const mostRegistered = 20_000
/** A search is made anew for each value that joins it, which takes 0.3 s at this many. */
const mostLearnedInSearch = 1_000

/** Some of the known spellings, and the search for them, made when it is next needed. */
interface Batch {
  readonly spellings: string[]
  search: SecretSearch | undefined
  filter: ((bytes: Uint8Array) => ByteRange[]) | undefined
}

/** Words of pages and of trees, which stand everywhere; a password that is one is known in its own field alone. */
const wordsOfPages = new Set(
  'checkbox combobox searchbox spinbutton listitem navigation heading paragraph document contentinfo complementary username continue settings products category customer'.split(
    ' ',
  ),
)

/**
 * Tells whether a learned value is looked for everywhere: one of 8 characters and more, or of 6 and two sorts, that is
 * no word of forms and pages and no date. Weaker ones, such as `test`, `2024` and `button`, would take addresses, roles
 * and prices.
 */
export function isLookedForEverywhere(value: string): boolean {
  const sorts = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9\s]/].filter((sort) => sort.test(value)).length
  if (value.length < 6 || (value.length < 8 && sorts < 2)) return false
  const isDate = /^(?:19|20)\d\d[-/.]?\d\d[-/.]?\d\d$/.test(value)
  return (
    !isDate &&
    !isCommonWord(value) &&
    !isStateWord(value) &&
    !isNameOfField(value) &&
    !wordsOfPages.has(value.toLowerCase())
  )
}

/**
 * @param source `registered`: all are added before the first search, and one too many is an error. `learned`: they were typed
 * somewhere, so a weak one is known and not looked for (see
 * {@link isLookedForEverywhere}), and one too many is passed over
 */
export function createKnownSecrets(source: 'registered' | 'learned'): KnownSecrets {
  const isLearned = source === 'learned'
  const known = new Map<string, KnownSecret>()
  const batches: Batch[] = []
  const isSoughtEverywhere = isLearned ? isLookedForEverywhere : (value: string) => !isCommonWord(value)

  const addSpelling = (spelling: string, secret: KnownSecret): void => {
    if (known.has(spelling) || (isLearned && known.size >= mostLearned)) return
    if (known.size >= mostRegistered) {
      throw new TypeError(`secrets: expected at most ${mostRegistered} to look for, with those of a file, got more`)
    }
    known.set(spelling, secret)
    if (!isSearchable(spelling) || !isSoughtEverywhere(spelling)) return
    if (batches.length === 0 || (isLearned && batches.at(-1)!.spellings.length >= mostLearnedInSearch))
      batches.push({ spellings: [], search: undefined, filter: undefined })
    const batch = batches.at(-1)!
    batch.spellings.push(spelling)
    batch.search = undefined
    batch.filter = undefined
  }

  return {
    add(value, kind) {
      const number = kind === 'card' ? digitsOf(value) : ''
      const isNumber = number.length >= shortestSecret
      const secret = { kind, value: isNumber ? number : value }
      for (const spelling of [value, value.trim(), seenText(value), ...(isNumber ? cardSpellings(number) : [])]) {
        addSpelling(spelling, secret)
      }
    },
    get: (text) => known.get(text),
    search(text, report) {
      for (const batch of batches) {
        batch.search ??= createSecretSearch(batch.spellings, { wordsStandAlone: isLearned })
        batch.search(text, (start, end, index) => {
          const { kind, value } = known.get(batch.spellings[index]!)!
          report(start, end, kind, value)
        })
      }
    },
    searchCut(text, end, report) {
      for (const [spelling, { kind, value }] of known) {
        if (!isSoughtEverywhere(spelling)) continue
        const length = sharedLength(text, end, spelling)
        if (length > 0) report(end - length, end, kind, value)
      }
    },
    rangesIn: (bytes) =>
      batches.flatMap((batch) => (batch.filter ??= createByteFilter(batch.spellings.flatMap(spellingsOf)))(bytes)),
  }
}

/** The length of the beginning of a spelling that is before a place; 0 for less than what is looked for anywhere. */
function sharedLength(text: string, end: number, spelling: string): number {
  for (let length = Math.min(spelling.length - 1, end); length >= shortestSecret; length -= 1) {
    if (text[end - length] === spelling[0] && text.startsWith(spelling.slice(0, length), end - length)) return length
  }
  return 0
}
