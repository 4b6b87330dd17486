import { endOfRun } from '../text/characters.ts'
import type { KeyNames } from '../names/keys.ts'
import type { Report } from './shapes.ts'

const nameStart = 'name="'
const longestName = 64
const longestHead = 400

/**
 * Report the values of a form of several parts (`multipart/form-data`) that stand under the name of a secret: what begins
 * behind the empty line, up to the end of its first line. Without CRLF only where `form-data` stands before the name.
 */
export function scanMultipart(text: string, names: KeyNames, report: Report): void {
  for (let found = text.indexOf(nameStart); found >= 0; found = text.indexOf(nameStart, found + nameStart.length)) {
    const start = found + nameStart.length
    const head = /^([^"\r\n]{1,64})"((?:\r?\n[\w-]{1,40}:[^\r\n]{1,100}){0,2}\r?\n\r?\n)/.exec(
      text.slice(start, start + longestName + longestHead),
    )
    if (!head) continue
    const [whole, name = '', lines = ''] = head
    const kind = names.kindOf(name)
    if (!kind || !(lines.endsWith('\r\n\r\n') || text.slice(Math.max(0, found - 20), found).includes('form-data')))
      continue
    const valueStart = start + whole.length
    const end = endOfRun(text, valueStart, (unit) => unit !== 0x0d && unit !== 0x0a)
    if (!text.startsWith('--', valueStart)) report(valueStart, end, kind)
  }
}
