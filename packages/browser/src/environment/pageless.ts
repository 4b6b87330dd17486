import type { Clock } from '@contrail/core'
import type { BrowserContext, ConsoleMessage, Frame, Page, Request, Response, WebError } from 'playwright'
import { identityOf, urlOf } from '../page/watch.ts'
import {
  consoleFact,
  pageErrorFact,
  requestFailedFact,
  responseFact,
  type PageFact,
  type RequestFact,
} from './page-facts.ts'

/** More is not kept for one page that is not there yet, nor for all of which it is not known which they are. */
const mostWaiting = 100

/** A thing that a page did, and when that was told. */
interface TimedFact {
  readonly fact: PageFact
  /** ISO, UTC. */
  readonly at: string
}

/** The things that a context tells of, and none of its pages. */
export interface PagelessFacts {
  /**
   * Take what a page did before anybody was told that it is there: the first document of one that was opened, and its scripts.
   * `isWhole` is false, once, for one whose document nobody was told of, so that more may be missing: it was opening when this began,
   * or Chromium let it go on before Playwright listened to it, as it does where pages of a process open others at the same time.
   */
  claim(page: Page): { readonly facts: readonly TimedFact[]; readonly isWhole: boolean }
}

/** Options that say who hears of them. */
export interface PagelessOptions {
  readonly clock: Clock
  isListening(): boolean
  /** Tells whether a fact is wanted at all. */
  isTold(fact: PageFact): boolean
  /** Hear what a service worker, of this address, asked for. */
  tellOfWorker(workerUrl: string, fact: RequestFact): void
  /** Hear that nobody listened any more, so that this has stopped. */
  stopped(): void
}

/** Begin to listen to a context, until nobody listens. */
export function hearPageless(context: BrowserContext, options: PagelessOptions): PagelessFacts {
  const { clock, isListening, isTold, tellOfWorker } = options
  const started = new WeakMap<Request, number>()
  const there = new WeakSet<object>(context.pages().map(identityOf))
  const early = new WeakMap<object, TimedFact[]>()
  let unknown: (TimedFact & { readonly request: Request })[] = []
  /** The requests for documents of pages that are not there yet, which were answered. */
  const documents = new Set<Request>()
  const notWhole = new WeakSet<object>()

  const isEarly = (page: Page | null | undefined): page is Page => Boolean(page) && !there.has(identityOf(page!))
  const keep = (page: Page, fact: PageFact): void => {
    const facts = early.get(identityOf(page)) ?? []
    early.set(identityOf(page), facts)
    if (isTold(fact) && facts.length < mostWaiting) facts.push({ fact, at: clock.now().toISOString() })
  }
  const take = (request: Request, toFact: () => RequestFact | undefined): void => {
    const worker = request.serviceWorker()
    const frame = worker ? undefined : frameOf(request)
    const page = frame?.page()
    const fact = !frame || isEarly(page) ? toFact() : undefined
    if (!fact) return
    if (worker) return tellOfWorker(worker.url(), fact)
    if (request.isNavigationRequest()) documents.add(request)
    if (documents.size > mostWaiting) documents.delete(documents.values().next().value!)
    if (isEarly(page)) return keep(page, fact)
    unknown.push({ request, fact, at: clock.now().toISOString() })
    if (unknown.length > mostWaiting) unknown.shift()
  }

  const listeners = {
    page: (page: Page) => {
      const identity = identityOf(page)
      there.add(identity)
      const own = [...documents].filter((request) => frameOf(request) === identity)
      for (const request of own) documents.delete(request)
      if (own.length === 0 && /^https?:/.test(urlOf(page) ?? '')) notWhole.add(identity)
    },
    request: (request: Request) => {
      const frame = frameOf(request)
      if (!frame || request.serviceWorker() || isEarly(frame.page())) started.set(request, clock.monotonicMs())
    },
    response: (response: Response) => {
      const request = response.request()
      const startedMs = started.get(request) ?? clock.monotonicMs()
      take(request, () => responseFact(response, Math.max(0, clock.monotonicMs() - startedMs)))
    },
    requestfailed: (request: Request) => take(request, () => requestFailedFact(request)),
    console: (message: ConsoleMessage) => {
      const page = message.page()
      if (isEarly(page)) keep(page, consoleFact(message))
    },
    weberror: (error: WebError) => {
      const page = error.page()
      if (isEarly(page)) keep(page, pageErrorFact(error.error()))
    },
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
      const own: TimedFact[] = unknown.filter(isOwn)
      unknown = unknown.filter((one) => !own.includes(one))
      own.push(...(early.get(identityOf(page)) ?? []))
      early.delete(identityOf(page))
      const facts = own.toSorted((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at)))
      return { facts, isWhole: !notWhole.delete(identityOf(page)) }
    },
  }
}

/** Undefined while Playwright has not told of the page, and for a request of a worker. */
function frameOf(request: Request): Frame | undefined {
  try {
    return request.frame()
  } catch {
    return undefined
  }
}
