import { builtInNames as names } from '../names/keys.ts'
import { isSecretUnder } from '../names/value.ts'
import { looksScattered } from '../text/key-look.ts'
import type { Mark, Reader } from '../text/marks.ts'
import type { FoundSecret } from '../text/report.ts'

/** The name of a variable before what stands for it: `process.env.DB_PASSWORD || `, `ENV['API_KEY'] || `, `getenv("TOKEN") ?: `. */
const variable = /(?:^|[.\s(=?$])([A-Za-z_]\w{1,63}) ?$|[[(]["']([A-Za-z_][\w-]{1,63})["'][\])] ?$/
/** A name over what R prints of it: `$password`. */
const element = /\$`?([A-Za-z][\w.]{1,63})`?\r?$/
/** A name of PHP, with that of its class before it where it is private. */
const serialized = /(?:^|[":;{}|\n])([\w\0*\\]{2,80})$/

/**
 * Marks of values in quotes that stand behind a name with something else between them than a pair has: what stands for a variable
 * that is not set, an element of R, and a length of PHP, as it serializes and keeps sessions.
 */
export const printedMarks: readonly Mark[] = [
  ...['||', '??', '?:'].flatMap((sign) => [`${sign} "`, `${sign} '`].map((mark) => readNamed(mark, variable))),
  readNamed('\n[1] "', element),
  ...['";s:', '|s:'].map((mark) => readNamed(mark, serialized, /^\d{1,6}:"/)),
]

const longestName = 90
const longestValue = 2_000

function readNamed(mark: string, name: RegExp, between?: RegExp): Mark {
  const closing = mark.endsWith("'") ? "'" : '"'
  const read = ({ text }: Reader, start: number, markEnd: number): FoundSecret | undefined => {
    // Nearly everything that such a mark stands behind is no name of a secret.
    const last = text.charCodeAt(start - 1)
    const nameEnd = start - (last === 0x20 || last === 0x0d || last === 0x27 || last === 0x60 ? 1 : 0)
    const found = canEnd(text, nameEnd) ? name.exec(text.slice(Math.max(0, start - longestName), start)) : null
    const named = found && names.named((found[1] ?? found[2]!).split('\0').at(-1)!)
    if (!named) return undefined
    const from = markEnd + (between ? (between.exec(text.slice(markEnd, markEnd + 10))?.[0].length ?? 0) : 0)
    if (between && from === markEnd) return undefined
    const end = text.slice(from, from + longestValue).search(closing === '"' ? /["\n]/ : /['\n]/) + from
    if (end < from || text[end] !== closing) return undefined
    const value = text.slice(from, end)
    const isWord =
      value.length < 4 ||
      (name === variable &&
        ((!named.isSure && named.kind === 'password') || (/^[A-Za-z_-]+$/.test(value) && !looksScattered(value, 10))))
    return !isWord && isSecretUnder(named, value, names) ? { start: from, end, kind: named.kind } : undefined
  }
  return { mark, isPrefix: false, read }
}

/** A name in brackets or parentheses ends before these and its quote. */
function canEnd(text: string, end: number): boolean {
  const last = text[end - 1]
  return names.canEndAt(text, last === ')' || last === ']' ? end - 2 : end)
}
