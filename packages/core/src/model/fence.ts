/** The mark of a fenced text. */
export interface FenceOptions {
  /** where the text comes from, e.g. an evidence id `3:aria` */
  readonly id: string
  /** the most characters of the text that stay, without the mark that says how many do not; default 8,000 */
  readonly maxChars?: number
}

/**
 * A text of a page, a tool or an agent as it may stand in a prompt: between `<untrusted id="...">` and `</untrusted>`, which
 * nothing inside can open or close. What no reader sees is taken out, ruled lines are shortened, and the middle of
 * what is too long gives way to a mark. Pure, deterministic and linear in the length of the text.
 *
 * @throws {TypeError} when `maxChars` is no whole number from 1
 */
export function fence(text: string, { id, maxChars = 8_000 }: FenceOptions): string {
  if (!Number.isSafeInteger(maxChars) || maxChars < 1)
    throw new TypeError(`maxChars: expected a whole number from 1, got ${maxChars}`)
  const shown = shortenRules(escapeMarks(seen(text)))
  return `<untrusted id="${attribute(id)}">${withoutMiddle(shown, maxChars)}</untrusted>`
}

/**
 * Characters that no reader sees: control characters but newline and tab, and all that Unicode 17 calls ignorable, but
 * the two selectors of emoji. The list is written out, since `\p{...}` means something else in each version of Node,
 * and takes five times as long.
 */
const unseen = new RegExp(
  [
    String.raw`[\0-\x08\x0b-\x1f\x7f-\x9f]`, // control
    String.raw`[\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufff0-\ufffb]`, // hyphens, joiners, fillers
    String.raw`[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]`, // zero-width, bidi
    String.raw`[\ufe00-\ufe0d]|[\udb40-\udb43][\udc00-\udfff]`, // selectors, tags
    String.raw`\ud82f[\udca0-\udca3]|\ud834[\udd73-\udd7a]`, // marks of shorthand and music
  ].join('|'),
  'g',
)

/** Halves of characters go first: two of them must not become one that is unseen when what is between them is taken out. */
function seen(text: string): string {
  return text.toWellFormed().replace(unseen, '')
}

/** Every `<` before the word, with white space and slashes between, is no mark any more. It is looked for backwards: linear. */
function escapeMarks(text: string): string {
  let escaped = ''
  let done = 0
  for (const { index } of text.matchAll(/untrusted/giu)) {
    let at = index - 1
    while (at >= done && /[\s/]/.test(text[at]!)) at -= 1
    if (at < done || text[at] !== '<') continue
    escaped += `${text.slice(done, at)}&lt;`
    done = at + 1
  }
  return escaped + text.slice(done)
}

const longestRule = 8
const isRuled = (character: string | undefined): boolean => character !== undefined && '=-_#*'.includes(character)

/**
 * Lines that are drawn of `= - _ # *` could pass for borders of the prompt: 8 of a run stay. A run of 9 has a character at every
 * ninth place, so that only those are looked at.
 */
function shortenRules(text: string): string {
  let shortened = ''
  let done = 0
  for (let at = longestRule; at < text.length; at += longestRule + 1) {
    if (!isRuled(text[at])) continue
    let start = at
    while (start > done && isRuled(text[start - 1])) start -= 1
    while (isRuled(text[at + 1])) at += 1
    if (at - start < longestRule) continue
    shortened += text.slice(done, start + longestRule)
    done = at + 1
  }
  return shortened + text.slice(done)
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function attribute(id: string): string {
  return seen(id)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[&<>"]/g, (character) => entities[character]!)
}

/** The distance from a cut, in characters, within which white space is looked for. */
const reach = 40

/** The first 35 % and the last 65 % of the room: how a thing ended tells more than how it began. */
function withoutMiddle(text: string, room: number): string {
  if (text.length <= room) return text
  const head = headEnd(text, Math.floor(room * 0.35))
  const tail = tailStart(text, text.length - (room - Math.floor(room * 0.35)))
  const count = (tail - head).toLocaleString('en-US')
  return `${text.slice(0, head)}[... ${count} characters left out ...]${text.slice(tail)}`
}

function headEnd(text: string, end: number): number {
  for (let at = end; at > Math.max(0, end - reach); at -= 1) if (/\s/.test(text[at]!)) return at
  return isInsideCharacter(text, end) ? end - 1 : end
}

function tailStart(text: string, start: number): number {
  for (let at = start; at < Math.min(text.length, start + reach); at += 1) if (/\s/.test(text[at - 1]!)) return at
  return isInsideCharacter(text, start) ? start + 1 : start
}

function isInsideCharacter(text: string, at: number): boolean {
  return at > 0 && text.codePointAt(at - 1)! > 0xffff
}
