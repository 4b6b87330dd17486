import { PageEvent, Verdict } from '@contrail/core'
import { Episode, Target } from '../../../../core/src/events/events.ts'
import { pageEventFields, pageEventKinds } from '../../../../core/src/events/page-event.ts'
import { FileStep, FileTrajectory } from '../../../../recorder/src/read/trajectory-schema.ts'

/** Data in which every text is a word of its own, and the word of each place: `steps.0.reasoning`. */
export interface Planted {
  readonly trajectory: object
  readonly verdict: object
  readonly words: ReadonlyMap<string, string>
}

type Schema = Readonly<{
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  items?: Schema
  pattern?: string
  format?: string
}>

const moment = '2026-01-02T03:04:05.000Z'

/**
 * Plant a word in every text, and in every key that may be any, of the schemas of a trajectory as it is read and of a verdict. A
 * field that is added to one of them is planted too.
 *
 * @param image the picture that every look and every image refers to, and its file
 */
export function plant(image: { sha256: string; mediaType: string; sizeBytes: number; path: string }): Planted {
  const words = new Map<string, string>()
  const wordAt = (path: string): string => {
    const word = words.get(path) ?? `Canary${words.size}Zz`
    words.set(path, word)
    return word
  }
  const { path: file, ...reference } = image
  const special: Readonly<Record<string, unknown>> = {
    image: reference,
    screenshotPath: file,
    imagePath: file,
    sha256: image.sha256,
    originalSha256: undefined,
    bytesBase64: undefined,
    formatVersion: undefined,
    index: undefined,
    stepIndex: undefined,
  }
  const text = (path: string): string =>
    /(?:^|\.)(?:\w*[uU]rl|from|to)$/.test(path) ? `https://${wordAt(path)}.test/a/${wordAt(path)}?q=1` : wordAt(path)
  const fill = (schema: Schema, path: string): unknown => {
    const { type, properties, additionalProperties, items, anyOf, oneOf = anyOf } = schema
    if (schema.const !== undefined) return schema.const
    if (schema.enum) return schema.enum[0]
    if (oneOf) return fill(oneOf[0]!, path)
    if (type === 'string') return schema.format === 'date-time' ? moment : text(path)
    if (type === 'number' || type === 'integer') return 1
    if (type === 'boolean') return true
    if (type === 'array') {
      const each = items?.oneOf ?? items?.anyOf ?? (items ? [items] : [])
      return each.map((one, at) => fill(one, `${path}.${at}`))
    }
    const known = Object.entries(properties ?? {}).map(([key, one]): [string, unknown] => {
      return [key, key in special ? special[key] : fill(one, path === '' ? key : `${path}.${key}`)]
    })
    const isOpen = type === undefined || (additionalProperties !== undefined && additionalProperties !== false)
    if (!isOpen) return Object.fromEntries(known)
    const inner = typeof additionalProperties === 'object' ? additionalProperties : {}
    const other = `${path}.*`
    return Object.fromEntries([...known, [wordAt(`${other} key`), inner.type ? fill(inner, other) : wordAt(other)]])
  }
  const step = {
    ...(fill(schemaOf(FileStep), 'steps.0') as object),
    target: fill(schemaOf(Target), 'steps.0.target'),
    episode: fill(schemaOf(Episode), 'steps.0.episode'),
    environment: pageEventKinds.map((kind) => eventOf(kind, (field) => text(`steps.0.environment.${kind}.${field}`))),
  }
  const trajectory = { ...(fill(schemaOf(FileTrajectory), '') as object), steps: [step, { ...step, id: undefined }] }
  return { trajectory, verdict: fill(schemaOf(Verdict), 'verdict') as object, words }
}

function schemaOf(schema: { toJSONSchema: (options: { unrepresentable: 'any' }) => object }): Schema {
  return schema.toJSONSchema({ unrepresentable: 'any' })
}

/** An event of a kind with every field that any kind may have, each in the first form that its kind takes. */
function eventOf(kind: string, textOf: (field: string) => string): object {
  const event: Record<string, unknown> = { kind, url: textOf('url'), pageId: textOf('pageId') }
  const others = [...pageEventFields].filter((field) => !(field in event) && field !== 'stepIndex')
  for (const field of others) {
    const word = textOf(field)
    const record = { [word]: word }
    const forms = [word, moment, 'error', 'open', 1, true, { url: word, text: word }, { [word]: 1 }, record]
    const fits = (form: unknown): boolean => problemsOf({ ...event, [field]: form }, field) === 0
    event[field] = forms.find(fits)
  }
  return event
}

function problemsOf(event: object, field: string): number {
  return PageEvent.safeParse(event).error?.issues.filter(({ path }) => path[0] === field).length ?? 0
}
