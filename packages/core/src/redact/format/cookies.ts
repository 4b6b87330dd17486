import { kindOfCookie } from '../names/cookies.ts'
import { marksOf, type Mark, type Reader } from '../text/marks.ts'
import type { FoundSecret } from '../text/report.ts'

/** Marks of a jar of cookies as Netscape wrote them, and curl, wget and yt-dlp do: seven columns, the fourth of which says `TRUE` or `FALSE`. */
export const cookieMarks: readonly Mark[] = marksOf(readJar, '\tTRUE\t', '\tFALSE\t')

/** The end of what a cookie holds, before what says where and how long: `; Path=/; Max-Age=3600; SameSite=Lax`. */
export function endOfCookie(text: string): number {
  let end = text.length
  for (
    let at = text.lastIndexOf(';');
    at > 0 && attribute.test(text.slice(at, end));
    at = text.lastIndexOf(';', at - 1)
  )
    end = at
  return end
}

const attribute =
  /^;\s{0,9}(?:(?:path|domain|max-age|expires|samesite|priority)=[^;]{0,200}|secure|httponly|partitioned)?\s{0,9}$/i

function readJar({ text }: Reader, _: number, from: number): FoundSecret | undefined {
  const found = /^(\d{1,17}\t([^\t\n]{1,128})\t)([^\t\r\n]{1,4096})/.exec(text.slice(from, from + 4_300))
  const kind = found && kindOfCookie(found[2]!, found[3]!)
  if (!found || !kind) return undefined
  const start = from + found[1]!.length
  return { start, end: start + found[3]!.length, kind }
}
