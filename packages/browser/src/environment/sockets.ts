import type { WebSocket } from 'playwright'
import { cutAddress, type PageFact } from './page-facts.ts'

/** Sockets that were asked for, and of which nobody knows yet whether they are open: each with what tells it as such. */
export type AskedSockets = Set<() => void>

/** Whoever refuses a socket has mostly done so by then, in ms. */
const refusedWithinMs = 300

/**
 * Tell the states of a socket that was asked for just now. That a server took it Playwright does not say. It shows by the first
 * frame, or by an end that is no failure; and one that has not failed after 300 ms, or when the recording ends, is taken for open. Where
 * a server refuses it later than that, `error` follows.
 *
 * @param askedAt when it was asked for, ISO, UTC: it is open from then on
 */
export function followSocket(
  socket: WebSocket,
  { asked, askedAt, tell }: { asked: AskedSockets; askedAt: string; tell: (fact: PageFact, at?: string) => void },
): void {
  const tellState = (state: 'open' | 'closed' | 'error', at?: string): void =>
    tell({ kind: 'websocket', requestUrl: cutAddress(socket.url()), state }, at)
  const open = (): void => {
    clearTimeout(timer)
    if (asked.delete(open)) tellState('open', askedAt)
  }
  const timer = setTimeout(open, refusedWithinMs).unref()
  asked.add(open)
  socket.once('framesent', open)
  socket.once('framereceived', open)
  socket.on('socketerror', () => {
    asked.delete(open)
    tellState('error')
  })
  socket.on('close', () => {
    open()
    tellState('closed')
  })
}
