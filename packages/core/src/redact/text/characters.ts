/** Classes of UTF-16 units, for scans that look at every unit of a text once. Beyond ASCII nothing is in a class. */
const digit = 1
const letter = 2
const urlDigit = 4
const standardDigit = 8
const punctuation = 16
const space = 32
const name = 64
const quote = 128

const classes = new Uint8Array(65_536)
for (const character of '0123456789') add(character, digit)
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz') add(character, letter)
for (const character of '-_') add(character, urlDigit)
for (const character of '+/') add(character, standardDigit)
for (const character of '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~') add(character, punctuation)
for (const character of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.[]$') add(character, name)
for (const character of '"\'`') add(character, quote)
for (const character of ' \t\n\r\v\f\u00a0') add(character, space)

function add(character: string, bit: number): void {
  classes[character.charCodeAt(0)]! |= bit
}

/** Each is false for the NaN that `charCodeAt` gives outside a text. */
export function isDigit(unit: number): boolean {
  return (classes[unit]! & digit) !== 0
}

/** A letter of ASCII. */
export function isLetter(unit: number): boolean {
  return (classes[unit]! & letter) !== 0
}

export function isLetterOrDigit(unit: number): boolean {
  return (classes[unit]! & (letter | digit)) !== 0
}

/** A letter, a digit, `-` or `_`: what identifiers, names of headers and tokens are made of. */
export function isWordUnit(unit: number): boolean {
  return (classes[unit]! & (letter | digit | urlDigit)) !== 0
}

/** A digit of base64 in its standard or URL alphabet. */
export function isBase64Digit(unit: number): boolean {
  return (classes[unit]! & (letter | digit | urlDigit | standardDigit)) !== 0
}

/**
 * Tells whether names of parameters, properties and variables are made of such units: `user[password]`, `$auth.token`.
 */
export function isNameUnit(unit: number): boolean {
  return (classes[unit]! & name) !== 0
}

export function isPunctuation(unit: number): boolean {
  return (classes[unit]! & punctuation) !== 0
}

export function isSpace(unit: number): boolean {
  return (classes[unit]! & space) !== 0
}

/** A space or a tab. */
export function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09
}

/** Neither white space of ASCII nor a control character. */
export function isNoSpace(unit: number): boolean {
  return unit > 0x20
}

/** Opens a quoted text. */
export function isQuote(unit: number): boolean {
  return (classes[unit]! & quote) !== 0
}

/** The end (exclusive) of a run of such units that begins at a place. */
export function endOfRun(text: string, start: number, isMember: (unit: number) => boolean, limit = Infinity): number {
  const last = Math.min(text.length, start + limit)
  let end = start
  while (end < last && isMember(text.charCodeAt(end))) end += 1
  return end
}

/**
 * Make a search for the next of some characters, for places that only go forward: where these are few, much faster than a look at
 * each unit. Where none comes it gives the end of the text.
 */
export function createNextOf(text: string, characters: string): (from: number) => number {
  const sought = Array.from(characters)
  const places = sought.map(() => -1)
  return (from) => {
    let nearest = Math.max(from, text.length)
    for (let index = 0; index < sought.length; index += 1) {
      let place = places[index]!
      if (place < from) {
        place = text.indexOf(sought[index]!, from)
        if (place < 0) place = Infinity
        places[index] = place
      }
      if (place < nearest) nearest = place
    }
    return nearest
  }
}

/** Bits of the sorts of units that a text holds, see {@link sortsOf}: what needs one that is not there need not be asked. */
export const sorts = {
  small: 1,
  capital: 2,
  digit: 4,
  /** White space of ASCII. */
  space: 8,
  beyondAscii: 16,
  /** `-` and `_` */
  joint: 32,
  /** `.` */
  dot: 64,
  /** `:` */
  colon: 128,
  /** `/` */
  slash: 256,
  /** `*` */
  star: 512,
  /** `(`, `)`, `[`, `]`, `{`, `}`, `<` and `>` */
  bracket: 1024,
  /** `=` */
  equals: 2048,
  /** `#` */
  hash: 4096,
  /** `^` */
  caret: 8192,
  /** `!`, `@`, `$`, `%`, `&`, `+`, `?` and `~` */
  mark: 16_384,
  other: 32_768,
} as const

const sortOf = new Uint16Array(128).fill(sorts.other)
for (let unit = 0; unit < 128; unit += 1) {
  if (isDigit(unit)) sortOf[unit] = sorts.digit
  else if (isLetter(unit)) sortOf[unit] = unit > 0x60 ? sorts.small : sorts.capital
  else if (isSpace(unit)) sortOf[unit] = sorts.space
}
for (const [characters, sort] of [
  ['-_', sorts.joint],
  ['.', sorts.dot],
  [':', sorts.colon],
  ['/', sorts.slash],
  ['*', sorts.star],
  ['()[]{}<>', sorts.bracket],
  ['=', sorts.equals],
  ['#', sorts.hash],
  ['^', sorts.caret],
  ['!@$%&+?~', sorts.mark],
] as const)
  for (const character of characters) sortOf[character.charCodeAt(0)] = sort

/** Tell the {@link sorts} of units that a text holds, as bits. */
export function sortsOf(text: string): number {
  let found = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    found |= unit < 128 ? sortOf[unit]! : sorts.beyondAscii
  }
  return found
}

/** The value of some hexadecimal digits, else -1. */
export function hexAt(text: string, at: number, digits: number): number {
  let value = 0
  for (let index = 0; index < digits; index += 1) {
    const unit = text.charCodeAt(at + index)
    const lowerCase = unit | 0x20
    if (unit >= 0x30 && unit <= 0x39) value = value * 16 + unit - 0x30
    else if (lowerCase >= 0x61 && lowerCase <= 0x66) value = value * 16 + lowerCase - 0x57
    else return -1
  }
  return value
}

/** Tells whether a unit is a small letter of ASCII. */
export function isSmall(unit: number): boolean {
  return unit >= 0x61 && unit <= 0x7a
}

/** The units of some characters. */
export function unitsOf(characters: string): ReadonlySet<number> {
  return new Set(Array.from(characters, (character) => character.charCodeAt(0)))
}
