/** The shop that the benches visit, in a process of its own on 127.0.0.1. Tells its parent `{ origin }`, and ends with it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { heavyPageAt } from '../site/heavy.ts'
import { makePhotos } from '../site/photos.ts'
import { pageAt, photoCount, type Visitor } from '../site/pages.ts'

const photos = await makePhotos(photoCount)

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://shop')
  const visitor = visitorOf(request)
  const photo = /^\/photos\/(\d+)\.jpg$/.exec(pathname)
  const bytes = photo && photos[Number(photo[1]) - 1]
  if (bytes) {
    response.writeHead(200, { 'content-type': 'image/jpeg', 'cache-control': 'max-age=3600' }).end(bytes)
  } else if (request.method === 'POST') {
    request.resume()
    if (pathname === '/order') goOn(response, '/thanks', { cart: 0, orders: visitor.orders + 1 })
    else goOn(response, '/cart', { ...visitor, cart: visitor.cart + 1 })
  } else {
    const page = pageAt(pathname, visitor) ?? heavyPageAt(pathname)
    response.writeHead(page === undefined ? 404 : 200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    })
    response.end(page ?? 'There is no such page.')
  }
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  process.send?.({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})

/** The shop keeps nothing: what it must know of a visitor stands in a cookie, so that every fresh browser starts alike. */
function visitorOf(request: IncomingMessage): Visitor {
  const [, cart = 0, orders = 0] = /shop=(\d{1,6})-(\d{1,6})/.exec(request.headers.cookie ?? '') ?? []
  return { cart: Number(cart), orders: Number(orders) }
}

function goOn(response: ServerResponse, location: string, { cart, orders }: Visitor): void {
  response.writeHead(303, { location, 'set-cookie': `shop=${cart}-${orders}; Path=/` }).end()
}
