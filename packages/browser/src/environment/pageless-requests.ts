import type { BrowserContext, Frame, Page, Request, Response } from 'playwright'
import type { Clock } from '../page/system.ts'
import { identityOf } from '../page/watch.ts'
import { requestFailedFact, responseFact, type RequestFact } from './page-facts.ts'

/** More documents are not kept for pages that are not there yet. */
const mostWaiting = 100

/** A thing that was loaded, and when that was told. */
interface TimedFact {
  readonly fact: RequestFact
  /** ISO, UTC. */
  readonly at: string
}

/** The requests that a context tells of, and none of its pages. */
export interface PagelessRequests {
  /** Take what a page loaded before anybody was told that it is there: the first document of one that was opened. */
  claim(page: Page): TimedFact[]
}

/** Options that say who hears of requests. */
export interface PagelessOptions {
  readonly clock: Clock
  isListening(): boolean
  /** Hear what a service worker, of this address, asked for. */
  tellOfWorker(workerUrl: string, fact: RequestFact): void
  /** Hear that nobody listened any more, so that this has stopped. */
  stopped(): void
}

/** Begin to listen to a context, until nobody listens. */
export function hearPagelessRequests(context: BrowserContext, options: PagelessOptions): PagelessRequests {
  const { clock, isListening, tellOfWorker } = options
  const started = new WeakMap<Request, number>()
  let waiting: (TimedFact & { readonly request: Request })[] = []

  const take = (request: Request, toFact: () => RequestFact): void => {
    const worker = request.serviceWorker()
    if (worker) return tellOfWorker(worker.url(), toFact())
    if (!isBeforeItsPage(request)) return
    waiting.push({ request, fact: toFact(), at: clock.now().toISOString() })
    if (waiting.length > mostWaiting) waiting.shift()
  }

  const listeners = {
    request: (request: Request) => {
      if (request.isNavigationRequest() || request.serviceWorker()) started.set(request, clock.monotonicMs())
    },
    response: (response: Response) => {
      const request = response.request()
      const startedMs = started.get(request) ?? clock.monotonicMs()
      take(request, () => responseFact(response, Math.max(0, clock.monotonicMs() - startedMs)))
    },
    requestfailed: (request: Request) => take(request, () => requestFailedFact(request)),
  }
  const attached = Object.entries(listeners).map(([name, hear]) => {
    const listener = (subject: never): void => {
      if (!isListening()) return stop()
      try {
        hear(subject)
      } catch {
        // What Playwright cannot tell any more, of a worker that is gone for one, nobody can.
      }
    }
    context.on(name as 'close', listener as never)
    return [name, listener] as const
  })
  const stop = (): void => {
    for (const [name, listener] of attached) context.off(name as 'close', listener as never)
    options.stopped()
  }

  return {
    claim: (page) => {
      const isOwn = ({ request }: { request: Request }): boolean => {
        const frame = frameOf(request)
        return frame !== undefined && identityOf(frame.page()) === identityOf(page)
      }
      const own = waiting.filter(isOwn)
      waiting = waiting.filter((one) => !own.includes(one))
      return own
    },
  }
}

/** Tells whether a document was asked for by a page that nobody knows yet. */
function isBeforeItsPage(request: Request): boolean {
  return request.isNavigationRequest() && frameOf(request) === undefined
}

/** Undefined while Playwright has not told of the page. */
function frameOf(request: Request): Frame | undefined {
  try {
    return request.frame()
  } catch {
    return undefined
  }
}
