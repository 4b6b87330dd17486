import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDemoSite, type DemoSite } from '../../src/site/server.ts'
import http from 'node:http'

let site: DemoSite
beforeEach(async () => {
  site = await openDemoSite({ slowPageMs: 60 })
})
afterEach(() => site.close())

/** A visitor with a cookie of its own. */
function createVisitor() {
  let cookie = ''
  const visit = async (
    path: string,
    form?: Record<string, string>,
  ): Promise<{ status: number; text: string; url: string }> => {
    const response = await fetch(site.origin + path, {
      redirect: 'manual',
      headers: { ...(cookie ? { cookie } : {}), ...(form ? { origin: site.origin } : {}) },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
    const location = response.headers.get('location')
    if (location) return visit(location)
    return { status: response.status, text: await response.text(), url: path }
  }
  return visit
}

test('a lamp is found, put into the cart, wrapped at the second try, paid and confirmed', async () => {
  const visit = createVisitor()
  expect((await visit('/?q=BRASS+desk')).text).toContain('href="/lamps/ada"')
  expect((await visit('/cart/add', { lamp: 'ada' })).text).toContain('€79.00')
  expect(await visit('/cart/gift-wrap', {})).toMatchObject({ status: 503 })
  expect(await visit('/cart/gift-wrap', {})).toMatchObject({ status: 200 })
  const paid = await visit('/checkout', {
    name: 'Mira',
    city: 'Lampton',
    password: 'tungsten-filament',
    card: '4242 4242 4242 4242',
    cvc: '123',
  })
  expect(paid.url).toBe('/orders/LS-1001')
  expect(paid.text).toContain('Order LS-1001 is on its way to Lampton.')
  expect(paid.text).toContain('€83.50')
  expect((await visit('/cart')).text).toContain('Your cart is empty.')
})

test('a form with mistakes names them, keeps what is no secret and forgets what is', async () => {
  const visit = createVisitor()
  await visit('/cart/add', { lamp: 'ada' })
  const page = await visit('/checkout', { name: '<b>Mira"', city: '', password: 'short', card: '4242', cvc: '12' })
  expect(page.status).toBe(422)
  expect(page.text).toContain('value="&lt;b&gt;Mira&quot;"')
  expect(page.text).toContain('Please give your city.')
  expect(page.text).not.toMatch(/short|4242/)
})

test('carts and orders belong to one visitor', async () => {
  const [first, second] = [createVisitor(), createVisitor()]
  await first('/cart/add', { lamp: 'gigi' })
  expect((await second('/cart')).text).toContain('Your cart is empty.')
  await first('/checkout', {
    name: 'M',
    city: 'L',
    password: 'tungsten-filament',
    card: '4242424242424242',
    cvc: '123',
  })
  expect(await second('/orders/LS-1001')).toMatchObject({ status: 404 })
})

test('a lamp that is sold out cannot be bought, and none more often than there are', async () => {
  const visit = createVisitor()
  expect((await visit('/lamps/iris')).text).toContain('Sold out')
  expect(await visit('/cart/add', { lamp: 'iris' })).toMatchObject({ status: 409 })
  expect(await visit('/cart/add', { lamp: 'fenn' })).toMatchObject({ status: 200 })
  expect(await visit('/cart/add', { lamp: 'fenn' })).toMatchObject({ status: 409 })
})

test('every page that a page links to exists, and nothing is loaded from elsewhere', async () => {
  const visit = createVisitor()
  const known = new Set<string>(['/'])
  for (const path of known) {
    const { status, text } = await visit(path)
    expect({ path, status }).toEqual({ path, status: 200 })
    for (const [, , link = ''] of text.matchAll(/\b(href|src|data-popup)="([^"]*)"/g)) {
      expect(link).toMatch(/^\/(?!\/)/)
      known.add(link)
    }
  }
  expect(known.size).toBeGreaterThan(30)
})

test('the same visits give the same pages', async () => {
  await using other = await openDemoSite()
  const pages = async (origin: string): Promise<string[]> =>
    Promise.all(
      ['/', '/lamps/dora', '/terms', '/pictures/elio.svg'].map(async (path) => (await fetch(origin + path)).text()),
    )
  expect(await pages(site.origin)).toEqual(await pages(other.origin))
})

test('the slow page takes at least as long as it was told, the long page has over 200 rows', async () => {
  const startedMs = performance.now()
  expect((await createVisitor()('/stock/cleo')).text).toContain('12 pieces')
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(55)
  expect((await createVisitor()('/terms')).text.match(/<tr>/g)?.length).toBeGreaterThan(200)
})

test('unknown paths, other methods, foreign forms, foreign hosts and large bodies are refused', async () => {
  const status = async (path: string, init: RequestInit = {}): Promise<number> =>
    (await fetch(site.origin + path, init)).status
  const form = { method: 'POST', headers: { origin: site.origin }, body: new URLSearchParams({ lamp: 'ada' }) }
  expect(await status('/lamps/nobody')).toBe(404)
  expect(await status('/lamps/..%2f..%2fetc')).toBe(404)
  expect(await status('/shop.css/x')).toBe(404)
  expect(await status('/', { method: 'DELETE' })).toBe(405)
  expect(await status('/cart', form)).toBe(405)
  expect(await status('/cart/add')).toBe(405)
  expect(await status('/cart/add', { ...form, headers: { origin: 'http://evil.test' } })).toBe(403)
  expect(await status('/cart/add', { ...form, body: 'x'.repeat(20_000) })).toBe(413)
  expect(await status(`/?q=${'x'.repeat(3000)}`)).toBe(400)
  expect(await statusForHost('evil.test')).toBe(421)
})

test('what is searched for is shown as text', async () => {
  const { text } = await createVisitor()(`/?q=${encodeURIComponent('<script>alert(1)</script>"')}`)
  expect(text).not.toContain('<script>alert')
  expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
})

function statusForHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    http
      .get(site.origin, { headers: { host } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      .on('error', reject)
  })
}
