import type { Clock, PageEvent } from '@contrail/core'
import type { BrowserContext, ConsoleMessage, Download, Frame, Page, Request, Response, WebSocket } from 'playwright'
import { contextOf, identityOf, urlOf, watchPage } from '../page/watch.ts'
import { followNavigations, originOf } from './navigations.ts'
import type { EnvironmentLevel } from './options.ts'
import {
  brokenDownloadFact,
  consoleFact,
  cutAddress,
  downloadFact,
  pageErrorFact,
  requestFailedFact,
  responseFact,
  type PageFact,
  type RequestFact,
  type ResponseFact,
} from './page-facts.ts'
import type { PageIds } from './page-ids.ts'
import { hearPageless, type PagelessFacts } from './pageless.ts'
import { followSocket, type AskedSockets } from './sockets.ts'

/** Who tells what pages do: a capture. */
export interface EnvironmentTeller {
  /** The same object for all captures of one recording. */
  readonly recording: object
  readonly level: Exclude<EnvironmentLevel, 'off'>
  readonly ids: PageIds
  readonly clock: Clock
  isListening(): boolean
  /** Hear of each page that this tells of from its beginning. */
  watched(page: Page): void
  tell(event: PageEvent): void
  /** Tell that the beginning of a page is not known. */
  tellMissed(pageId: string): void
}

/** A page that is watched, once for each recording. */
interface Watch {
  teller: EnvironmentTeller
  /** Nobody asked for it: it was opened by one that is watched. */
  isFollowed: boolean
}

/** Everything that is watched for one recording. */
interface Watched {
  /** By {@link identityOf} of the page. */
  readonly pages: WeakMap<object, Watch>
  readonly contexts: WeakMap<BrowserContext, PagelessFacts>
  readonly sockets: AskedSockets
}

/** The events that Playwright emits for a page, and what they carry. */
interface Heard {
  request: Request
  response: Response
  requestfailed: Request
  framenavigated: Frame
  console: ConsoleMessage
  pageerror: unknown
  download: Download
  websocket: WebSocket
  popup: Page
  crash: Page
  close: Page
}

const recordings = new WeakMap<object, Watched>()

/**
 * Watch a page, and those that it opens, until they are closed or nobody listens any more. Each event is told once in a
 * recording, however many captures there are: by the one that acted on the page last, or else watched it first.
 *
 * All it does is to listen to what Playwright tells anyway. Of that nothing changes what the page does; to listen for dialogs
 * or file choosers would.
 *
 * @param options.acts the teller acts on the page now. Default false
 */
export function watchEnvironment(page: Page, teller: EnvironmentTeller, options: { acts?: boolean } = {}): void {
  const watched = recordings.get(teller.recording) ?? {
    pages: new WeakMap(),
    contexts: new WeakMap(),
    sockets: new Set(),
  }
  recordings.set(teller.recording, watched)
  const known = watched.pages.get(identityOf(page))
  if (!known) return attach(page, watched, { teller, isFollowed: false })
  if (options.acts || known.isFollowed) known.teller = teller
  known.isFollowed = false
}

/** Tell what a recording has seen and not told, for more might have become known of it. */
export function tellAsked(recording: object): void {
  for (const tellOpen of recordings.get(recording)?.sockets ?? []) tellOpen()
}

const contexts = new WeakMap<BrowserContext, WeakSet<object>>()
/** Pages that a watched one has opened. */
const opened = new WeakSet<object>()

/** Watch every page of a context, those to come too. Doing so again for the same recording changes nothing. */
export function watchContext(context: BrowserContext, teller: EnvironmentTeller): void {
  const known = contexts.get(context) ?? new WeakSet()
  contexts.set(context, known)
  if (known.has(teller.recording)) return
  known.add(teller.recording)
  for (const page of context.pages()) watchEnvironment(page, teller)
  const hear = (page: Page): void => {
    if (!teller.isListening()) {
      context.off('page', hear)
      known.delete(teller.recording)
      return
    }
    // Whoever watches the page that opened it hears of it in the same moment, and knows more.
    queueMicrotask(() => {
      if (opened.has(identityOf(page))) return
      tellOf(page, teller, { kind: 'page_opened' })
      watchEnvironment(page, teller)
    })
  }
  context.on('page', hear)
}

function attach(page: Page, watched: Watched, watch: Watch): void {
  watched.pages.set(identityOf(page), watch)
  watch.teller.watched(page)
  const { clock } = watch.teller
  const navigations = followNavigations(page)
  const pageless = followContext(page, watched, watch.teller)
  const started = new WeakMap<Request, number>()
  const listeners: [string, (subject: never) => void][] = []
  let answer: ResponseFact | undefined

  const tell = (fact: PageFact | undefined, at?: string): void => {
    if (fact) tellOf(page, watch.teller, fact, at)
  }
  /** Contained: an event that cannot be read costs itself, never the page or the script that waits for it. */
  const listen = <K extends keyof Heard>(name: K, hear: (subject: Heard[K]) => void): void => {
    const listener = (subject: Heard[K]): void => {
      if (!watch.teller.isListening()) return detach()
      try {
        hear(subject)
      } catch {
        // What Playwright cannot tell any more, of a page that is gone for one, nobody can.
      }
    }
    listeners.push([name, listener])
    page.on(name as 'close', listener as never)
  }
  const detach = (): void => {
    watched.pages.delete(identityOf(page))
    for (const [name, listener] of listeners) page.off(name as 'close', listener as never)
    unfollow()
  }
  const unfollow = watchPage(page).onBrokenDownload((download) => {
    if (watch.teller.isListening()) tell(brokenDownloadFact(download))
  })

  listen('request', (request) => started.set(request, clock.monotonicMs()))
  listen('response', (response) => {
    navigations.answered(response)
    const startedMs = started.get(response.request())
    const fact = responseFact(response, startedMs === undefined ? 0 : Math.max(0, clock.monotonicMs() - startedMs))
    if (fact.sizeBytes !== undefined && response.request().isNavigationRequest()) answer = fact
    tell(fact)
  })
  listen('requestfailed', (request) => tell(requestFailedFact(request)))
  listen('framenavigated', (frame) => tell(navigations.navigated(frame)))
  listen('console', (message) => tell(consoleFact(message)))
  listen('pageerror', (error) => tell(pageErrorFact(error)))
  listen('download', (download) => tell(downloadFact(download, answer)))
  listen('crash', () => tell({ kind: 'page_crashed' }))
  listen('close', () => tell({ kind: 'page_closed' }))
  listen('websocket', (socket) =>
    followSocket(socket, { asked: watched.sockets, askedAt: clock.now().toISOString(), tell }),
  )
  listen('popup', (popup) => {
    opened.add(identityOf(popup))
    tellOf(popup, watch.teller, { kind: 'page_opened', openerId: watch.teller.ids.of(page) })
    if (!watched.pages.has(identityOf(popup))) attach(popup, watched, { teller: watch.teller, isFollowed: true })
  })
  const { facts, isWhole } = pageless?.claim(page) ?? { facts: [], isWhole: true }
  if (!isWhole) watch.teller.tellMissed(watch.teller.ids.of(page))
  for (const { fact, at } of facts) tell(fact, at)
}

/** @param at when it happened, ISO, UTC; default now */
function tellOf(page: Page, teller: EnvironmentTeller, fact: PageFact, at?: string): void {
  if (!isTold(fact, teller.level)) return
  const when = at ?? teller.clock.now().toISOString()
  teller.tell({ ...fact, url: cutAddress(urlOf(page) ?? ''), pageId: teller.ids.of(page), at: when })
}

/** Hear what the context of a page tells that no page does; once for each recording. */
function followContext(
  page: Page,
  { pages, contexts: known }: Watched,
  teller: EnvironmentTeller,
): PagelessFacts | undefined {
  const context = contextOf(page)
  if (!context) return undefined
  const { clock, level, isListening } = teller
  /** The page that a worker works for, as far as can be told: the first of its origin that is watched, or the first of all. */
  const tellOfWorker = (workerUrl: string, fact: RequestFact): void => {
    const watched = context.pages().filter((one) => pages.has(identityOf(one)))
    const one = watched.find((of) => originOf(urlOf(of) ?? '') === originOf(workerUrl)) ?? watched[0]
    if (one) tellOf(one, pages.get(identityOf(one))!.teller, { ...fact, serviceWorker: cutAddress(workerUrl) })
  }
  const requests =
    known.get(context) ??
    hearPageless(context, {
      clock,
      isListening,
      isTold: (fact) => isTold(fact, level),
      tellOfWorker,
      stopped: () => known.delete(context),
    })
  known.set(context, requests)
  return requests
}

const alwaysTold: ReadonlySet<string> = new Set(['document', 'fetch', 'xhr'])

/**
 * Tells whether a fact is emitted: all are, but parts of a page that came as they should, lines on the console that are no
 * warning, and that a site has no icon, which a browser with a window asks for by itself.
 */
function isTold(fact: PageFact, level: EnvironmentTeller['level']): boolean {
  if (level === 'all') return true
  if (fact.kind === 'response') return alwaysTold.has(fact.resourceType) || fact.status >= 400
  if (fact.kind !== 'console') return true
  return (fact.level === 'error' && !isOfIcon(fact)) || fact.level === 'warning'
}

/** Playwright tells no request for such an icon, so that a line about it would point nowhere. */
function isOfIcon({ text, location }: Extract<PageFact, { kind: 'console' }>): boolean {
  return text.startsWith('Failed to load resource') && (location?.url.endsWith('/favicon.ico') ?? false)
}
