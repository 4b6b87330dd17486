// Long, since it is a list: the ways in which one line tells of the next.
import { isBlank, isLetter, isQuote } from '../text/characters.ts'
import type { RedactionKind, TextRange } from '../text/placeholder.ts'
import { remember } from '../text/memoize.ts'
import { otherFields } from '../names/field-words.ts'
import { isPostalCode, kindOfField } from '../names/fields.ts'
import { isStateWord } from '../names/prose.ts'
import { readAriaLine, withoutQuotes } from '../text/aria-line.ts'
import { withoutJson } from '../text/json-line.ts'
import { otherCodes } from '../names/sent-codes.ts'
import type { KeyNames } from '../names/keys.ts'
import { isCodeWord, isTelling, isTold, kindOfSubject } from './label.ts'
import { readShownOnce } from './shown-once.ts'
import type { Above, Reading, Tells, ToldMark } from './reading.ts'

const longestLine = 600
const longestLabel = 140
const longestAttribute = 60
/** After so many lines without a word of it no phrase follows. */
const mostOthers = 3
/** A table has each word in its cell and in the name of its row. */
const mostParts = 52

/** Words that make a line one that may tell of the next, or of itself; and so does a name at its end. */
export const tellingMarks: readonly ToldMark[] = [
  ...[
    ...'code|Code|CODE|ódigo|odice'.split('|'),
    ...['status', 'definition', 'code', 'paragraph', 'generic', 'term'].map((role) => `- ${role} "`),
  ].map((mark): ToldMark => [mark, (reading, _, end) => (reading.telling = end)]),
  ...'hrase|nemonic|seed|Seed|rase de|fraza |助记词|助記詞|フレーズ'
    .split('|')
    .map((mark): ToldMark => [mark, (reading, _, end) => (reading.telling = reading.phrase = end)]),
  ...['password for the ', 'Password for the ', 'following password ', '$ ', 'PS> '].map((mark): ToldMark => [
    mark,
    (reading, _, end) => (reading.telling = end),
  ]),
  ...['all', 'every', 'each', 'any', 'both', 'these'].map((word): ToldMark => [
    `d for ${word} `,
    (reading, _, end) => (reading.telling = reading.shared = end),
  ]),
]

/**
 * Read one line of a page, as a text or an aria tree has it: it may be the secret that the line before tells of, `API key` or
 * `Your code is`, or tell of the next one itself. Blank lines, buttons and what only opens what it holds part the two not.
 */
export function readLine(reading: Reading, lineBreak: number): void {
  const { text, names, above, lineStart } = reading
  reading.lineStart = lineBreak + 1
  if (reading.keyWord > lineStart && reading.onceWord > lineStart) readShownOnce(reading, lineStart, lineBreak, lineAt)
  const mayTell = reading.telling > lineStart || canEndLabel(names, text, endOfWords(text, lineStart, lineBreak))
  if (!above && !mayTell) return
  const line = lineBreak - lineStart > longestLine ? 'long' : lineAt(text, lineStart, lineBreak, above?.isOfPhrase)
  if (line === undefined) return
  if (above && line !== 'long' && line.isShown && takes(reading, above, line)) return
  if (above) settle(reading, above)
  const isLabel = mayTell && line !== 'long' && line.end - line.start <= longestLabel
  reading.above = isLabel
    ? {
        start: line.start,
        end: line.end,
        isOfPhrase: reading.phrase > lineStart,
        isShared: reading.shared > lineStart,
      }
    : undefined
  if (line !== 'long' && line.name) takes(reading, { ...line.name, isOfPhrase: false, isShared: false }, line)
}

function canEndLabel(names: KeyNames, text: string, end: number): boolean {
  const last = text.charCodeAt(end - 1)
  return (isLetter(last) || last > 0x7f) && (names.canEndAt(text, end) || isCodeWord(text, end))
}

/** Read what is left when the text ends. */
export function endLines(reading: Reading): void {
  readLine(reading, reading.text.length)
  if (reading.above) settle(reading, reading.above)
}

/** The end of the words of a line, before `:`, `"`, `[ref=e5]`. */
function endOfWords(text: string, start: number, lineBreak: number): number {
  let end = lineBreak
  while (end > start && isEdge(text.charCodeAt(end - 1))) end -= 1
  if (text[end - 1] === ':') end -= 1
  while (text.charCodeAt(end - 1) === 0x5d) {
    let opening = end - 2
    while (opening > start && end - opening < longestAttribute && text.charCodeAt(opening) !== 0x5b) opening -= 1
    if (text.charCodeAt(opening) !== 0x5b) break
    end = opening - 1
  }
  if (isQuote(text.charCodeAt(end - 1))) end -= 1
  if (text[end - 1] === ':') end -= 1
  const last = text[end - 1]
  if (last === 's') return text.startsWith(' is', end - 3) ? end - 3 : end
  return last === 'w' && text.startsWith(' now', end - 4) ? end - 4 : end
}

/** White space, and the hyphens of `-----BEGIN PRIVATE KEY-----`. */
function isEdge(unit: number): boolean {
  return isBlank(unit) || unit === 0x0d || unit === 0x2d
}

/** The text that a line shows. */
interface Line extends TextRange {
  /** It is content of a page, and no field, cell or the like, which may only tell of the next. */
  readonly isShown: boolean
  /** The name of what has a value too. */
  readonly name?: TextRange
}

const shown = new Set(
  'definition code paragraph generic strong emphasis text status heading listitem term mark insertion blockquote time StaticText div span'.split(
    ' ',
  ),
)

/** They may hold a word of a phrase: chips, tables, fields. What else they say parts it not from its name. */
const wordRoles = new Set('button cell gridcell columnheader option row textbox'.split(' '))

function lineAt(text: string, lineStart: number, lineBreak: number, isUnderPhrase = false): Line | undefined {
  const { start, end } = withoutJson(text, lineStart, lineBreak)
  const line = readAriaLine(text, start)
  if (!line?.isWhole || line.role === '') return trimmed(text, start, end)
  const isWord = isUnderPhrase && wordRoles.has(line.role)
  if (line.role.startsWith('/') || (line.role === 'button' && !isWord) || line.role === 'img') return undefined
  const value = line.value && line.value.start < line.value.end ? line.value : undefined
  const found = value ? { start: value.start, end: Math.min(value.end, end) } : line.name
  if (!found) return undefined
  const content = withoutQuotes(text, found)
  if (isWord && !ofPhrase.test(text.slice(content.start, content.end))) return undefined
  const name = value && line.name ? { name: line.name } : {}
  return { ...content, isShown: isWord || shown.has(line.role), ...name }
}

function trimmed(text: string, from: number, to: number): Line | undefined {
  let start = from
  let end = to
  while (start < end && !(text.charCodeAt(start) > 0x20)) start += 1
  while (end > start && !(text.charCodeAt(end - 1) > 0x20)) end -= 1
  return start === end ? undefined : { start, end, isShown: true }
}

/** Behind it something follows: `Your code is`, `Enter this setup key:`. */
const opens = /(?:\s(?:is|ist|est|es|é|è|är|er|jest|now|below|lautet))?\s?[:：]$|\s(?:is|ist|est|es|é|è|är|er|jest)$/

/** Signs that no name and no sentence has. */
const noLabel = /[^\p{L}\p{N} _:：.,!?'’()&/-]|[,:]\S|\S\/\S/u

/** The part of a line that tells of the next one: a name and nothing else, or a sentence whose last words are one or that speaks of a code. */
function readLabel(label: string, names: KeyNames): Tells | undefined {
  const printed = kindOfPrinted(label, names)
  if (printed) return { kind: printed, isLabel: true, isPhrase: false }
  if (ofFirstStart.test(label)) return { kind: 'password', isLabel: true, isPhrase: false }
  if (noLabel.test(label)) return undefined
  const subject = label.replace(opens, '')
  const isOpen = subject.length < label.length
  const isName = !noName.test(subject)
  const named = isName ? names.named(subject) : undefined
  const kind = named?.isSure === true ? named.kind : kindOfField(subject)
  if (/^pin\b/i.test(subject) || (kind === 'password' && begun.test(subject))) return undefined
  const isPhrase = kind === 'secret' && phrases.test(subject)
  if (kind && (isName || isPhrase)) return { kind, isLabel: true, isPhrase }
  const isOfOther = otherCodes.test(subject)
  if (kind === 'one_time_code' && !isOfOther) return { kind, isLabel: isOpen, isPhrase }
  if (thisCode.test(subject) && !isOfOther) return { kind: 'one_time_code', isLabel: isOpen, isPhrase, isNearby: true }
  const last = kindOfSubject(subject.slice(subject.search(lastSentence)), names)
  const isSecret = last && (last !== 'password' || (isOpen && endsInName(subject, names) && !begun.test(subject)))
  return isSecret ? { kind: last, isLabel: isOpen, isPhrase } : undefined
}

/** The kind of what an order prints into the next line: `$ printenv DB_PASSWORD`, `$ gcloud auth print-access-token`. */
function kindOfPrinted(label: string, names: KeyNames): RedactionKind | undefined {
  const order = prompt.exec(label)?.[1]
  if (order === undefined || !printing.test(order) || printsOther.test(order)) return undefined
  if (/\bopenssl rand\b|\bpwgen\b/.test(order)) return 'secret'
  for (const [at, word] of order
    .split(/[\s:=/]+/)
    .toReversed()
    .entries()) {
    const bare = word.replaceAll(/[^\w.-]/g, '')
    // `get password policy`: a word alone is one where it is the last.
    const isName = (at === 0 || /[^a-z]/.test(bare) || order.includes(`=${bare}`)) && names.canEndAt(bare, bare.length)
    const name = isName ? names.named(bare) : undefined
    if (name && isTelling(name)) return name.kind
  }
  return undefined
}

/** `$ `, `mysql> `, `root@host:~# `; a `#` or `>` alone is a heading or a quote of Markdown. */
const prompt =
  /^(?:[^$#%>❯]{0,60}[$❯]|[^$#%>❯]{0,40}[@:~][^$#%>❯]{0,20}[#%>]|[A-Za-z][\w.-]{0,30}(?:\[\d+\])?>)\s+(.+)$/
const printsOther = /\b(?:grep|like)\b|\|\s*(?:md5sum|sha\d*sum|wc)\b/i
const printing =
  /(?:^|[\s:-])(?:echo|printenv|print|cat|get|find|read|show|output|reveal|head|tail|access|rand|pwgen|query|lookup)(?=[\s-]|$)/

function endsInName(subject: string, names: KeyNames): boolean {
  return names.named(subject.slice(subject.lastIndexOf(' ') + 1)) !== undefined
}

/** {@link readLabel} for labels that come back, page by page. */
function tellsOf(label: string, names: KeyNames): Tells | undefined {
  let known = readers.get(names)
  if (!known) readers.set(names, (known = remember((text) => readLabel(text, names))))
  return known(label)
}

const readers = new WeakMap<KeyNames, (label: string) => Tells | undefined>()

/** The words of a server that is first started, over the password that it made. */
const ofFirstStart =
  /\bfollowing password (?:to|for)\b[^.\n]{0,60}:$|^(?:\P{L}*)(?:(?:new|initial|generated) )?password for the \S{1,40} user(?: \([^)\n]{1,80}\))?:$/iu

const phrases =
  /phrase|mnemonic|seed|frase|fraza|återställningsfras|ifadesi|фраза|助记词|助記詞|フレーズ|문구|herstelzin/i
/** Names have four words at most. */
const noName = /[^\p{L}\p{N} _-]|(?: \S+){4}/u

/** Words of signing in that stand so near belong to a code. */
const nearby = 200
const thisCode = /\b(?:enter|use|type|copy)\b[^.]{0,60}\bcode\b/i
const begun = /^(?:to )?(?:reset|change|forgot|show|hide|create|choose|update|set|confirm|how|why|what)\b/i
const lastSentence = /[^.!?]*$/

/** @returns whether more of what was told may follow */
function takes(reading: Reading, above: Above, line: TextRange): boolean {
  const { text, report } = reading
  // Nearly every line is words, of which none is a secret, and only a phrase has more than one line.
  if (!above.told && !above.isOfPhrase && !above.isShared && !canBeSecret(text, line)) return false
  const tells = above.told ?? tellsOf(text.slice(above.start, above.end), reading.names)
  if (!tells || (tells.isNearby && reading.signIn < above.start - nearby)) return false
  const told = (above.told ??= { ...tells, parts: [], others: 0 })
  const content = text.slice(line.start, line.end)
  const { kind, parts } = told
  const isPart = kind === 'one_time_code' ? /^\d$/.test(content) : told.isPhrase && ofPhrase.test(content)
  if (isPart && parts.length <= mostParts) {
    for (const { 0: part, index } of content.matchAll(told.isPhrase ? /[A-Za-z]{3,8}/g : /\d/g))
      parts.push({ start: line.start + index, end: line.start + index + part.length })
    return true
  }
  if (told.isPhrase && parts.length === 0) return (told.others += 1) <= mostOthers
  if (parts.length > 0) return false
  if (kind === 'one_time_code' && isPostalCode(text.slice(above.start, above.end), content)) return false
  const isWeak = kind === 'one_time_code' && !told.isLabel && content.replaceAll(/\D/g, '').length !== 6
  const isWord = above.isShared && kind === 'password' && told.isLabel && isSharedWord(content)
  if (isWord || (!isWeak && isTold(kind, content))) report(line.start, line.end, kind)
  return false
}

/** Tells whether a word is one that a page tells all of its users as their password, and none that is said of it. */
function isSharedWord(content: string): boolean {
  const isWord = /^[a-z][a-z_-]{5,40}$/.test(content) && !isStateWord(content) && !otherFields.has(content)
  return isWord && kindOfField(content) === undefined
}

/** Tells by a quick look whether a line can be a secret: one word that is not of letters alone, or groups. */
function canBeSecret(text: string, { start, end }: TextRange): boolean {
  let hasSigns = end - start >= 16
  const isInSingles = text.charCodeAt(start + 1) === 0x20
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit === 0x20 && !isBetweenGroups(at - start, isInSingles)) return false
    hasSigns ||= unit !== 0x20 && !isLetter(unit)
  }
  return hasSigns
}

/** `JBSW Y3DP`, `839 201`, `8 3 9 2 0 1` */
function isBetweenGroups(offset: number, isInSingles: boolean): boolean {
  return isInSingles ? offset % 2 === 1 : offset % 5 === 4 || offset === 3
}

/** A line of words as wallets have them, with their numbers or without: `1. legal`, `legal winner thank`. */
const ofPhrase =
  /^(?:#?\d{1,2}[.):]?|(?:#?\d{1,2}[.):]?\s{0,4})?(?:[a-z]{3,8}|[A-Z]{3,8}))(?:\s+(?:#?\d{1,2}[.):]?|[a-z]{3,8}|[A-Z]{3,8}))*$/

/** Report what stood in parts, if it is whole. */
function settle({ report }: Reading, { told }: Above): void {
  if (!told || told.parts.length === 0) return
  const { kind, parts } = told
  const isWhole =
    kind === 'one_time_code' ? parts.length >= 4 && parts.length <= 8 : parts.length >= 12 && parts.length <= mostParts
  if (isWhole) for (const { start, end } of parts) report(start, end, kind)
}
