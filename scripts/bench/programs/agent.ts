/**
 * One run of the script, in a process and a browser of its own. The parent says what to run in `argv[2]` and sends `loop`,
 * `finish` and `close`, one after the other; each answer says that it is done, so that the parent can look at the machine in
 * between.
 */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { launchBrowser } from 'contrail'
import type { Page } from 'playwright'
import type { RunSpec, Told } from '../run-spec.ts'
import { variants } from '../recorders/variants.ts'
import { actionAt, perform } from '../site/script.ts'

const spec = JSON.parse(process.argv[2] ?? '') as RunSpec
process.on('disconnect', () => process.exit(1))

const { browser } = await launchBrowser()
const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
const open = await variants[spec.variant]()
const recorder = await open(page, spec.directory)

await told('loop', { chromium: browser.version() })
const urls: string[] = []
const stepEndsMs: number[] = []
const loopStartedMs = performance.now()
for (let step = 0; step < spec.steps; step++) {
  const action = actionAt(step)
  await recorder.step(action, async () => {
    const result = await perform(page, spec.origin, action)
    if (spec.isNumbered) await showNumber(page, step)
    return result
  })
  urls.push(page.url())
  stepEndsMs.push(performance.timeOrigin + performance.now())
  if (spec.thinkMs > 0) await sleep(spec.thinkMs)
}
await recorder.settle?.()
const loopMs = performance.now() - loopStartedMs - spec.steps * spec.thinkMs

await told('finish', { loopMs, urls, stepEndsMs })
const finishStartedMs = performance.now()
await recorder.finish()
await told('close', { finishMs: performance.now() - finishStartedMs })
await browser.close()
process.disconnect()

/** Tell the parent what was measured, and wait until it says to go on. */
async function told(goOn: 'loop' | 'finish' | 'close', measured: Told[typeof goOn]): Promise<void> {
  const order = once(process, 'message')
  process.send?.(measured)
  const [heard] = await order
  if (heard !== goOn) throw new Error(`the parent said ${String(heard)} where ${goOn} was next`)
}

/** Number the state that a page is in, in a way that its address, its aria tree and its pixels can be told apart by. */
async function showNumber(on: Page, step: number): Promise<void> {
  await on.evaluate(`{
    const mark = document.querySelector('#step-mark') ?? document.body.insertBefore(document.createElement('div'), document.body.firstChild)
    mark.id = 'step-mark'
    mark.setAttribute('role', 'status')
    mark.textContent = 'state ${step}'
    mark.style = 'position:fixed;left:0;top:0;width:16px;height:16px;z-index:9999;overflow:hidden;color:transparent;background:rgb(${(step >> 16) & 255},${(step >> 8) & 255},${step & 255})'
  }`)
}
