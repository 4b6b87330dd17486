import { observePage } from '@contrail/browser'
import { readImageHeader } from '@contrail/core'
import { expect, test } from 'vitest'
import { useLivePages, viewport } from '../support/live-page.ts'

const live = useLivePages()
const content = `<body style="background: #fff"><button onclick="document.documentElement.requestFullscreen()">Page</button>
  <a onclick="box.requestFullscreen()">Box</a><div id=box style="background: #ddd">In the box</div>`

test.each([
  [1, 'a'],
  [2, 'button'],
])(
  'a page that fills the screen, or a part of one, has its picture in its true size, at %s pixels each, and so it has afterwards',
  async (deviceScaleFactor, target) => {
    const page = live.closeAfter(await (await live.browser().newContext({ viewport, deviceScaleFactor })).newPage())
    await page.setContent(content)
    const seenBy = async () => {
      const { gaps, screenshot, scale, viewport: shown } = await observePage(page)
      const { width, height } = readImageHeader(screenshot ?? new Uint8Array()) ?? {}
      return { gaps, width, height, scale, shown }
    }
    const whole = {
      gaps: [],
      width: viewport.width * deviceScaleFactor,
      height: viewport.height * deviceScaleFactor,
      scale: deviceScaleFactor,
      shown: viewport,
    }
    await page.click(target)
    await page.waitForFunction('document.fullscreenElement')
    expect(await seenBy()).toEqual(whole)
    await page.evaluate('document.exitFullscreen()')
    expect(await seenBy()).toEqual(whole)
  },
)
