import { beginningOf, present, type PageEvent } from '@contrail/core'
import type { ConsoleMessage, Download, Request, Response } from 'playwright'
import type { BegunDownload } from '../page/watch.ts'

/** A thing that a page did, without when and where: the fields of its kind. */
export type PageFact = PageEvent extends infer Event ? (Event extends PageEvent ? Fact<Event> : never) : never
type Fact<Event> = Omit<Event, 'url' | 'pageId' | 'source' | 'stepIndex' | 'at' | 'count' | 'startedInStep'>

/** The fact that an answer came. */
export type ResponseFact = Extract<PageFact, { kind: 'response' }>
/** The end of a request: its answer, or that there was none. */
export type RequestFact = ResponseFact | Extract<PageFact, { kind: 'request_failed' }>

/** Longer texts and addresses are cut, in UTF-16 units. */
const [longestText, longestAddress, longestInline] = [8_000, 4_000, 200]

// All of it is known without asking the browser, and nothing here calls it: no bodies, no sizes, no values of arguments.

/** The status of each request that was answered. */
const answered = new WeakMap<Request, number>()

/** An answer that began to come. */
export function responseFact(response: Response, durationMs: number): ResponseFact {
  answered.set(response.request(), response.status())
  const headers = response.headers()
  const announced = headers['content-length']
  return present({
    kind: 'response' as const,
    ...requestFields(response.request()),
    status: response.status(),
    statusText: cutText(response.statusText()),
    durationMs: Math.round(durationMs),
    sizeBytes: announced && /^\d{1,15}$/.test(announced) ? Number(announced) : undefined,
    mediaType: headers['content-type'] ? cutText(headers['content-type'].split(';', 1)[0]!.trim()) : undefined,
    fromCache: isFromMemory(response) || undefined,
  })
}

const servedFromMemory: ReadonlySet<string> = new Set(['image', 'stylesheet', 'font'])

/**
 * Tells whether Chromium took a part of a page out of the page's own memory: it then has no times of its request. Neither has the
 * script of a worker, nor what is inline. An answer out of the cache on the disk cannot be told from a quick server's.
 */
function isFromMemory(response: Response): boolean {
  const request = response.request()
  if (!servedFromMemory.has(request.resourceType()) || !/^https?:/i.test(request.url())) return false
  const { requestStart, responseStart } = request.timing()
  return requestStart === -1 && responseStart === -1 && isOfChromium(response)
}

function isOfChromium(response: Response): boolean {
  return response.frame().page().context().browser()?.browserType().name() === 'chromium'
}

/**
 * A request that got no answer, or whose answer broke off. It has failed once: an answer that says so itself is told already, and one
 * whose rest nobody wanted is no failure.
 */
export function requestFailedFact(request: Request): RequestFact | undefined {
  const failure = request.failure()?.errorText ?? 'failed'
  const status = answered.get(request)
  if (status !== undefined && (status >= 400 || failure.includes('ERR_ABORTED'))) return undefined
  return { kind: 'request_failed', ...requestFields(request), failure: cutText(failure) }
}

function requestFields(request: Request): { method: string; requestUrl: string; resourceType: string } {
  return {
    method: cutText(request.method()),
    requestUrl: cutAddress(request.url()),
    resourceType: request.resourceType(),
  }
}

const levels = { error: 'error', assert: 'error', warning: 'warning', info: 'info', debug: 'debug' } as const

/** A line on the console. What is no message, such as a table or a group, is a `log`. */
export function consoleFact(message: ConsoleMessage): Extract<PageFact, { kind: 'console' }> {
  const { url, lineNumber, columnNumber } = message.location()
  const type = message.type()
  return present({
    kind: 'console' as const,
    level: Object.hasOwn(levels, type) ? levels[type as keyof typeof levels] : ('log' as const),
    text: cutText(message.text()),
    location: url ? { url: cutAddress(url), lineNumber, columnNumber } : undefined,
  })
}

/** An error that no script caught, whatever was thrown. */
export function pageErrorFact(error: unknown): PageFact {
  const { message, stack } = Object(error) as { message?: unknown; stack?: unknown }
  return present({
    kind: 'page_error' as const,
    message: cutText(typeof message === 'string' ? message : String(error)),
    stack: typeof stack === 'string' && stack !== '' ? cutText(stack) : undefined,
  })
}

/**
 * A download that began.
 *
 * @param answer the last answer that was announced with a size, whatever it was for
 */
export function downloadFact(download: Download, answer: ResponseFact | undefined): PageFact {
  const [requestUrl, suggestedName] = [cutAddress(download.url()), cutText(download.suggestedFilename())]
  const sizeBytes = answer?.requestUrl === requestUrl ? answer.sizeBytes : undefined
  return present({ kind: 'download' as const, requestUrl, suggestedName, sizeBytes })
}

/** A download that broke off: cancelled by somebody, or not answered to its end. Chromium does not say which. */
export function brokenDownloadFact({ url, suggestedFilename }: BegunDownload): PageFact {
  const [requestUrl, suggestedName] = [cutAddress(url), cutText(suggestedFilename)]
  return { kind: 'download', requestUrl, suggestedName, failure: 'canceled' }
}

/** The beginning of a long text, marked as cut, so that a secret that the cut went through is still known. */
function cutText(text: string): string {
  return text.length <= longestText ? text : beginningOf(text, longestText) + cutMark
}

/** An address without what is too much of it: of one that holds its content the beginning, of others the end of the query. */
export function cutAddress(url: string): string {
  if (/^(?:data|blob):/i.test(url)) return url.slice(0, longestInline)
  if (url.length <= longestAddress) return url
  const end = Math.max(...['?', '&', '#', '/'].map((mark) => url.lastIndexOf(mark, longestAddress)))
  return url.slice(0, Math.max(end, 0)) + cutMark
}

const cutMark = '... [truncated]'
