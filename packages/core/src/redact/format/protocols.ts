import { decodeBase64 } from '../../values/base64.ts'
import { isSecretOfKind } from '../names/value.ts'
import type { Mark, Reader } from '../text/marks.ts'
import type { FoundSecret } from '../text/report.ts'

/** Marks of what is said to servers to log in, where the lines around it say that it is: Redis, FTP and POP3, IMAP, SMTP. */
export const protocolMarks: readonly Mark[] = [
  { mark: 'AUTH ', isPrefix: true, read: readAuth },
  { mark: 'PASS ', isPrefix: true, read: readPass },
  { mark: ' LOGIN ', isPrefix: false, read: readLogin },
  { mark: 'SET PASSWORD FOR ', isPrefix: true, read: readSet },
  // `Password:`, as SMTP asks for one.
  { mark: '334 UGFzc3dvcmQ6', isPrefix: true, read: readAnswer },
]

const longestLine = 1_000

/** `127.0.0.1:6379> AUTH default ...`, `AUTH ...` with `+OK` in the next line; `AUTH PLAIN ...` with a user and a password in base64. */
function readAuth({ text }: Reader, start: number, from: number): FoundSecret | undefined {
  const line = text.slice(from, from + longestLine)
  const mail = /^(?:PLAIN|LOGIN|XOAUTH2|OAUTHBEARER) ([\w+/]{8,}={0,2})(?=\s|$)/.exec(line)
  if (mail) return isEncoded(mail[1]!) ? found(from + mail[0].length, mail[1]!, 'authorization') : undefined
  const told = /^(?:[\w.-]{1,64} )?["']?([^\s"'\\]{3,200})["']?[ \t]*(?=\r?\n(?:\+?OK)?|$)/.exec(line)
  if (!told || !isSecretOfKind('password', told[1]!)) return undefined
  const isPrompt = /(?:\d(?:\[\d+\])?|redis)> $/.test(text.slice(Math.max(0, start - 10), start))
  const isAnswered = /^["']?[ \t]*\r?\n\+?OK\b/.test(line.slice(told[0].trimEnd().length))
  const at = told[0].lastIndexOf(told[1]!)
  return isPrompt || isAnswered ? { start: from + at, end: from + at + told[1]!.length, kind: 'password' } : undefined
}

/** `PASS ...` behind `USER ada`, within a few lines. */
function readPass({ text }: Reader, start: number, from: number): FoundSecret | undefined {
  const value = /^(\S{1,200})[ \t]*(?=\r|\n|$)/.exec(text.slice(from, from + longestLine))?.[1]
  if (value === undefined || !isSecretOfKind('password', value)) return undefined
  const before = text.slice(Math.max(0, start - 400), start)
  const user = before.lastIndexOf('USER ')
  const between = user < 0 ? '' : before.slice(user)
  const isAsked = /^USER \S{1,80}[ \t]*\r?\n(?:[^\n]{0,120}\n){0,3}[^\n]{0,24}$/.test(between)
  // Documentation has words there, and no reply.
  const isReplied = /\n(?:\d{3}|\+OK)[ -]/.test(between)
  return isAsked && (isReplied || !/^[a-z@]+$/.test(value)) ? found(from + value.length, value, 'password') : undefined
}

/** `a1 LOGIN ada ...`, with the number of a command of IMAP. */
function readLogin({ text }: Reader, start: number, from: number): FoundSecret | undefined {
  if (!/(?:^|\n|> |C: )[A-Za-z]{1,4}\d{1,5}$/.test(text.slice(Math.max(0, start - 12), start))) return undefined
  const told = /^"?[\w.@+-]{1,80}"? "?([^\s"]{3,200})"?[ \t]*(?=\r|\n|$)/.exec(text.slice(from, from + longestLine))
  if (!told || !isSecretOfKind('password', told[1]!)) return undefined
  const at = from + told[0].lastIndexOf(told[1]!)
  return { start: at, end: at + told[1]!.length, kind: 'password' }
}

/** `SET PASSWORD FOR 'ada'@'%' = '...'` */
function readSet({ text }: Reader, _: number, from: number): FoundSecret | undefined {
  const told = /^\S{1,120} = (?:PASSWORD\()?(["'])([^"'\n]{1,200})(?=\1)/i.exec(text.slice(from, from + longestLine))
  return told && isSecretOfKind('password', told[2]!) ? found(from + told[0].length, told[2]!, 'password') : undefined
}

/** The line behind the question for a password. */
function readAnswer({ text }: Reader, _: number, from: number): FoundSecret | undefined {
  const told = /^[ \t]*\r?\n[^\w\n]{0,4}(?:C: )?([\w+/]{4,200}={0,2})[ \t]*(?=\r|\n|$)/.exec(
    text.slice(from, from + longestLine),
  )
  return told ? found(from + told[0].trimEnd().length, told[1]!, 'password') : undefined
}

function found(end: number, value: string, kind: FoundSecret['kind']): FoundSecret {
  return { start: end - value.length, end, kind }
}

/** Tells whether base64 holds what logs in: parts between zeroes or units of control, or a text. */
function isEncoded(text: string): boolean {
  const bytes = decodeBase64(text)
  return (
    bytes !== undefined &&
    bytes.length > 3 &&
    (bytes.includes(0) || bytes.includes(1) || bytes.every((byte) => byte >= 0x20))
  )
}
