/** Look at the fields of pages of more and more elements, and say what that takes of the page's own thread. */
import { launchBrowser } from 'contrail'
import type { CDPSession } from 'playwright'
import { scanFields } from '../../../packages/browser/src/secrets/scan-fields.ts'
import { createSeenSecrets } from '../../../packages/browser/src/secrets/seen-secrets.ts'
import { answer, givenArguments } from '../in-child.ts'
import { medianOf } from '../statistics.ts'

const { origin, sizes, looks } = givenArguments() as { origin: string; sizes: readonly number[]; looks: number }

const { browser } = await launchBrowser()
const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
const points: { size: number; cost: number; isWhole: boolean }[] = []
for (const size of sizes) {
  const page = await context.newPage()
  await page.goto(`${origin}/heavy/rows/${size}`)
  const session = await context.newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const seen = createSeenSecrets()
  let isWhole = (await scanFields(page, seen, 60_000)).isShownRead
  const [looked, idle]: [number[], number[]] = [[], []]
  for (let look = 0; look < looks; look++) {
    const startedMs = await threadMs(session)
    isWhole &&= (await scanFields(page, seen, 60_000)).isShownRead
    const lookedMs = await threadMs(session)
    looked.push(lookedMs - startedMs)
    idle.push((await threadMs(session)) - lookedMs)
  }
  // What asking for the time takes is no part of it.
  points.push({ size, cost: medianOf(looked) - medianOf(idle), isWhole })
  await page.close()
}
await browser.close()
answer({ points })

/** The time that the page's thread has worked, in ms. */
async function threadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000
}
