import { HumanLabel, JournalEntry, PageEvent, pageEventFields, pageEventKinds, Verdict } from '@contrail/core'

/** Data of a recording in which every text is a word of its own. */
export interface Planted {
  /** By its type, an event with every field of its schema; those of a page one for each kind. */
  readonly events: ReadonlyMap<string, readonly Record<string, unknown>[]>
  readonly verdict: Verdict
  readonly label: HumanLabel
  /** The word of each place: `step_finished.reasoning`. */
  readonly words: ReadonlyMap<string, string>
}

type Schema = Readonly<{
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  items?: Schema
  format?: string
}>

const moment = '2026-01-02T03:04:05.000Z'
/** Fields that say where an event belongs; the recorder knows that by itself. */
const left: ReadonlySet<string> = new Set(['stepIndex', 'startedInStep', 'source', 'screenshot'])

/**
 * Plant a word in every text, and in every key that may be any, of the schemas of a journal, of a verdict and of a label. A field
 * that is added to one of them is planted too.
 */
export function plant(): Planted {
  const words = new Map<string, string>()
  const wordAt = (path: string): string => {
    const word = words.get(path) ?? `Canary${words.size}Zz`
    words.set(path, word)
    return word
  }
  const textAt = (path: string): string =>
    /\.(?:\w*[uU]rl|from|to)$/.test(path) ? `https://${wordAt(path)}.test/a/${wordAt(path)}?q=1` : wordAt(path)
  const fill = (schema: Schema, path: string): unknown => {
    const { properties = {}, additionalProperties: more, items, anyOf, oneOf = anyOf } = schema
    const [type] = [schema.type].flat()
    if (schema.const !== undefined) return schema.const
    if (schema.enum) return schema.enum[0]
    if (oneOf) return fill(oneOf[0]!, path)
    if (type === 'string') return schema.format === 'date-time' ? moment : textAt(path)
    if (type === 'number' || type === 'integer') return 1
    if (type === 'boolean') return true
    if (type === 'array') return items ? [fill(items, path)] : []
    const isEvent = !path.includes('.') && path !== 'verdict'
    const known = Object.entries(properties).filter(([key]) => key !== 'screenshot' && !(isEvent && left.has(key)))
    const fields = known.map(([key, one]): [string, unknown] => [key, fill(one, `${path}.${key}`)])
    if (type !== undefined && (more === undefined || more === false)) return Object.fromEntries(fields)
    const inner = typeof more === 'object' && more.type ? fill(more, `${path}.*`) : wordAt(`${path}.*`)
    return Object.fromEntries([...fields, [wordAt(`${path}.* as a key`), inner]])
  }
  const events = new Map<string, Record<string, unknown>[]>()
  for (const { properties: { type, event } = {} } of schemaOf(JournalEntry).oneOf ?? []) {
    const name = String(type?.const)
    const isOfPage = name === 'page_event'
    const planted = isOfPage ? pageEventKinds.map((kind) => ofPage(kind, textAt)) : [fill(event ?? {}, name)]
    events.set(name, planted as Record<string, unknown>[])
  }
  const verdict = fill(schemaOf(Verdict), 'verdict') as Verdict
  return { events, verdict, label: fill(schemaOf(HumanLabel), 'label') as HumanLabel, words }
}

function schemaOf(schema: { toJSONSchema: (options: { unrepresentable: 'any' }) => object }): Schema {
  return schema.toJSONSchema({ unrepresentable: 'any' })
}

/** An event of a page with every field that any kind may have, each in the first form that its kind takes. */
function ofPage(kind: string, textAt: (path: string) => string): object {
  const event: Record<string, unknown> = { kind }
  for (const field of ['url', 'pageId', ...pageEventFields].filter((name) => !left.has(name))) {
    if (field in event) continue
    const word = textAt(`page_event.${kind}.${field}`)
    const forms = [word, moment, 'error', 'open', 1, true, { url: word, text: word }, { [word]: 1 }, { [word]: word }]
    event[field] = forms.find((form) => fits({ ...event, [field]: form }, field))
  }
  return event
}

function fits(event: object, field: string): boolean {
  const { issues = [] } = PageEvent.safeParse(event).error ?? {}
  return issues.every(({ path }) => path[0] !== field)
}
