import { expect, test } from 'vitest'
import { createSites } from '../../../src/commands/export/sites.ts'

test.each([
  'http://[::1]:3000/secret',
  'https://en.wikipedia.org/wiki/A_(b)_secret',
  "https://a.test/x'secret",
  'https://a.test/?q={x}secret',
  '//evil.example/secret',
  'shop.example.com/secret?x=1',
  'chrome://secret',
  'ws+unix://secret/x',
  'HTTPS://A.TEST/secret',
  'localhost:3000/secret',
  '127.0.0.1:8080',
  'mailto:secret@a.test',
  'data:text/html,secret',
  'secret.example',
  'SECRET.example:81/secret',
])('of an address no part is left in a text: %s', (url) => {
  const told = createSites(['https://www.secret.example/x']).withoutUrls(`it went to ${url} and came back`)
  expect(told).toMatch(/^it went to https:\/\/site-1\/… and came back$/)
})

test('a site keeps its number, and words that are no address stay', () => {
  const { withoutUrls } = createSites()
  expect(withoutUrls('https://a.test/1 https://b.test/2 wss://a.test/3')).toBe(
    'https://site-1/… https://site-2/… https://site-1/…',
  )
  expect(withoutUrls('and/or 3.5 km, e.g. this.')).toBe('and/or 3.5 km, e.g. this.')
})

test.each([
  ['POST /cart/secret answered 503', 'POST /… answered 503'],
  ['a[href="/secret"]', 'a[href="/…"]'],
  ['/html/body/secret', '/…'],
  ['and/or 1/2 <b>x</b> / y', 'and/or 1/2 <b>x</b> / y'],
])('of a path no part is left: %s', (text, told) => {
  expect(createSites().withoutUrls(text)).toBe(told)
})

test('no text makes it slow', () => {
  const { withoutUrls } = createSites(['https://a.test'])
  for (const part of ['a-', 'a.', 'a.b', '1.', '/', '//a', 'x:', 'a+', 'a.test', '<']) {
    const text = part.repeat(200_000 / part.length)
    const startMs = performance.now()
    withoutUrls(text)
    expect([part, performance.now() - startMs < 2_000]).toEqual([part, true])
  }
})
