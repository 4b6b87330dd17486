import type { RedactionKind } from './redact-placeholder.ts'
import { cardSpellings, digitsOf } from './secret-cards.ts'
import { createSecretSearch, isSearchable, shortestSecret, type SecretSearch } from './secret-forms.ts'
import type { Report } from './secret-shapes.ts'

/** A value that is looked for. */
interface KnownSecret {
  readonly value: string
  readonly kind: RedactionKind
}

/** Values that are looked for, more of which may come. */
export interface KnownSecrets {
  /** What cannot be searched for is passed over, and so is what is known. */
  add(value: string, kind: RedactionKind): void
  /** What is known by exactly this spelling. */
  get(text: string): KnownSecret | undefined
  /** Report every known value of an unescaped text. */
  search(text: string, report: Report): void
}

/** The most spellings; a page that is filled in for ever must not slow every later event down. The first ones stay. */
const mostSpellings = 10_000

/** @param isTyped values were typed somewhere: a short word among them counts only where it stands alone */
export function createKnownSecrets(isTyped: boolean): KnownSecrets {
  const spellings = new Map<string, KnownSecret>()
  let search: SecretSearch | undefined
  let listed: KnownSecret[] = []
  return {
    add(value, kind) {
      const number = kind === 'card' ? digitsOf(value) : ''
      const isNumber = number.length >= shortestSecret
      const secret = { kind, value: isNumber ? number : value }
      for (const spelling of [value, value.trim(), ...(isNumber ? cardSpellings(number) : [])]) {
        if (!isSearchable(spelling) || spellings.has(spelling) || spellings.size >= mostSpellings) continue
        spellings.set(spelling, secret)
        search = undefined
      }
    },
    get: (text) => spellings.get(text),
    search(text, report) {
      if (spellings.size === 0) return
      if (!search) {
        listed = [...spellings.values()]
        search = createSecretSearch([...spellings.keys()], { wordsStandAlone: isTyped })
      }
      search(text, (start, end, index) => report(start, end, listed[index]!.kind, listed[index]!.value))
    },
  }
}
