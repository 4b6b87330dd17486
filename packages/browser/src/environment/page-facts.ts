import { beginningOf, present, type PageEvent } from '@contrail/core'
import type { ConsoleMessage, Download, Request, Response } from 'playwright'

/** A thing that a page did, without when and where: the fields of its kind. */
export type PageFact = PageEvent extends infer Event ? (Event extends PageEvent ? Fact<Event> : never) : never
type Fact<Event> = Omit<Event, 'url' | 'pageId' | 'source' | 'stepIndex' | 'at' | 'count' | 'startedInStep'>

/** Longer texts and addresses are cut, in UTF-16 units. */
const [longestText, longestAddress, longestInline] = [8_000, 4_000, 200]

// All of it is known without asking the browser, and nothing here calls it: no bodies, no sizes, no values of arguments. That an
// answer came out of the cache Playwright does not tell.

/** An answer that began to come. */
export function responseFact(response: Response, durationMs: number): PageFact {
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
  })
}

/** A request that got no answer, or whose answer broke off. */
export function requestFailedFact(request: Request): PageFact {
  const failure = request.failure()?.errorText ?? 'failed'
  return { kind: 'request_failed', ...requestFields(request), failure: cutText(failure) }
}

function requestFields(request: Request): { method: string; requestUrl: string; resourceType: string } {
  return { method: request.method(), requestUrl: cutAddress(request.url()), resourceType: request.resourceType() }
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

/** A download that began. */
export function downloadFact(download: Download): PageFact {
  const [requestUrl, suggestedName] = [cutAddress(download.url()), cutText(download.suggestedFilename())]
  return { kind: 'download', requestUrl, suggestedName }
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
