import { onOneLine } from './lines.ts'

/** Characters that begin or end anything in the middle of a line of Markdown or HTML. */
const special = /[\\`*_{}[\]()<>#!|~&"'$\u200b]/g
/** Characters that would make a link, a mention or a reference; each is broken by a character that takes no room. */
const joining = /[@#]|:(?=\/\/)|www(?=\.)|gh(?=-\d)/gi

/**
 * Make recorded text safe in Markdown, in a table too: it reads as it was, on one line, and makes no link, picture, mention,
 * reference or tag.
 *
 * @param limit longest text in characters, before it is escaped
 */
export function escapeMarkdown(text: string, limit = 300): string {
  const characters = Array.from(onOneLine(text))
  const words = characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : characters.join('')
  const entity = (character: string): string => `&#${character.codePointAt(0)};`
  // At its beginning a line may become a list, a heading or a rule too.
  return words
    .replaceAll(joining, '$&\u200b')
    .replaceAll(special, entity)
    .replace(/^[-+=]|(?<=^\d{1,10})[.)]/, entity)
}
