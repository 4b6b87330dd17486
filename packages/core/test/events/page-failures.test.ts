import { expect, test } from 'vitest'
import { pageFailuresIn, type PageEvent } from '@contrail/core'

const at = '2026-11-29T12:00:00.000Z'
const page = { url: 'https://shop.test/', pageId: 'p1', at }
const aborted = (path: string): PageEvent => ({
  ...page,
  kind: 'request_failed',
  method: 'GET',
  requestUrl: `https://shop.test${path}`,
  resourceType: 'document',
  failure: 'net::ERR_ABORTED',
})
const answered = (path: string, status: number): PageEvent => ({
  ...page,
  kind: 'response',
  method: 'GET',
  requestUrl: `https://shop.test${path}`,
  resourceType: 'document',
  status,
  statusText: '',
  durationMs: 3,
})

test('a request that became a download, or whose answer says that the page is to stay, did not fail', () => {
  const download: PageEvent = {
    ...page,
    kind: 'download',
    requestUrl: 'https://shop.test/bill.pdf',
    suggestedName: 'bill.pdf',
  }
  const given = [answered('/bill.pdf', 200), download, aborted('/bill.pdf'), answered('/kept', 204), aborted('/kept')]
  expect(pageFailuresIn(given)).toEqual([])
})

test('one that broke off, or was refused, did, whatever else was loaded', () => {
  const refused = { ...aborted('/bill.pdf'), failure: 'net::ERR_CONNECTION_REFUSED' } as PageEvent
  const broken: PageEvent = {
    ...page,
    kind: 'download',
    requestUrl: 'https://shop.test/bill.pdf',
    suggestedName: 'bill.pdf',
    failure: 'canceled',
  }
  const given = [broken, refused, aborted('/other'), answered('/gone', 404), answered('/other', 200)]
  expect(pageFailuresIn(given)).toEqual([broken, refused, aborted('/other'), answered('/gone', 404)])
})

test('one whose answer says that it failed did so once, though nobody read the rest of it', () => {
  const given = [answered('/gone', 404), aborted('/gone'), answered('/busy', 503), aborted('/busy')]
  expect(pageFailuresIn(given)).toEqual([answered('/gone', 404), answered('/busy', 503)])
})
