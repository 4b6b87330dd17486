import { endOfRun, isNoSpace, isQuote, isSpace } from '../text/characters.ts'
import { itemsOf } from '../names/named-field.ts'
import type { Mark, Reader } from '../text/marks.ts'
import type { FoundSecret } from '../text/report.ts'
import { isTold } from '../told/label.ts'
import { isExample, isExampleOfPassword } from './addresses.ts'
import { bareValue, quotedValue } from './pair-values.ts'
import { programs, type Program, type Takes } from './programs.ts'

/** A word of a command, without the quotes around it. */
interface Word {
  readonly start: number
  readonly text: string
}

const longestCommand = 400
const longestList = 800
const longestWord = 200
const mostWords = 60
/** Programs that run another one: `sudo`, `docker exec`. */
const mostPrograms = 4

const byName = Map.groupBy(programs, ({ name }) => name)

/** Marks of commands, however their words are parted: by blanks, as items of a list of code, or as those of YAML. */
export const programMarks: readonly Mark[] = programs.flatMap(({ name, verbs }) => [
  { mark: `${[name, ...verbs].join(' ')} `, isPrefix: true, read: readLine },
  ...["'", '"'].map((quote) => ({ mark: name + quote, isPrefix: true, read: readList })),
  { mark: `${name}\n`, isPrefix: true, read: readItems },
])

/** The secret that a text is, or holds, as an argument of a command whose words are given as a list. */
export function secretOfArgument(items: readonly unknown[], text: string): FoundSecret | undefined {
  if (text.length > longestCommand) return undefined
  const given = itemsOf(items, mostWords + 1)
  if (given.length < 3 || given.length > mostWords) return undefined
  const words = given.map((item): Word => ({ start: 0, text: typeof item === 'string' ? item : '' }))
  return secretOfCommand(words, text)
}

function readLine(reader: Reader, start: number): FoundSecret[] | undefined {
  const read = reader.nextLine(start, longestCommand)
  const end = start + read.length
  const isCut = read.length === longestCommand
  // A word that begins in it is read to its end.
  const line = isCut ? reader.text.slice(start, endOfRun(reader.text, end, isNoSpace, longestWord)) : read
  const words = wordsOfLine(line, start)
  const next = isCut ? words.findLastIndex(({ text }, at) => at > 0 && byName.has(text)) : -1
  if (next > 0) reader.giveBack(words[next]!.start)
  else giveBackBehind(reader, words)
  return secretsOfCommand(next > 0 ? words.slice(0, next) : words)
}

/** Go on behind the words of a command, where another one may begin. */
function giveBackBehind(reader: Reader, words: readonly Word[]): void {
  const last = words.at(-1)
  if (last) reader.giveBack(last.start + last.text.length)
}

function readList(reader: Reader, start: number, end: number): FoundSecret[] | undefined {
  const words = wordsOfMatches(reader.nextLine(start, longestList, ']'), start, end - start, item)
  giveBackBehind(reader, words)
  return secretsOfCommand(words)
}

function readItems(reader: Reader, start: number, end: number): FoundSecret[] | undefined {
  if (!/^[ \t]{0,40}- /.test(reader.text.slice(end, end + 50))) return undefined
  // Where they end their pattern tells: a search for an empty line would pass over all of them for each that is a program.
  const words = wordsOfMatches(reader.nextLine(start, longestList, '\0'), start, end - start - 1, itemOfYaml)
  giveBackBehind(reader, words)
  return secretsOfCommand(words)
}

const item = /\s{0,40},\s{0,40}(["'])((?:\\.|(?!\1)[^\\\n]){0,300})\1/y
const itemOfYaml = /\r?\n[ \t]{0,40}- (["']?)([^\n]{0,300}?)\1(?=\r?\n|$)/y

function wordsOfMatches(list: string, start: number, nameEnd: number, pattern: RegExp): Word[] {
  const words = list === '' ? [] : [{ start, text: list.slice(0, nameEnd).replace(/["']$/, '') }]
  pattern.lastIndex = nameEnd
  for (let found = pattern.exec(list); found && words.length < mostWords; found = pattern.exec(list)) {
    const [whole, quote = '', text = ''] = found
    words.push({ start: start + found.index + whole.length - quote.length - text.length, text })
  }
  return words
}

/** The words of a line, up to where another command begins. */
function wordsOfLine(line: string, start: number): Word[] {
  const words: Word[] = []
  for (let at = 0; at < line.length && words.length < mostWords; at += 1) {
    if (isSpace(line.charCodeAt(at))) continue
    const quoted = isQuote(line.charCodeAt(at)) ? quotedValue(line, at) : undefined
    const value = quoted ?? bareValue(line, at)
    // `-p'...'`: what is joined to a flag may stand in quotes.
    const isFlag = !quoted && line[at] === '-' && isQuote(line.charCodeAt(value.end))
    const joined = isFlag ? quotedValue(line, value.end) : undefined
    const end = joined?.next ?? value.end
    if (end === value.start && '|;&'.includes(line[at]!)) break
    if (end === value.start && line[at] === ',') continue
    const here = line.startsWith('<<<', at) ? '<<<' : undefined
    // What begins with a bracket is no word that can be read: of those there is the first sign.
    const text = here ?? (end > value.start ? line.slice(value.start, end) : '<')
    words.push({ start: start + value.start, text })
    at = Math.max(at + (here?.length ?? 1), quoted?.next ?? end) - 1
    if (text === '<') at = endOfRun(line, at, isNoSpace) - 1
  }
  return words
}

/** The secrets among the words of a command, which may be given several times in one line. */
function secretsOfCommand(words: readonly Word[]): FoundSecret[] | undefined {
  const found: FoundSecret[] = []
  let rest = words
  for (let secret = secretOfCommand(rest); secret; secret = secretOfCommand(rest)) {
    const { end } = secret
    found.push(secret)
    rest = rest.slice(rest.findIndex(({ start, text }) => start + text.length >= end) + 1)
  }
  return found.length > 0 ? found : undefined
}

/** The first secret among the words of a command, or that in one of them. */
function secretOfCommand(words: readonly Word[], only?: string): FoundSecret | undefined {
  let others = mostPrograms
  for (const [at, { text }] of words.entries()) {
    const name = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1)
    const known = byName.get(/\.exe$/i.test(name) ? name.slice(0, -4) : name)
    if (known && (others -= 1) < 0) return undefined
    for (const program of known ?? []) {
      const again = words.findIndex((word, index) => index > at && word.text === text)
      const rest = words.slice(at + 1, again < 0 ? undefined : again)
      const isMeant = program.verbs.every((verb) => rest.some((word) => word.text === verb))
      const found = isMeant ? secretOf(program, rest, only) : undefined
      if (found) return found
    }
  }
  return undefined
}

function secretOf({ flags, plain, verbs }: Program, words: readonly Word[], only?: string): FoundSecret | undefined {
  const isAsked = (word: Word | undefined): word is Word => word !== undefined && (only ?? word.text) === word.text
  for (const [flag, takes] of flags) {
    for (const [index, word] of words.entries()) {
      const isAlone = word.text === flag && takes !== 'joined'
      const value = isAlone ? words[index + 1] : joinedValue(word, flag, takes)
      const secret = value && isAsked(isAlone ? value : word) ? secretIn(value, takes) : undefined
      if (secret) return secret
    }
  }
  if (!plain || (plain.flag && !words.some(({ text }) => plain.flag!.test(text)))) return undefined
  const behindVerb = words.findIndex(({ text }) => text === verbs.at(-1)) + 1
  const value = words
    .slice(behindVerb)
    .filter(({ text }) => !/^[-/]/.test(text))
    .at(plain.at)
  return isAsked(value) && isTold(plain.kind, value.text)
    ? { start: value.start, end: value.start + value.text.length, kind: plain.kind }
    : undefined
}

/** `-psecret`, `-p'...'`, `--user=ada:...` */
function joinedValue({ start, text }: Word, flag: string, takes: Takes): Word | undefined {
  const isJoined = takes === 'joined' && text.length > flag.length && text.startsWith(flag)
  const isLong = flag.startsWith('--') && text.startsWith(`${flag}=`)
  if (!isJoined && !isLong) return undefined
  const from = flag.length + (isLong ? 1 : 0)
  const isInQuotes = isQuote(text.charCodeAt(from)) && text.at(-1) === text[from]
  const value = isInQuotes ? text.slice(from + 1, -1) : text.slice(from)
  return { start: start + from + (isInQuotes ? 1 : 0), text: value }
}

function secretIn({ start, text }: Word, takes: Takes): FoundSecret | undefined {
  const from = takes === 'user' ? text.search(/[:,]/) + 1 : 0
  const isOther =
    (takes === 'user' && from === 0) || from >= text.length || /^(?:[-<{%*]|\$(?:[{(]|\w+$))/.test(text.slice(from))
  const isToFillIn = isExampleOfPassword(text.slice(from)) && (takes !== 'user' || isExample(text))
  return isOther || isToFillIn || ports.test(text)
    ? undefined
    : { start: start + from, end: start + text.length, kind: 'password' }
}

/** `docker run --name mongo -p 27017:27017`: the name of a container is no command. */
const ports = /^(?:[\d.]{7,15}:)?\d{1,5}:\d{1,5}(?:\/(?:tcp|udp))?$/
