import { z } from 'zod'
import { DurationMs, type Known, sourceField, StepIndex, Timestamp } from './event-fields.ts'
import { PlainRecord } from './plain-record.ts'

/** `url`: of the page. `at`: when it happened. `count`: how often, one after the other; absent for once. */
const common = {
  url: z.string(),
  pageId: z.string(),
  ...sourceField,
  stepIndex: StepIndex.optional(),
  at: Timestamp.optional(),
  count: z.number().int().positive().optional(),
  /** The step in which the request was made, where its answer came in a later one. */
  startedInStep: StepIndex.optional(),
}
const request = {
  method: z.string(),
  requestUrl: z.string(),
  resourceType: z.string(),
  /** The address of the service worker that made the request, where no page did. */
  serviceWorker: z.string().optional(),
}
const SizeBytes = z.number().nonnegative()
const opening = { openerId: z.string().optional() }

const kind = <K extends string, Shape extends z.core.$ZodLooseShape>(name: K, fields: Shape) =>
  z.looseObject({ kind: z.literal(name), ...common, ...fields })

/** The schema of each kind. None has headers, bodies or frames of a socket. */
const kinds = {
  /** The main frame has another address. `status` is that of its document. */
  navigation: kind('navigation', {
    from: z.string(),
    to: z.string(),
    sameDocument: z.boolean(),
    status: z.number().optional(),
  }),
  /**
   * `durationMs`: from the request to the beginning of the answer. `sizeBytes`: as the server announced it. `fromCache`: true where
   * it is known; captures know it of pictures, styles and fonts out of the page's memory, and of nothing that was on a disk.
   */
  response: kind('response', {
    ...request,
    status: z.number(),
    statusText: z.string(),
    durationMs: DurationMs,
    sizeBytes: SizeBytes.optional(),
    mediaType: z.string().optional(),
    fromCache: z.boolean().optional(),
  }),
  request_failed: kind('request_failed', { ...request, failure: z.string() }),
  console: kind('console', {
    level: z.enum(['error', 'warning', 'info', 'log', 'debug']),
    text: z.string(),
    /** Counted from 0. */
    location: z
      .looseObject({ url: z.string(), lineNumber: z.number().optional(), columnNumber: z.number().optional() })
      .optional(),
  }),
  page_error: kind('page_error', { message: z.string(), stack: z.string().optional() }),
  /**
   * A download that began, `sizeBytes` as the server announced it; and once more, with `failure`, one that broke off.
   * What was in it (`sha256`) captures do not know: who waits for it may say so in an event of their own.
   */
  download: kind('download', {
    requestUrl: z.string(),
    suggestedName: z.string(),
    sizeBytes: SizeBytes.optional(),
    sha256: z.string().optional(),
    failure: z.string().optional(),
  }),
  page_opened: kind('page_opened', opening),
  page_closed: kind('page_closed', opening),
  page_crashed: kind('page_crashed', opening),
  websocket: kind('websocket', { requestUrl: z.string(), state: z.enum(['open', 'closed', 'error']) }),
  /** The number of events of each kind beyond what is kept. */
  omitted: kind('omitted', { counts: z.record(z.string(), z.number().int().nonnegative()) }),
  /** An event of a kind that is none of these, whole. */
  unknown: kind('unknown', { extra: PlainRecord }),
}

/** Every kind of event of a page. */
export const pageEventKinds = Object.keys(kinds) as readonly PageEvent['kind'][]

/** Names of all fields that an event of a page may have. */
export const pageEventFields: ReadonlySet<string> = new Set(
  Object.values(kinds).flatMap(({ shape }) => [...Object.keys(shape), 'lineNumber', 'columnNumber']),
)

const anyKind = { kind: z.string(), ...common, url: z.string().optional(), pageId: z.string().optional() }

/**
 * Something that a page did by itself. Of an event of a known kind the fields of that kind are asked for; one of another kind
 * is an event too, and the fold makes an `unknown` of it.
 */
export const PageEvent = z.looseObject(anyKind).superRefine((event, context) => {
  if (!isPageEventKind(event.kind)) return
  for (const { path, message } of kinds[event.kind].safeParse(event).error?.issues ?? []) {
    context.addIssue({ code: 'custom', path, message })
  }
})
type Fields<K extends keyof typeof kinds> = Known<z.infer<(typeof kinds)[K]>>
type Omitted = Omit<Fields<'omitted'>, 'counts'> & { counts: Readonly<Record<string, number>> }
type Unknown = Omit<Fields<'unknown'>, 'extra'> & { extra: Readonly<Record<string, unknown>> }
export type PageEvent =
  | { [K in keyof typeof kinds]: Fields<K> }[Exclude<keyof typeof kinds, 'omitted' | 'unknown'>]
  | Omitted
  | Unknown

/** Tells whether a name is that of a kind that we know. */
export function isPageEventKind(name: string): name is PageEvent['kind'] {
  return Object.hasOwn(kinds, name)
}

/**
 * Something of a page as it belongs to a step. The last one of a step may be `omitted`, which has its counts and nothing else.
 */
export type EnvironmentEntry = Exclude<PageEvent, { kind: 'omitted' }> | Pick<Omitted, 'kind' | 'counts'>

/** The events of a page during a step, as they are stored. */
export const Environment = z.array(z.union([PageEvent, kinds.omitted.pick({ kind: true, counts: true })]))

/** Tells whether an event says that something went wrong on the page. */
export function isPageFailure(event: EnvironmentEntry): boolean {
  switch (event.kind) {
    case 'response':
    case 'navigation':
      return (event.status ?? 0) >= 400
    case 'console':
      return event.level === 'error'
    case 'download':
      return event.failure !== undefined
    case 'websocket':
      return event.state === 'error'
    case 'request_failed':
    case 'page_error':
    case 'page_crashed':
      return true
    case 'page_opened':
    case 'page_closed':
    case 'omitted':
    case 'unknown':
      return false
  }
}

/** In the words of Chromium, Firefox and WebKit. */
const handedOver = /ERR_ABORTED|NS_BINDING_ABORTED|download/i

/**
 * The events that say so of those of a step or a run, one for each request: not a request whose answer became a download, which tells
 * how it went, nor a navigation whose answer says that the page is to stay (204, 205), nor one whose answer has failed by itself and
 * was read by nobody.
 */
export function pageFailuresIn(events: readonly EnvironmentEntry[]): EnvironmentEntry[] {
  const ended = new Set(
    events.flatMap((event) => {
      const isStay = event.kind === 'response' && [204, 205].includes(event.status)
      const isEnd = event.kind === 'download' || isStay || (event.kind === 'response' && isPageFailure(event))
      return isEnd ? [event.requestUrl] : []
    }),
  )
  const isHandedOver = (event: EnvironmentEntry): boolean =>
    event.kind === 'request_failed' && ended.has(event.requestUrl) && handedOver.test(event.failure)
  return events.filter((event) => isPageFailure(event) && !isHandedOver(event))
}
