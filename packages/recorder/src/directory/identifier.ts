import { sha256 } from '../system.ts'

/**
 * Turn an id of the caller's (a run, a task) into one safe path component. Different ids give different components.
 *
 * An id is kept as it is when it has 1 to 80 characters of `A-Z a-z 0-9 . _ -`, does not begin with `.` or `-`, does
 * not end with `.`, and is no device name of Windows (CON, NUL, COM1, ..., also with an extension). Any other becomes
 * up to 40 characters of it that are safe, `~`, and 12 hex digits of the sha256 of the original. A kept id holds no
 * `~`, so the two kinds never meet. The result has at most 80 characters. What is hashed are the id's UTF-16 code units,
 * little-endian.
 */
export function encodeIdentifier(id: string): string {
  if (keptPattern.test(id) && !id.endsWith('.') && !isDeviceName(id)) return id
  return `${slugOf(id)}~${sha256(codeUnitsOf(id)).slice(0, 12)}`
}

const keptPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,79}$/
const devicePattern = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/i

function isDeviceName(id: string): boolean {
  return devicePattern.test(id.slice(0, 81).split('.', 1)[0]!)
}

/**
 * The readable part. No dot survives in it: what stands before the first dot is then the whole component, hash
 * included, which is no device name.
 */
function slugOf(id: string): string {
  const readable = id
    .slice(0, 200)
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .slice(0, 40)
  const start = readable.startsWith('-') ? 1 : 0
  const end = readable.endsWith('-') ? readable.length - 1 : readable.length
  return readable.slice(start, end) || 'id'
}

/** Code units, not UTF-8: lone surrogates would all become the same replacement character there. */
function codeUnitsOf(id: string): Uint8Array {
  const bytes = new Uint8Array(id.length * 2)
  const view = new DataView(bytes.buffer)
  for (let at = 0; at < id.length; at += 1) view.setUint16(at * 2, id.charCodeAt(at), true)
  return bytes
}
