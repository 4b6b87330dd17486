/** Click on a page, now without a recorder and now with ours, each time in a page of its own, and say what a step took. */
import { setTimeout as sleep } from 'node:timers/promises'
import { launchBrowser } from 'contrail'
import { answer, givenArguments } from '../in-child.ts'
import { variants, type Variant } from '../recorders/variants.ts'
import type { ClickedPage } from '../heavy.ts'

const { url, directory, who, clicks, thinkMs } = givenArguments() as {
  url: string
  directory: string
  /** In turns, in this order. */
  who: readonly Variant[]
  clicks: number
  thinkMs: number
}

const { browser } = await launchBrowser()
const clicked: ClickedPage[] = []
for (const variant of who) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
  const open = await variants[variant]()
  const recorder = await open(page, `${directory}/${variant}`)
  await page.goto(url)
  const stepMs: number[] = []
  let failed: string | undefined
  for (let click = 0; click < clicks && failed === undefined; click++) {
    const startedMs = performance.now()
    try {
      await recorder.step({ name: 'click', selector: '#go' }, () => page.click('#go', { timeout: 15_000 }))
    } catch (cause) {
      failed = String(cause)
    }
    stepMs.push(performance.now() - startedMs)
    await sleep(thinkMs)
  }
  await recorder.settle?.()
  await recorder.finish()
  await page.context().close()
  clicked.push({ variant, stepMs, ...(failed === undefined ? {} : { failed }) })
}
await browser.close()
answer({ clicked })
