import { script, styleSheet } from './assets.ts'
import { findLamp, searchLamps, type Lamp } from './lamps.ts'
import {
  cartPage,
  cataloguePage,
  checkoutPage,
  helpPage,
  lampPage,
  orderPage,
  refusalPage,
  sizesPage,
  stockPage,
  termsPage,
} from './pages.ts'
import { drawLamp } from './picture.ts'
import { cartCount, type Shop, type Visitor } from './shop.ts'

/** A request as a page sees it: no sockets, no headers. */
export interface ShopRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly query: URLSearchParams
  readonly form: URLSearchParams
  readonly visitor: Visitor
}

/** The response of the shop. `slow` asks the server to wait before it answers; `location` redirects. */
export interface ShopResponse {
  readonly status: number
  readonly mediaType: 'text/html' | 'text/css' | 'text/javascript' | 'image/svg+xml' | 'text/plain'
  readonly body: string
  readonly location?: string
  readonly slow?: boolean
}

type Handler = (request: ShopRequest, shop: Shop, argument: string) => ShopResponse

/** Every page of the shop. A path with `:` takes one last segment of letters, digits and `-`. */
const routes: readonly (readonly [ShopRequest['method'], string, Handler])[] = [
  ['GET', '/', catalogue],
  ['GET', '/lamps/:', ({ visitor }, _, id) => withLamp(id, (lamp) => page(lampPage(visitor, lamp)))],
  ['GET', '/sizes/:', (_request, _shop, id) => withLamp(id, (lamp) => page(sizesPage(lamp)))],
  [
    'GET',
    '/stock/:',
    ({ visitor }, _, id) => withLamp(id, (lamp) => ({ ...page(stockPage(visitor, lamp)), slow: true })),
  ],
  ['GET', '/cart', ({ visitor }) => page(cartPage(visitor))],
  ['POST', '/cart/add', addToCart],
  ['POST', '/cart/empty', emptyCart],
  ['POST', '/cart/gift-wrap', giftWrap],
  ['GET', '/checkout', ({ visitor }) => (cartCount(visitor) === 0 ? redirect('/cart') : checkoutForm(visitor))],
  ['POST', '/checkout', checkOut],
  ['GET', '/orders/:', showOrder],
  ['GET', '/terms', ({ visitor }) => page(termsPage(visitor))],
  ['GET', '/help', () => page(helpPage())],
  ['GET', '/shop.css', () => ({ status: 200, mediaType: 'text/css', body: styleSheet })],
  ['GET', '/shop.js', () => ({ status: 200, mediaType: 'text/javascript', body: script })],
  [
    'GET',
    '/pictures/:.svg',
    (_request, _shop, id) =>
      withLamp(id, (lamp) => ({ status: 200, mediaType: 'image/svg+xml', body: drawLamp(lamp) })),
  ],
]

/** Answer a request. Unknown paths are 404, known ones with another method 405. */
export function answer(request: ShopRequest, shop: Shop): ShopResponse {
  let allowed = ''
  for (const [method, pattern, handler] of routes) {
    const argument = matchPath(pattern, request.path)
    if (argument === undefined) continue
    if (method === request.method) return handler(request, shop, argument)
    allowed = method
  }
  return allowed === '' ? refuse(404, 'There is no such page.') : refuse(405, `This page takes ${allowed} only.`)
}

/** A page that says no. */
export function refuse(status: number, message: string): ShopResponse {
  return { status, mediaType: 'text/html', body: refusalPage(status, message) }
}

/** The argument of a path that fits a pattern, `''` where the pattern has none, `undefined` where it does not fit. */
function matchPath(pattern: string, path: string): string | undefined {
  const colon = pattern.indexOf(':')
  if (colon === -1) return path === pattern ? '' : undefined
  const head = pattern.slice(0, colon)
  const tail = pattern.slice(colon + 1)
  if (!path.startsWith(head) || !path.endsWith(tail)) return undefined
  const argument = path.slice(head.length, path.length - tail.length)
  return /^[A-Za-z0-9-]{1,40}$/.test(argument) ? argument : undefined
}

function catalogue({ visitor, query }: ShopRequest): ShopResponse {
  const words = (query.get('q') ?? '').slice(0, 80)
  return page(cataloguePage(visitor, words, searchLamps(words)))
}

function addToCart({ visitor, form }: ShopRequest): ShopResponse {
  return withLamp(form.get('lamp') ?? '', (lamp) => {
    const quantity = (visitor.cart.get(lamp.id) ?? 0) + 1
    if (quantity > lamp.inStock) return refuse(409, `There are only ${lamp.inStock} of ${lamp.name}.`)
    visitor.cart.set(lamp.id, quantity)
    return redirect('/cart')
  })
}

function emptyCart({ visitor }: ShopRequest): ShopResponse {
  visitor.cart.clear()
  visitor.giftWrapped = false
  return redirect('/cart')
}

/** The button that fails: the first try of every visitor is a server error, the next one works. */
function giftWrap({ visitor }: ShopRequest): ShopResponse {
  if (cartCount(visitor) === 0) return plain(409, 'There is nothing to wrap.')
  visitor.giftWrapAttempts += 1
  if (visitor.giftWrapAttempts === 1) return plain(503, 'The ribbon machine is stuck. Please try again.')
  visitor.giftWrapped = true
  return plain(200, 'Wrapped.')
}

function checkoutForm(visitor: Visitor): ShopResponse {
  return page(checkoutPage(visitor, { name: '', city: '' }, []))
}

function checkOut({ visitor, form }: ShopRequest, shop: Shop): ShopResponse {
  if (cartCount(visitor) === 0) return refuse(409, 'Your cart is empty.')
  const name = (form.get('name') ?? '').trim().slice(0, 80)
  const city = (form.get('city') ?? '').trim().slice(0, 80)
  const problems = [
    name === '' && 'Please give your name.',
    city === '' && 'Please give your city.',
    (form.get('password') ?? '').length < 8 && 'The password has at least 8 characters.',
    !/^\d{16}$/.test((form.get('card') ?? '').replaceAll(' ', '')) && 'The card number has 16 digits.',
    !/^\d{3,4}$/.test(form.get('cvc') ?? '') && 'The security code has 3 or 4 digits.',
  ].filter((problem) => problem !== false)
  if (problems.length > 0) return { ...page(checkoutPage(visitor, { name, city }, problems)), status: 422 }
  return redirect(`/orders/${shop.placeOrder(visitor, { name, city }).number}`)
}

function showOrder({ visitor }: ShopRequest, shop: Shop, number: string): ShopResponse {
  const order = shop.findOrder(visitor, number)
  return order ? page(orderPage(visitor, order)) : refuse(404, 'There is no such order.')
}

function withLamp(id: string, respond: (lamp: Lamp) => ShopResponse): ShopResponse {
  const lamp = findLamp(id)
  return lamp ? respond(lamp) : refuse(404, 'There is no such lamp.')
}

function page(body: string): ShopResponse {
  return { status: 200, mediaType: 'text/html', body }
}

function plain(status: number, body: string): ShopResponse {
  return { status, mediaType: 'text/plain', body }
}

function redirect(location: string): ShopResponse {
  return { status: 303, mediaType: 'text/plain', body: '', location }
}
