/** A number in a text, with what stands around it. */
export interface Figure {
  readonly value: number
  /** The place of its beginning in the text, with the marks before it. */
  readonly at: number
  readonly end: number
  readonly currency: string | undefined
  /** The unit, or the noun that is counted, as `unitOf` tells it. */
  readonly unit: string | undefined
  /** The units that up to 3 words behind it could be, the first too: `12 large rooms` counts rooms. */
  readonly counted: readonly string[]
}

const currencies: Readonly<Record<string, string>> = {
  '€': 'EUR',
  eur: 'EUR',
  euro: 'EUR',
  euros: 'EUR',
  $: 'USD',
  us$: 'USD',
  usd: 'USD',
  dollar: 'USD',
  dollars: 'USD',
  '£': 'GBP',
  gbp: 'GBP',
  pound: 'GBP',
  pounds: 'GBP',
  '¥': 'JPY',
  jpy: 'JPY',
  yen: 'JPY',
  '₹': 'INR',
  inr: 'INR',
  rs: 'INR',
  rupees: 'INR',
  chf: 'CHF',
  cad: 'CAD',
  aud: 'AUD',
  sek: 'SEK',
  nok: 'NOK',
  dkk: 'DKK',
  pln: 'PLN',
  kr: 'SEK',
  '₩': 'KRW',
  krw: 'KRW',
  cny: 'CNY',
  zł: 'PLN',
}

const units: Readonly<Record<string, string>> = {
  '%': '%',
  percent: '%',
  '°c': '°c',
  '°f': '°f',
  '°': '°',
  degree: '°',
  mm: 'mm',
  millimetre: 'mm',
  millimeter: 'mm',
  cm: 'cm',
  centimetre: 'cm',
  centimeter: 'cm',
  m: 'm',
  metre: 'm',
  meter: 'm',
  km: 'km',
  kilometre: 'km',
  kilometer: 'km',
  inch: 'inch',
  inches: 'inch',
  in: 'inch',
  '"': 'inch',
  ft: 'ft',
  foot: 'ft',
  feet: 'ft',
  mi: 'mile',
  mile: 'mile',
  yd: 'yd',
  yard: 'yd',
  g: 'g',
  gram: 'g',
  kg: 'kg',
  kilogram: 'kg',
  kilo: 'kg',
  lb: 'lb',
  pound: 'lb',
  oz: 'oz',
  ounce: 'oz',
  ml: 'ml',
  millilitre: 'ml',
  milliliter: 'ml',
  l: 'l',
  litre: 'l',
  liter: 'l',
  ms: 'ms',
  millisecond: 'ms',
  s: 's',
  sec: 's',
  second: 's',
  min: 'min',
  minute: 'min',
  h: 'h',
  hr: 'h',
  hour: 'h',
  d: 'day',
  day: 'day',
  week: 'week',
  wk: 'week',
  month: 'month',
  year: 'year',
  yr: 'year',
  b: 'byte',
  byte: 'byte',
  kb: 'kb',
  mb: 'mb',
  gb: 'gb',
  tb: 'tb',
  px: 'px',
  pixel: 'px',
  dpi: 'dpi',
  w: 'w',
  watt: 'w',
  kw: 'kw',
  kwh: 'kwh',
  v: 'v',
  volt: 'v',
  hz: 'hz',
  ghz: 'ghz',
  lm: 'lumen',
  lumen: 'lumen',
  k: 'kelvin',
  kelvin: 'kelvin',
  mph: 'mph',
  'km/h': 'km/h',
  star: 'star',
}
const measures = new Set(Object.values(units))

/** Tells whether a unit measures, and does not count things. */
export function isMeasure(unit: string): boolean {
  return measures.has(unit)
}

const tokens =
  /(us\$|[€$£¥₹₩]|\b(?:eur|usd|gbp|jpy|inr|chf|cad|aud|sek|nok|dkk|pln|cny|rs)\b\.?)?[ \u00a0]?(?<![\p{L}\d_])(?<![\p{L}\d]-)(?<!\d[.,:])(\d{1,3}(?:[,.'’ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d+(?:[.,]\d+)?)(?:[.,][-–—]{1,2})?(?:[ \u00a0\u202f-]?(us\$|[€$£¥₹₩%°"](?:[cf]\b)?|km\/h|\p{L}+))?/giu

/** Find the numbers of a text that stand by themselves, with currency and unit. Dates and the parts of words are none. */
export function figuresIn(text: string): Figure[] {
  return [...text.matchAll(tokens)].map((match) => {
    const [whole, before, digits = '', after = ''] = match
    const mark = (before ?? '').replace('.', '').toLowerCase()
    // `37 Guarantee` counts nothing: it begins something new.
    const word =
      /^\p{Lu}\p{Ll}/u.test(after) && own(units, after.toLowerCase()) === undefined ? '' : after.toLowerCase()
    const currency = own(currencies, mark) ?? (word === 'pounds' && mark === '' ? 'GBP' : own(currencies, word))
    const unit = currency === undefined ? unitOf(word) : undefined
    const at = match.index + (whole.length - whole.trimStart().length)
    const isPart = unit !== undefined || own(currencies, word) !== undefined
    const length = isPart ? whole.length : whole.lastIndexOf(digits) + digits.length
    const counted =
      currency === undefined ? countedIn(text, match.index + whole.lastIndexOf(digits) + digits.length) : []
    return { value: toNumber(digits), at, end: match.index + length, currency, unit, counted }
  })
}

/** Nouns that a figure which ends here may count: the words behind it up to a mark, a number or a word that joins. */
function countedIn(text: string, end: number): string[] {
  const words = /^[ \u00a0-]?((?:\p{L}+[ \u00a0]?){1,3})/u
    .exec(text.slice(end, end + 60))?.[1]
    ?.toLowerCase()
    .trim()
    .split(/[ \u00a0]/)
  const joins = words?.findIndex((word) => noUnits.has(word)) ?? -1
  return (joins === -1 ? words : words?.slice(0, joins))?.flatMap((word) => unitOf(word) ?? []) ?? []
}

/** Words that may follow a number and are no unit of it. */
const noUnits = new Set(
  'the a an of and or in on at to for is are was were be been it its with from by as than that this these those which who per each out more less about only also but not no so if when then off up down into over under between before after since until via vs plus minus time times x has have had does did will would could should may might must costs comes goes gets gives takes makes says seems becomes appears remains belongs contains includes offers departs arrives begins sells weighs'.split(
    ' ',
  ),
)

/** Tell the unit that a word in lower case is, or the noun that it counts; nothing of a word that is none. */
export function unitOf(word: string): string | undefined {
  if (word === '' || noUnits.has(word)) return undefined
  const singular = word.length > 3 ? singularOf(word) : word
  return own(units, word) ?? own(units, singular) ?? (word.length < 3 ? undefined : singular)
}

function singularOf(word: string): string {
  if (/(?:x|ch|sh|ss)es$/.test(word)) return word.slice(0, -2)
  return word.endsWith('ies') ? `${word.slice(0, -3)}y` : word.replace(/([^s])s$/, '$1')
}

function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}

/** Read digits as they are written anywhere: `1,299.00`, `1.299,00`, `1 299` and `4,5`. A mark before exactly three digits groups. */
function toNumber(digits: string): number {
  const grouped = /^\d{1,3}(?:[,.'’ \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?$/.test(digits)
  const plain = grouped
    ? digits
        .replace(/[.,](\d{1,2})$/, '|$1')
        .replaceAll(/[,.'’ \u00a0\u202f]/g, '')
        .replace('|', '.')
    : digits.replace(',', '.')
  return Number(plain)
}
