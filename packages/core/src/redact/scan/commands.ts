import { endOfRun, isBlank, isLetter, isNameUnit, isNoSpace, isQuote, isWordUnit } from '../text/characters.ts'
import { builtInNames, type KeyNames } from '../names/keys.ts'
import { isSecretOfKind, isSecretUnder } from '../names/value.ts'
import { isItself } from '../names/words.ts'
import { kindOfSelector } from '../names/fields.ts'
import { shortestWord } from '../names/places.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import { marksOf, prefixesOf, type Mark, type Reader } from '../text/marks.ts'
import type { FoundSecret, Report } from '../text/report.ts'
import { isTold } from '../told/label.ts'
import { programMarks } from './command-words.ts'
import { bareValue, endsLine, isMixed, quotedValue, type FoundValue } from './pair-values.ts'

const longestFlag = 64
const longestCommand = 400

/**
 * Report secrets behind a flag of a secret's name: `--password hunter2`, `-ApiKey ...`, as PowerShell and Java write it, and in the next
 * item of a list of YAML.
 */
export function scanFlags(text: string, names: KeyNames, report: Report): void {
  let next = 0
  for (let dash = text.indexOf('-'); dash >= 0; dash = text.indexOf('-', next)) {
    next = dash + 1
    if (!isLetter(text.charCodeAt(next))) continue
    const before = text[dash - 1] === '-' ? dash - 2 : dash - 1
    const isWhole = before === dash - 1 ? !(text.charCodeAt(before) > 0x20) : !isNameUnit(text.charCodeAt(before))
    const end = endOfRun(text, next, isWordUnit, longestFlag)
    const start = next
    next = end
    if (!isWhole || !names.canEndAt(text, end)) continue
    const from = startOfArgument(text, end)
    if (from === end || text[from] === '-') continue
    const name = names.named(text.slice(start, end))
    const value = name && valueAt(text, from)
    if (!name || !value) continue
    // A token that is handed over is no word of a page, and a secret there none of a game.
    const isToken = name.kind === 'token' && before < dash - 1 && value.end - value.start >= 8 && isMixed(text, value)
    const isSure = name.isSure || isToken
    const judged = { ...name, isSure, mayBeWord: name.mayBeWord === true && value.end - value.start < shortestWord }
    const content = text.slice(value.start, value.end)
    if (isItself(content, text.slice(start, end)) || !isSecretUnder(judged, content, names)) continue
    if (value.isQuoted || isMixed(text, value) || (name.isSure && isLastWord(text, value))) {
      report(value.start, value.end, name.kind)
      next = value.next
    }
  }
}

/** The place behind a flag where its value stands: behind a blank, `<<<`, or the hyphen of the next item. */
function startOfArgument(text: string, end: number): number {
  if (text[end] === ' ') return text.startsWith('<<< ', end + 1) ? end + 5 : end + 1
  const isItem = text[end] === '\n' || text[end] === '\r'
  return end + (isItem ? (/^\r?\n[ \t]{0,40}- /.exec(text.slice(end, end + 50))?.[0].length ?? 0) : 0)
}

/** Another flag, the next command or nothing follows: no sentence goes on. */
function isLastWord(text: string, { start, end }: FoundValue): boolean {
  if (end - start < 4 || wordsOfHelp.has(text.slice(start, end).toLowerCase())) return false
  return endsLine(text, end) || /^\s?(?:--?\w|[|&;\\)]|$)/.test(text.slice(end, end + 4))
}

const wordsOfHelp = new Set('flag option argument parameter value switch flags options'.split(' '))

function valueAt(text: string, at: number): (FoundValue & { isQuoted: boolean }) | undefined {
  const quoted = isQuote(text.charCodeAt(at)) ? quotedValue(text, at) : undefined
  if (quoted) return { ...quoted, isQuoted: true }
  const bare = bareValue(text, at)
  return bare.end > bare.start ? { ...bare, isQuoted: false } : undefined
}

/** Marks of commands that take a secret (`curl -u ada:...`, `sshpass -p ...`, `config set token ...`), and of lines of netrc. */
export const commandMarks: readonly Mark[] = [
  ...programMarks,
  ...prefixesOf(readNetrc, 'login '),
  ...prefixesOf(readSetting, 'config set ', 'npm set ', 'setenv ', 'setx '),
  ...marksOf(readSignIn, '.login(', '.signIn(', '.sign_in(', '.authenticate(', 'EmailAndPassword('),
  ...prefixesOf(readLogin, 'getConnection(', 'mysqli_connect(', 'mysqli(', 'PDO('),
  ...prefixesOf(readDirective, 'requirepass ', 'masterauth ', 'bindpw ', 'rootpw ', 'rootbindpw '),
  ...prefixesOf(readSetting, 'configure set ', 'ENV ', 'set -x ', 'set -gx ', 'set -Ux '),
  ...marksOf(readFlagged, 'secret set ', ' /v ', 'Env:', 'env:'),
  ...marksOf(
    readEcho(/(?:echo|printf) (?:-n )?["']?([^\s"'$]{3,80})["']?(?: \| \w[^|\n]{0,80}| ?)$/),
    ...[' | sudo -S', ' --password-stdin', ' --stdin', ' --with-token'],
  ),
  ...marksOf(readHandedOn, ' >> $GITHUB_', ' >> "$GITHUB_'),
  ...marksOf(readEcho(/echo ["']?[\w.-]{1,40}:([^\s"'$]{3,80})["']? ?$/), '| chpasswd'),
  ...prefixesOf(readKeyword('password'), 'Input Password  '),
  ...prefixesOf(readKeyword(undefined), 'Input Text  '),
  ...marksOf(readRegistry, ' REG_SZ '),
  ...prefixesOf(readShare, 'net use '),
  ...prefixesOf(readSamba, 'smbclient '),
]

/** `machine host login ada password ...`. Where no host is named a line begins so, and a word may be one of prose: `login form password input`. */
function readNetrc({ text, endOf }: Reader, login: number): FoundSecret | undefined {
  const before = text.slice(Math.max(0, login - 100), login)
  const isOfHost = ofHost.test(before)
  if (!isOfHost && !/(?:^|\n)[ \t]{0,8}$/.test(before)) return undefined
  const found = /^login\s{1,4}\S{1,100}\s{1,8}password\s{1,4}(?=\S)/.exec(text.slice(login, login + 160))
  if (!found) return undefined
  const start = login + found[0].length
  const end = endOf(isNoSpace, start)
  const value = text.slice(start, end)
  if (!isOfHost && /^\p{L}+$/u.test(value)) return undefined
  return isSecretOfKind('password', value) ? { start, end, kind: 'password' } : undefined
}

const ofHost = /(?:\bmachine\s{1,4}\S{1,80}|\bdefault)\s{1,8}$/

/** `echo ... | sudo -S`, `echo "ada:..." | chpasswd` */
function readEcho(pattern: RegExp): Mark['read'] {
  return ({ text }, start) => {
    const before = text.slice(Math.max(0, start - 140), start)
    const found = pattern.exec(before)
    if (!found) return undefined
    const from = start - before.length + found.index + found[0].lastIndexOf(found[1]!)
    return { start: from, end: from + found[1]!.length, kind: 'password' }
  }
}

/** `echo "token=..." >> $GITHUB_OUTPUT`: a step of a job hands on what another one takes. */
function readHandedOn({ text }: Reader, start: number): FoundSecret | undefined {
  const before = text.slice(Math.max(0, start - 400), start)
  const found = /["' ]([\w-]{1,64})=([^\s"'$]{4,300})["']?$/.exec(before)
  const kind = found ? builtInNames.named(found[1]!)?.kind : undefined
  if (!found || !kind || !isSecretOfKind(kind, found[2]!)) return undefined
  const from = start - before.length + found.index + found[1]!.length + 2
  return { start: from, end: from + found[2]!.length, kind }
}

/** `Input Text    name=password    ...`, a line of Robot Framework. */
function readKeyword(kind: RedactionKind | undefined): Mark['read'] {
  return (reader, _, from) => {
    const found = /^\s*(\S{1,100}) {2,20}(?![$@&%]\{)(?=(\S{3,80}))/.exec(reader.nextLine(from, longestCommand))
    const told = found ? (kind ?? kindOfSelector(found[1]!)) : undefined
    if (!found || !told) return undefined
    const start = from + found[0].length
    return { start, end: start + found[2]!.length, kind: told }
  }
}

/** `net use Z: \\\\server\\share ... /user:ada`, `net use \\\\server\\share /user:ada ...` */
function readShare(reader: Reader, _: number, from: number): FoundSecret | undefined {
  const line = reader.nextLine(from, longestCommand)
  const found =
    /^(?:[A-Za-z*]:? )?\\\\\S{1,200} (?:([^\s/*]\S{2,80})(?= \/user:)|\/user:\S{1,80} ([^\s/*]\S{2,80}))/i.exec(line)
  if (!found) return undefined
  const end = from + found[0].length
  return { start: end - (found[1] ?? found[2]!).length, end, kind: 'password' }
}

/** `smbclient //server/share -U ada%...` */
function readSamba(reader: Reader, _: number, from: number): FoundSecret | undefined {
  const found = / -U ["']?[\w.\\-]{1,80}%([^\s"'$]{3,80})/.exec(reader.nextLine(from, longestCommand))
  if (!found) return undefined
  const end = from + found.index + found[0].length
  return { start: end - found[1]!.length, end, kind: 'password' }
}

/** `DefaultPassword    REG_SZ    ...`, as the registry is told. */
function readRegistry({ text }: Reader, start: number, markEnd: number): FoundSecret | undefined {
  let nameEnd = start
  while (start - nameEnd < 20 && isBlank(text.charCodeAt(nameEnd - 1))) nameEnd -= 1
  let nameStart = nameEnd
  while (nameEnd - nameStart < 64 && isNameUnit(text.charCodeAt(nameStart - 1))) nameStart -= 1
  const kind = builtInNames.canEndAt(text, nameEnd) ? builtInNames.kindOf(text.slice(nameStart, nameEnd)) : undefined
  if (!kind) return undefined
  const from = endOfRun(text, markEnd, isBlank, 20)
  const end = endOfRun(text, from, isNoSpace, 200)
  return isSecretOfKind(kind, text.slice(from, end)) ? { start: from, end, kind } : undefined
}

/** `npm config set //registry.example/:_authToken ...`, `aws configure set aws_secret_access_key ...`, `ENV DB_PASSWORD ...` */
function readSetting(reader: Reader, _: number, nameStart: number): FoundSecret | undefined {
  return settingAt(reader, nameStart, /^ ["']?/)
}

/** `gh secret set DEPLOY_TOKEN --body "..."`, `Set-Item Env:API_KEY -Value ...`, `reg add ... /v Password /t REG_SZ /d ...` */
function readFlagged(reader: Reader, _: number, nameStart: number): FoundSecret | undefined {
  return settingAt(reader, nameStart, /^ (?:--body |-b |-Value |\/t REG_SZ \/d )["']?/)
}

function settingAt({ text, endOf }: Reader, nameStart: number, between: RegExp): FoundSecret | undefined {
  const nameEnd = endOf(isNoSpace, nameStart)
  const name = text.slice(nameStart, nameEnd)
  const kind = name.length > 200 ? undefined : builtInNames.kindOf(name.slice(name.lastIndexOf(':') + 1))
  if (!kind) return undefined
  const found = between.exec(text.slice(nameEnd, nameEnd + 24))
  if (!found) return undefined
  const start = nameEnd + found[0].length
  const end = endOf(isInSetting, start)
  const isSecret = isSecretOfKind(kind, text.slice(start, end))
  return isSecret ? { start, end, kind } : undefined
}

/** The third argument of what connects to a database: `getConnection("jdbc:...", "ada", "...")`. */
function readLogin(reader: Reader, _: number, start: number): FoundSecret | undefined {
  const line = reader.nextLine(start, longestCommand)
  const found =
    /^\s{0,4}(?:"[^"]*"|'[^']*'|[\w.$]+)\s?,\s?(?:"[^"]*"|'[^']*'|[\w.$]+)\s?,\s?(?:"([^"]+)"|'([^']+)')/.exec(line)
  const value = found?.[1] ?? found?.[2]
  if (!found || value === undefined || !isSecretOfKind('password', value)) return undefined
  const end = start + found[0].length - 1
  return { start: end - value.length, end, kind: 'password' }
}

/** `smtp.login("ada@shop.test", "...")`: a user and a password, and of what may be other words only what looks like one. */
function readSignIn({ text }: Reader, _: number, start: number): FoundSecret | undefined {
  const found = /^\s{0,20}(?:[A-Za-z_.]{1,30},\s?)?(["'])([^"'\s]{1,80})\1,\s{0,20}(["'])([^"'\s]{4,80})\3/.exec(
    text.slice(start, start + 240),
  )
  const [whole = '', , user = '', , value = ''] = found ?? []
  if (!isTold('password', value) && !(user.includes('@') && isSecretOfKind('password', value))) return undefined
  const end = start + whole.length - 1
  return value === '' ? undefined : { start: end - value.length, end, kind: 'password' }
}

/** `requirepass ...`, `bindpw ...`, as servers and what asks them are told a password. */
function readDirective({ text, endOf }: Reader, start: number, from: number): FoundSecret | undefined {
  const end = endOf(isNoSpace, from)
  const value = text.slice(from, end)
  const isLine = (start === 0 || text[start - 1] === '\n') && endsLine(text, end)
  const isSecret = isSecretOfKind('password', value) && (isLine || value.length >= 16 || /\d/.test(value))
  return isSecret ? { start: from, end, kind: 'password' } : undefined
}

function isInSetting(unit: number): boolean {
  return unit > 0x20 && !isQuote(unit)
}
