/** A box in CSS pixels from the viewport's top left corner. */
interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** One element of an aria snapshot. `depth` is its nesting; a list of them in page order is the whole tree. */
export interface AriaNode {
  readonly role: string
  readonly name: string
  readonly text: string
  readonly depth: number
  /** The words that were in brackets, e.g. `{level: '1', disabled: ''}`. */
  readonly attributes: Readonly<Record<string, string>>
  readonly box?: Box
}

/** More lines than this are not read. */
const lineLimit = 20_000

/**
 * Read Playwright's aria snapshot.
 * Any text can be given: a line that is not of the format is passed over, and nothing is ever thrown.
 */
export function parseAria(snapshot: string): readonly AriaNode[] {
  return snapshot
    .split('\n', lineLimit)
    .map(parseLine)
    .filter((node) => node !== undefined)
}

function parseLine(line: string): AriaNode | undefined {
  const dash = line.search(/\S/)
  if (dash === -1 || !line.startsWith('- ', dash)) return undefined
  const { key, rest } = splitKey(line.slice(dash + 2))
  const role = /^[a-z]+/.exec(key)?.[0]
  if (role === undefined) return undefined
  const { name, after } = readName(key.slice(role.length).trimStart())
  const attributes = readAttributes(after)
  const box = readBox(attributes['box'])
  return { role, name, text: unquote(rest), depth: dash >> 1, attributes, ...(box ? { box } : {}) }
}

/** `key: value` where the key may be a quoted YAML string, and a name in it may hold a colon. */
function splitKey(body: string): { key: string; rest: string } {
  if (body.startsWith("'")) {
    const end = closingQuote(body, "'")
    const rest = body.slice(end + 1)
    return { key: body.slice(1, end).replaceAll("''", "'"), rest: rest.startsWith(':') ? rest.slice(1).trim() : '' }
  }
  let quoted = false
  for (let at = 0; at < body.length; at += 1) {
    const character = body[at]
    if (quoted && character === '\\') at += 1
    else if (character === '"') quoted = !quoted
    else if (character === ':' && !quoted) return { key: body.slice(0, at), rest: body.slice(at + 1).trim() }
  }
  return { key: body, rest: '' }
}

function readName(text: string): { name: string; after: string } {
  if (!text.startsWith('"')) return { name: '', after: text }
  const end = closingQuote(text, '"')
  return { name: unquote(text.slice(0, end + 1)), after: text.slice(end + 1) }
}

/** The place at which the quote that opens `text` is closed; the last character where it never is. */
function closingQuote(text: string, quote: '"' | "'"): number {
  for (let at = 1; at < text.length; at += 1) {
    if (quote === '"' && text[at] === '\\') at += 1
    else if (text[at] === quote) {
      if (quote === "'" && text[at + 1] === "'") at += 1
      else return at
    }
  }
  return text.length - 1
}

/** The attributes in brackets. The snapshot writes a handful; more are not read. */
function readAttributes(text: string): Record<string, string> {
  const pairs = [...text.slice(0, 500).matchAll(/\[([a-z-]+)(?:=([^\]]*))?\]/g)]
  return Object.fromEntries(pairs.map(([, key, value]) => [`${key}`, value ?? '']))
}

function readBox(text: string | undefined): Box | undefined {
  const [x, y, width, height, ...more] = (text ?? '').split(',').map(Number)
  if (x === undefined || y === undefined || width === undefined || height === undefined || more.length > 0)
    return undefined
  return [x, y, width, height].every(Number.isFinite) ? { x, y, width, height } : undefined
}

/** A double-quoted YAML string is read as JSON; anything else is taken as it stands. */
function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : text
  } catch {
    // YAML knows escapes that JSON does not: then the raw text is as good a reading as any.
    return text.slice(1, -1)
  }
}
