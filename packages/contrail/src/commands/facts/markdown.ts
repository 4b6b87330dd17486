import { onOneLine } from './lines.ts'

/**
 * Recorded text as code of Markdown, on one line, in a table too: there it makes no link, picture, mention, reference, heading or
 * tag. What would end the code, or a cell of a table, is said by a character that looks like it.
 *
 * @param limit longest text in characters; default 120
 * @returns nothing for a text that has nothing to read in it
 */
export function code(text: string, limit = 120): string {
  const characters = Array.from(onOneLine(text).trim())
  const cut = characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : characters.join('')
  return cut === '' ? '' : `\`${cut.replaceAll('`', 'ˋ').replaceAll('|', '¦')}\``
}
