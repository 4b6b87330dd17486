import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'

/** Who may see recordings: whoever once had the token that stood in the link. */
export interface Sessions {
  /** 32 hex digits. */
  readonly token: string
  /** Exchange the token for a cookie. */
  exchange(context: Context): Promise<Response>
  /** Let nobody past without the cookie. */
  readonly required: MiddlewareHandler
}

/**
 * Make the sessions of one server. The token stands in the fragment of its link, which no server and no log ever sees, and
 * the page gives it back for a cookie that no script can read.
 */
export function createSessions(portOf: () => number): Sessions {
  const token = randomBytes(16).toString('hex')
  const secret = randomBytes(16).toString('hex')
  // Cookies know no ports: two viewers on one host would have one.
  const cookie = (): string => `contrail-${portOf()}`
  return {
    token,
    async exchange(context) {
      const given = await context.req.json<{ token?: unknown } | null>().catch(() => null)
      if (!isSame(given?.token, token)) return context.text('That token opens nothing.', 401)
      setCookie(context, cookie(), secret, { httpOnly: true, sameSite: 'Strict', path: '/' })
      return context.body(null, 204)
    },
    async required(context, next) {
      if (!isSame(getCookie(context, cookie()), secret)) return context.text('Open the link that was printed.', 401)
      await next()
    },
  }
}

function isSame(given: unknown, expected: string): boolean {
  const one = Buffer.from(typeof given === 'string' ? given.slice(0, 2 * expected.length) : '')
  const other = Buffer.from(expected)
  return one.length === other.length && timingSafeEqual(one, other)
}
