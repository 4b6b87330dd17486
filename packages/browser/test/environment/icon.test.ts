import { captureDom } from '@contrail/browser'
import { expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { told, until } from './words.ts'

const live = useLivePages()

test('an icon that a site lacks, which a browser with a window asks for by itself, is no error of the page', async () => {
  const page = await live.reopen('/thanks.html')
  const kept = keepEvents()
  const capture = captureDom(page, kept.sink)
  await capture.turn(({ step }) =>
    step({ actionName: 'open' }, () =>
      page.evaluate(() => {
        for (const name of ['favicon.ico', 'lamp.png']) {
          const image = new Image()
          image.src = `/${name}`
          document.body.append(image)
        }
      }),
    ),
  )
  await until(kept, ({ kind }) => kind === 'console')
  await kept.settled()
  expect(told(kept).flat()).toEqual([
    'GET /lamp.png 404',
    'error Failed to load resource: the server responded with a status of 404 (Not Found)',
  ])
})
