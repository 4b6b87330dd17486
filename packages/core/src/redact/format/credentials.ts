import { endOfRun, isBase64Digit, isNoSpace, isSpace } from '../text/characters.ts'
import { isSecretOfKind } from '../names/value.ts'
import { marksOf, prefixesOf, type Mark, type Reader } from '../text/marks.ts'
import type { FoundSecret } from '../text/report.ts'

/** Marks of formats that hold a password or its hash: crypt, the codes of networks, `.pgpass`, keys of PuTTY, Oracle. */
export const credentialMarks: readonly Mark[] = [
  // Of two characters: with a letter or digit before them they are no beginning.
  ...prefixesOf(readHash, '$1$', '$2a$', '$2b$', '$2y$', '$5$', '$6$', '$y$', '$apr1$', '$argon2'),
  ...prefixesOf(readHash, 'pbkdf2_sha256$', '{SSHA}'),
  ...prefixesOf(readNetwork, 'WIFI:'),
  ...marksOf(readPgpass, ':5432:'),
  ...prefixesOf(readPutty, 'Private-Lines: '),
  ...prefixesOf(readOracle, 'jdbc:oracle:thin:', 'sqlplus '),
]

/** Formats of crypt(5), of Argon2 and Django, and of LDAP: a method, a salt, and so many digits. */
const hash =
  /^(?:\$1\$[\w./]{1,8}\$[\w./]{22}|\$apr1\$[\w./]{1,8}\$[\w./]{22}|\$2[aby]\$\d\d\$[\w./]{53}|\$5\$(?:rounds=\d{1,9}\$)?[\w./]{1,16}\$[\w./]{43}|\$6\$(?:rounds=\d{1,9}\$)?[\w./]{1,16}\$[\w./]{86}|\$y\$[\w./]{1,9}\$[\w./]{1,86}\$[\w./]{43}|\$argon2id?\$v=\d+\$m=\d+,t=\d+,p=\d+\$[\w+/]{8,86}\$[\w+/]{16,172}|pbkdf2_sha256\$\d{1,9}\$\w{1,64}\$[\w+/]{43}=?|\{SSHA\}[\w+/]{28,100}={0,2})/

function readHash({ text }: Reader, start: number): FoundSecret | undefined {
  const found = hash.exec(text.slice(start, start + 320))
  return found ? { start, end: start + found[0].length, kind: 'secret' } : undefined
}

/** `WIFI:T:WPA;S:Guest;P:...;;`, as a code to scan has it. */
function readNetwork(reader: Reader, _: number, from: number): FoundSecret | undefined {
  const line = reader.nextLine(from, 300)
  const found = /(?:^|;)P:((?:[^;\\]|\\.){1,63});/.exec(line)
  if (!found) return undefined
  const end = from + found.index + found[0].length - 1
  return { start: end - found[1]!.length, end, kind: 'password' }
}

/** `host:5432:database:user:...`, to the end of the line. */
function readPgpass(reader: Reader, _: number, from: number): FoundSecret | undefined {
  const line = reader.nextLine(from, 300)
  const found = /^[\w.*-]{1,63}:[\w.*-]{1,63}:(?=\S{4,200}\s{0,4}$)/.exec(line)
  if (!found) return undefined
  const value = line.slice(found[0].length).trimEnd()
  const start = from + found[0].length
  // Logs have words there: `db:5432:shop:ada:refused`.
  return /[^a-z]/.test(value) && isSecretOfKind('password', value)
    ? { start, end: start + value.length, kind: 'password' }
    : undefined
}

/** The lines of base64 behind their number. */
function readPutty({ text }: Reader, _: number, from: number): FoundSecret | undefined {
  const start = endOfRun(text, endOfRun(text, from, isNoSpace, 4), isSpace, 2)
  const end = endOfRun(
    text,
    start,
    (unit) => isBase64Digit(unit) || unit === 0x3d || unit === 0x0a || unit === 0x0d,
    8_000,
  )
  const body = text.slice(start, end)
  const name = body.lastIndexOf('\nPrivate-MAC')
  const length = (name < 0 ? body : body.slice(0, name)).trimEnd().length
  return length < 20 ? undefined : { start, end: start + length, kind: 'pem' }
}

/** `jdbc:oracle:thin:app/...@//host`, `sqlplus app/...@service` */
function readOracle(reader: Reader, _: number, from: number): FoundSecret | undefined {
  const found = /^(\w{1,40}\/)(?!&)([^\s/@"']{3,60})@/.exec(reader.nextLine(from, 200))
  if (!found || !isSecretOfKind('password', found[2]!)) return undefined
  const start = from + found[1]!.length
  return { start, end: start + found[2]!.length, kind: 'password' }
}
