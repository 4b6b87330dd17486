import { onOneLine } from './lines.ts'

/**
 * Recorded text as code of Markdown, on one line, in a table too: there it makes no link, picture, mention, reference, heading or
 * tag, and reads as it was. A bar, which would end a cell of a table, stands between two pieces of code.
 *
 * @param limit longest text in characters; default 120
 * @returns nothing for a text that has nothing to read in it
 */
export function code(text: string, limit = 120): string {
  const characters = Array.from(onOneLine(text).trim())
  const cut = characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : characters.join('')
  return cut.split('|').map(toSpan).join('&#124;')
}

/** Code between fences that are longer than any in it; what would be taken for a part of a fence, or for its room, has a space more. */
function toSpan(text: string): string {
  if (text === '') return ''
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0)
  const fence = '`'.repeat(longest + 1)
  const room = /^`|`$|^ .*[^ ].* $/.test(text) ? ' ' : ''
  return `${fence}${room}${text}${room}${fence}`
}
