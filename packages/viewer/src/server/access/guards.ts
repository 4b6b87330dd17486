import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import type { MiddlewareHandler } from 'hono'

/** Tells if a host can be reached from this machine alone. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/**
 * List the values of `Host` under which a server may be asked. A name that somebody else's DNS leads here is none of
 * them, so no page of another site can read from it.
 */
export function allowedHosts(host: string, port: number): ReadonlySet<string> {
  const isAny = host === '0.0.0.0' || host === '::'
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))
  const names = isAny ? [...addresses, hostname(), 'localhost'] : isLoopback(host) ? [host, 'localhost'] : [host]
  return new Set(names.map((name) => `${isIP(name) === 6 ? `[${name}]` : name}:${port}`.toLowerCase()))
}

/** Refuse what was sent to another name (421), by a page of another site (403), or with a verb that has no use here (405). */
export function guardRequests(hosts: () => ReadonlySet<string>): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context
    const host = req.header('host')?.toLowerCase() ?? ''
    if (!hosts().has(host)) return context.text('This server is not known by that name.', 421)
    const origin = req.header('origin')
    if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) return context.text('Not from there.', 403)
    const site = req.header('sec-fetch-site')
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return context.text('Not from there.', 403)
    if (!['GET', 'HEAD', 'POST'].includes(req.method)) return context.text('Only GET, HEAD and POST.', 405)
    if (req.method === 'POST' && !isJson(req.header('content-type'))) return context.text('Expected JSON.', 415)
    await next()
  }
}

function isJson(type: string | undefined): boolean {
  return type?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json'
}
