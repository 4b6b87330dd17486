import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { captureDom } from '@contrail/browser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { serveBusySite } from './busy-site.ts'
import { told, until } from './words.ts'

const live = useLivePages()
let site: Awaited<ReturnType<typeof serveBusySite>>
beforeAll(async () => {
  site = await serveBusySite()
})
afterAll(() => site[Symbol.asyncDispose]())

test('a socket is open in the step that asked for it, though nothing was said on it; one that is refused never is', async () => {
  const page = await live.reopen('/thanks.html')
  const kept = keepEvents()
  const capture = captureDom(page, kept.sink, { probe: { mode: 'off' } })
  const act = (actionName: string, run: () => Promise<unknown>): Promise<unknown> =>
    capture.turn(({ step }) => step({ actionName }, run))
  const at = site.url('').replace('http:', 'ws:')
  const connect = (url: string, event: 'open' | 'message' | 'close'): Promise<unknown> =>
    act('connect', () =>
      page.evaluate(
        ([address, name]) =>
          new Promise((resolve) => {
            const socket = new WebSocket(address)
            Reflect.set(window, 'socket', socket)
            socket.addEventListener(name, () => resolve(name))
          }),
        [url, event] as const,
      ),
    )
  const close = (): Promise<unknown> => act('close', () => page.evaluate('socket.close()'))
  const closed = (requestUrl: string): Promise<void> =>
    until(kept, (event) => event.kind === 'websocket' && event.requestUrl === requestUrl && event.state === 'closed')
  for (const nobody of [`ws://127.0.0.1:${await freePort()}/`, `${at}/none`]) {
    await connect(nobody, 'close')
    await closed(nobody)
  }
  await connect(`${at}/silent`, 'open')
  await close()
  await closed(`${at}/silent`)
  await connect(`${at}/silent?again`, 'open')
  const isAgain = (requestUrl: string): boolean => requestUrl.endsWith('?again')
  await until(kept, (event) => event.kind === 'websocket' && isAgain(event.requestUrl) && event.state === 'open')
  await close()
  await closed(`${at}/silent?again`)
  await connect(`${at}/greeting`, 'message')
  await until(kept, (event) => event.kind === 'websocket' && event.requestUrl === `${at}/greeting`)
  await close()
  await closed(`${at}/greeting`)
  await kept.settled()
  expect(told(kept).map((words) => words.filter((word) => word.startsWith('socket')))).toEqual([
    ['socket error', 'socket closed'],
    ['socket error', 'socket closed'],
    ...Array.from({ length: 3 }, () => [['socket open'], ['socket closed']]).flat(),
  ])
})

/** A port that nobody listens at. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
