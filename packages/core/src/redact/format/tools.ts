import { endOfRun, isBase64Digit } from '../text/characters.ts'
import { builtInNames } from '../names/keys.ts'
import { isSecretOfKind } from '../names/value.ts'
import { looksLikeKey } from '../text/key-look.ts'
import type { Mark, Reader } from '../text/marks.ts'
import type { FoundSecret } from '../text/report.ts'

/**
 * Marks of what tools write, which tell by their structure and not by a name that a value is a secret: the state of Terraform, the keys
 * of a store of Azure, what AWS writes as a text, and a private key whose beginning is not there.
 */
export const toolMarks: readonly Mark[] = [
  readMember('"random_password"', /"result"\s?:\s?"([^"\n]{4,400})"/),
  readMember('"keyName"', /^[^{}]{0,200}"value"\s?:\s?"([^"\n]{20,400})"/),
  readMember('CREDENTIALS\t', /^A\w{15,127}\t[^\t\n]{1,40}\t([\w+/]{30,60}\t\S{20,2000})/),
  readMember('ACCESSKEY\t', /^A\w{15,127}\t[^\t\n]{1,40}\t([\w+/]{30,60})/),
  { mark: '-----END ', isPrefix: false, read: readTail },
  ...['::add-mask::', '::set-output name=', '::save-state name=', '::set-env name='].map((mark) =>
    readOrder(mark, /^(?:(?<name>[\w.-]{1,64})::)?(?<value>[^\s"']{4,400})/),
  ),
  readOrder(
    '##vso[task.setvariable ',
    /^(?=[^\]\n]*variable=(?<name>[\w.-]{1,64}))[^\]\n]{1,200}\](?<value>[^\s"']{4,400})/,
  ),
  readOrder("##teamcity[setParameter name='", /^(?<name>[\w.-]{1,64})' value='(?<value>[^\s'|]{4,400})/),
]

const longestPart = 3_000

/** Make the mark of what a pattern finds behind it and before the next one. */
function readMember(mark: string, pattern: RegExp): Mark {
  const read: Mark['read'] = (reader, _, from) => {
    const found = pattern.exec(reader.nextLine(from, longestPart, mark))
    const value = found?.[1]
    if (!found || value === undefined || !isSecretOfKind('secret', value.replace('\t', ''))) return undefined
    const start = from + found.index + found[0].lastIndexOf(value)
    return { start, end: start + value.length, kind: 'secret' }
  }
  return { mark, isPrefix: false, read }
}

const isMasked = /^(?:::add-mask::|##vso\[[^\]]*issecret=true)/i

/** Make the mark of an order to a runner of jobs, which hides a value in its own log or hands it on under a name. */
function readOrder(mark: string, pattern: RegExp): Mark {
  const read: Mark['read'] = ({ text }, at, from) => {
    const found = pattern.exec(text.slice(from, from + 700))
    const { name, value } = found?.groups ?? {}
    if (!found || value === undefined) return undefined
    const kind = isMasked.test(text.slice(at, at + 200)) ? 'secret' : builtInNames.named(name ?? '')?.kind
    const start = from + found[0].length - value.length
    return kind && isSecretOfKind(kind, value) ? { start, end: start + value.length, kind } : undefined
  }
  return { mark, isPrefix: false, read }
}

const longestTail = 20_000

/** The last lines of a private key in PEM, whose beginning is not there. */
function readTail({ text }: Reader, start: number, from: number): FoundSecret | undefined {
  if (!/^[A-Z ]{0,20}PRIVATE KEY-----/.test(text.slice(from, from + 40))) return undefined
  let first = start
  for (let end = start; start - first < longestTail;) {
    // A line break, and before it a line of base64 and nothing else.
    const lineEnd = text[end - 1] === '\n' ? end - (text[end - 2] === '\r' ? 2 : 1) : -1
    const lineStart = lineEnd < 0 ? -1 : text.lastIndexOf('\n', lineEnd - 1) + 1
    if (lineStart < 0 || lineEnd - lineStart < 4 || lineEnd - lineStart > 80) break
    const run = endOfRun(text, lineStart, isBase64Digit)
    if (!/^={0,2}$/.test(text.slice(run, lineEnd))) break
    first = end = lineStart
  }
  return looksLikeKey(text.slice(first, first + 60).split(/\s/, 1)[0]!, 16)
    ? { start: first, end: start, kind: 'pem' }
    : undefined
}
