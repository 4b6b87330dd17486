import type { MiddlewareHandler } from 'hono'

/** The policy of the page: nothing but what this server serves, and no text that becomes code or markup. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** The policy of what was recorded: opened by itself it may do nothing at all. */
export const recordedPolicy = "default-src 'none'; sandbox"

/** Give every answer the headers that keep it here. An answer with a policy of its own keeps that. */
export const securityHeaders: MiddlewareHandler = async (context, next) => {
  await next()
  const set = (name: string, value: string): void => context.res.headers.set(name, value)
  if (!context.res.headers.has('content-security-policy')) set('content-security-policy', pagePolicy)
  set('x-content-type-options', 'nosniff')
  set('referrer-policy', 'no-referrer')
  set('cross-origin-opener-policy', 'same-origin')
  set('cross-origin-resource-policy', 'same-origin')
  set('cache-control', 'no-store')
}
