import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { answer, refuse, type ShopResponse } from './routes.ts'
import { createShop } from './shop.ts'

/** A running demo shop. Whoever opened it closes it. */
export interface DemoSite extends AsyncDisposable {
  /** e.g. `http://127.0.0.1:40123`, without a slash at the end. */
  readonly origin: string
  /** Stop listening and drop every connection. Idempotent. */
  close(): Promise<void>
}

/** A form of the shop is a few hundred bytes; nothing may send more than this. */
const bodyLimitBytes = 16 * 1024

/**
 * Open the demo shop on a free port of 127.0.0.1, with carts and orders of its own.
 * It answers only to its own host name, takes forms only from its own pages, and loads nothing from elsewhere.
 *
 * @param options.slowPageMs how long the warehouse page takes; default 400
 */
export async function openDemoSite(options: { slowPageMs?: number } = {}): Promise<DemoSite> {
  const slowPageMs = options.slowPageMs ?? 400
  const shop = createShop()
  let origin = ''

  const server = createServer((request, response) => {
    respond(request).then(
      ({ outcome, visitorId }) => send(response, outcome, visitorId),
      (cause: unknown) => {
        // A bug of the shop must not end the process of whoever runs the demo; the page says what happened.
        send(response, refuse(500, cause instanceof Error ? cause.message : 'The shop broke.'))
      },
    )
  })
  server.headersTimeout = 5_000
  server.requestTimeout = 5_000

  const respond = async (request: IncomingMessage): Promise<{ outcome: ShopResponse; visitorId?: string }> => {
    if (request.headers.host !== new URL(origin).host) return { outcome: refuse(421, 'This is another host.') }
    if (!request.url?.startsWith('/') || request.url.length > 2000) return { outcome: refuse(400, 'Bad address.') }
    const { method } = request
    if (method !== 'GET' && method !== 'POST') return { outcome: refuse(405, 'Only GET and POST.') }
    if (method === 'POST' && request.headers.origin !== origin)
      return { outcome: refuse(403, 'This form is not ours.') }
    const body = method === 'POST' ? await readBody(request) : ''
    if (body === undefined) return { outcome: refuse(413, 'This is too much.') }
    const url = new URL(request.url, origin)
    const visitor = shop.visit(/(?:^|; )visitor=([A-Za-z0-9]{1,12})(?:;|$)/.exec(request.headers.cookie ?? '')?.[1])
    const form = new URLSearchParams(body)
    const outcome = answer({ method, path: url.pathname, query: url.searchParams, form, visitor }, shop)
    if (outcome.slow) await wait(slowPageMs, undefined, { ref: false })
    return { outcome, visitorId: visitor.id }
  }

  await once(server.listen(0, '127.0.0.1'), 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    return closing
  }
  return { origin, close, [Symbol.asyncDispose]: close }
}

/** The body as text, or `undefined` when it is over the limit. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes <= bodyLimitBytes) chunks.push(chunk)
  }
  return sizeBytes > bodyLimitBytes ? undefined : Buffer.concat(chunks).toString('utf8')
}

function send(response: ServerResponse, { status, mediaType, body, location }: ShopResponse, visitorId?: string): void {
  // The browser may have gone: then there is nobody to answer.
  if (response.destroyed || response.headersSent) return
  response.writeHead(status, {
    'content-type': `${mediaType}; charset=utf-8`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'content-security-policy':
      "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'",
    ...(location === undefined ? {} : { location }),
    ...(visitorId === undefined ? {} : { 'set-cookie': `visitor=${visitorId}; HttpOnly; SameSite=Lax; Path=/` }),
  })
  response.end(body)
}
