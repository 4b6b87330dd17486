/**
 * Characters that an eye does not see or is led astray by: control, format (bidi, zero width), private and lone half
 * characters.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu

/**
 * Make recorded text safe to look at: what cannot be seen is written as an escape, but for line breaks and tabs.
 */
export function shown(text: string): string {
  return text.replace(hidden, (character) => {
    if (character === '\n' || character === '\t') return character
    if (character === '\r') return '\\r'
    const code = character.codePointAt(0) ?? 0
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

/** The same on one line, cut to a length. */
export function shownLine(text: string, limit: number): string {
  const line = shown(text.slice(0, limit + 1)).replaceAll('\n', '\\n')
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line
}

/** The address of a link that may be followed: http and https alone. */
export function linkOf(url: string): string | undefined {
  if (url.length > 8_000 || !URL.canParse(url)) return undefined
  const { protocol, href } = new URL(url)
  return protocol === 'http:' || protocol === 'https:' ? href : undefined
}
