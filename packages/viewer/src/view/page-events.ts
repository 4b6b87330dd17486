import { pageFailuresIn, present, type EnvironmentEntry, type ImageReference, type Step } from '@contrail/core'
import type { PageEventView } from './model.ts'

const textLimit = 4_000

/** Tell what the page did by itself during a step. */
export function pageEventsOf(step: Step<ImageReference>, atMs: (time: string) => number | undefined): PageEventView[] {
  const { environment = [] } = step
  const failures = new Set(pageFailuresIn(environment))
  return environment.map((event) => {
    const { count, at } = event.kind === 'omitted' ? {} : event
    return present({
      kind: event.kind,
      failed: failures.has(event),
      text: describePageEvent(event).slice(0, textLimit),
      count,
      atMs: at === undefined ? undefined : atMs(at),
    })
  })
}

/** Tell an event of a page in a few words: `POST /cart 503 Service Unavailable in 12 ms`. */
export function describePageEvent(event: EnvironmentEntry): string {
  const say = (...parts: readonly (string | number | undefined)[]): string =>
    parts.filter((part) => part !== undefined && part !== '').join(' ')
  switch (event.kind) {
    case 'navigation':
      return [event.from, event.to].filter(Boolean).join(' → ')
    case 'response': {
      const { method, requestUrl, status, statusText, durationMs, fromCache } = event
      const told = say(method, requestUrl, status, statusText, fromCache ? 'from the cache' : '', askerOf(event))
      return `${told} in ${Math.round(durationMs)} ms`
    }
    case 'request_failed':
      return `${say(event.method, event.requestUrl, askerOf(event))}: ${event.failure}`
    case 'console':
      return `${event.level}: ${event.text}`
    case 'page_error':
      return event.message
    case 'download':
      return say(event.suggestedName, event.requestUrl, event.failure)
    case 'websocket':
      return say(event.state, event.requestUrl)
    case 'omitted':
      return `left out: ${countsOf(event.counts)}`
    case 'unknown':
      return JSON.stringify(event.extra)
    case 'page_opened':
    case 'page_closed':
    case 'page_crashed':
      return say(event.pageId, event.url)
    // Of a later version, in a file of somebody else's.
    default:
      return JSON.stringify(event)
  }
}

function askerOf({ serviceWorker }: { serviceWorker?: string | undefined }): string {
  return serviceWorker === undefined ? '' : 'for a service worker'
}

function countsOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')
}
