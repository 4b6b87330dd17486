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
])('of an address no part is left in a text: %s', (url) => {
  const told = createSites().withoutUrls(`it went to ${url} and came back`)
  expect(told).toMatch(/^it went to https:\/\/site-1\/… and came back$/)
})

test('a site keeps its number, and words that are no address stay', () => {
  const { withoutUrls } = createSites()
  expect(withoutUrls('https://a.test/1 https://b.test/2 wss://a.test/3')).toBe(
    'https://site-1/… https://site-2/… https://site-1/…',
  )
  expect(withoutUrls('and/or 3.5 km, e.g. this.')).toBe('and/or 3.5 km, e.g. this.')
})
