/**
 * Letters of 5 x 7 pixels for ASCII 32 to 126, two more below the line for those that reach there, so that words can be drawn
 * where no font is installed: a row of a letter is one digit in base 32, whose highest bit is the leftmost pixel.
 */
const rows = [
  '0000000 4444004 aaa0000 aavavaa 4fke5u4 op248j3 cik8lid c480000',
  '2488842 8422248 04lel40 044v440 00000cc48 000v000 00000cc 01248g0',
  'ehjlphe 4c4444e eh1248v v2421he 26aiv22 vgu11he 68guhhe v124888',
  'ehhehhe ehhf12c 0cc0cc0 0cc00cc48 248g842 00v0v00 8421248 eh12404',
  'eh1dlle ehhvhhh uhhuhhu ehggghe sihhhis vgguggv vgguggg ehgnhhf',
  'hhhvhhh e44444e 72222ic hikokih ggggggv hrllhhh hhpljhh ehhhhhe',
  'uhhuggg ehhhlid uhhukih fgge11u v444444 hhhhhhe hhhhha4 hhhllla',
  'hha4ahh hhha444 v1248gv e88888e 0g84210 e22222e 4ah0000 000000v',
  '8420000 00e1fhf ggmphhu 00egghe 11djhhf 00ehvge 698s888 00fhhhf1e',
  'ggmphhh 40c444e 2062222ic ggikoki c44444e 00qllhh 00mphhh 00ehhhe',
  '00uhhhugg 00fhhhf11 00mpggg 00ege1u 88s8896 00hhhjd 00hhha4 00hhlla',
  '00ha4ah 00hhhhf1e 00v248v 2448442 4444444 8442448 000di00',
]
const glyphs = rows.join(' ').split(' ')

/** Width and height of a letter, and from the begin of one to that of the next. */
export const glyphSize = { width: 5, height: 9, advance: 6 } as const

/** Signs that are no letters with a mark, and that pages use all the time, in letters that there are. */
const spellings: Readonly<Record<string, string>> = {
  ...{ '€': 'EUR', '£': 'GBP', ß: 'ss', æ: 'ae', Æ: 'AE', ø: 'o', Ø: 'O', œ: 'oe', ł: 'l', Ł: 'L' },
  ...{ '–': '-', '—': '-', '−': '-', '‘': "'", '’': "'", '“': '"', '”': '"', '„': '"', '«': '"', '»': '"' },
  ...{ '→': '->', '←': '<-', '×': 'x', '•': '*', '·': '.', '\n': ' ', '\t': ' ' },
}

/** The letters of a text, each telling if a pixel of it is set. Letters with accents lose these; what is no ASCII even so is a question mark. */
export function glyphsOf(text: string): ((column: number, row: number) => boolean)[] {
  const plain = Array.from(text.normalize('NFKD'), (letter) => spellings[letter] ?? letter)
    .join('')
    .replaceAll(/\p{M}/gu, '')
  return Array.from(plain, (letter) => {
    const glyph = glyphs[(letter.codePointAt(0) ?? 0) - 32] ?? glyphs['?'.charCodeAt(0) - 32]!
    return (column, row) => ((Number.parseInt(glyph[row] ?? '0', 32) >> (4 - column)) & 1) === 1
  })
}
