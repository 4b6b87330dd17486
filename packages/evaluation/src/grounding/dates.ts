/** A day, as far as a text says it. A text like `03/04/2026` says one of two. */
export interface DayInText {
  readonly at: number
  readonly end: number
  /** `2026-11-28`, or `--11-28` where the year is not said. */
  readonly days: readonly string[]
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const month =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)'
const patterns: readonly { words: RegExp; read: (match: RegExpMatchArray) => string[] }[] = [
  { words: /\b(\d{4})-(\d{2})-(\d{2})\b/g, read: ([, year, mm, dd]) => [dayOf(year, mm, dd)] },
  {
    words: new RegExp(String.raw`\b(\d{1,2})(?:st|nd|rd|th)?\.?(?: of)? ${month}\b\.?,?(?: (\d{4})\b)?`, 'gi'),
    read: ([, dd, name, year]) => [dayOf(year, numberOf(name), dd)],
  },
  {
    words: new RegExp(String.raw`\b${month}\.? (\d{1,2})(?:st|nd|rd|th)?\b(?:,? (\d{4})\b)?`, 'gi'),
    read: ([, name, dd, year]) => [dayOf(year, numberOf(name), dd)],
  },
  { words: /\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b/g, read: ([, dd, mm, year]) => [dayOf(year, mm, dd)] },
  {
    words: /\b(\d{1,2})\/(\d{1,2})\/(\d{4})\b/g,
    read: ([, one, other, year]) => [dayOf(year, one, other), dayOf(year, other, one)],
  },
]

/** Find the days of a text, in any of the usual ways to write them. */
export function daysIn(text: string): DayInText[] {
  if (!/\d/.test(text)) return []
  const found = patterns.flatMap(({ words, read }) =>
    [...text.matchAll(words)].flatMap((match) => {
      const days = read(match).filter((day) => day !== '')
      return days.length === 0 ? [] : [{ at: match.index, end: match.index + match[0].length, days }]
    }),
  )
  return found.toSorted((one, other) => one.at - other.at)
}

/** Tells whether two readings of days can be the same: one of each is, or is without a year. */
export function canBeSameDay(one: readonly string[], other: readonly string[]): boolean {
  return one.some((day) =>
    other.some((twin) =>
      day.startsWith('--') || twin.startsWith('--') ? day.slice(-5) === twin.slice(-5) : day === twin,
    ),
  )
}

function numberOf(name: string | undefined): string {
  return String(months.indexOf((name ?? '').slice(0, 3).toLowerCase()) + 1)
}

/** `''` for what is no day of a calendar. */
function dayOf(year: string | undefined, mm: string | undefined, dd: string | undefined): string {
  const [monthNumber, day] = [Number(mm), Number(dd)]
  if (!(monthNumber >= 1 && monthNumber <= 12 && day >= 1 && day <= 31)) return ''
  return `${year ?? '-'}-${String(monthNumber).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}
