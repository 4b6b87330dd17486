import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright'
import type { BenchRecorder } from './bench-recorder.ts'

/**
 * The floor of every recorder that has a lossless frame of the whole viewport and an aria tree after each step: Chromium's
 * fastest picture and Playwright's tree, at the same time, awaited and thrown away. Nothing is held still, masked or written.
 */
export async function openCaptureOnly(page: Page): Promise<BenchRecorder> {
  const session = await page.context().newCDPSession(page)
  return {
    step: async (_action, execute) => {
      await execute()
      await Promise.all([takeFrame(session), page.ariaSnapshot({ mode: 'ai' })])
    },
    finish: async () => {},
  }
}

async function takeFrame(session: CDPSession): Promise<Buffer> {
  for (;;) {
    try {
      const { data } = await session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true })
      return Buffer.from(data, 'base64')
    } catch (error) {
      // Straight after a navigation Chromium now and then has no frame yet.
      if (!String(error).includes('Unable to capture screenshot')) throw error
      await sleep(4)
    }
  }
}
