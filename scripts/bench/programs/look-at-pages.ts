/** Look at the fields of pages of more and more elements, and say what that takes of the page's own thread. */
import { launchBrowser } from 'contrail'
import type { BrowserContext, CDPSession } from 'playwright'
import { scanFields } from '../../../packages/browser/src/secrets/scan-fields.ts'
import { createSeenSecrets } from '../../../packages/browser/src/secrets/seen-secrets.ts'
import { answer, givenArguments } from '../in-child.ts'
import type { LookedAt } from '../look.ts'
import { medianOf } from '../statistics.ts'

const { origin, sizes, pages, looks } = givenArguments() as {
  origin: string
  sizes: readonly number[]
  /** So many fresh pages of each size, and so many looks at each. */
  pages: number
  looks: number
}
const limitMs = 60_000

const { browser } = await launchBrowser()
const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
// What is compiled once for all pages is compiled before.
await lookAt(context, 10)
const looked: LookedAt[] = []
for (const size of sizes) {
  const [first, later, isWhole]: [number[], number[], boolean[]] = [[], [], []]
  for (let page = 0; page < pages; page++) {
    const [own, ...others] = await lookAt(context, size)
    if (!own) throw new TypeError('expected a look at each page, got none')
    first.push(own.ms)
    later.push(...others.map(({ ms }) => ms))
    isWhole.push(...others.map((look) => look.isWhole))
  }
  const wholeShare = isWhole.filter((whole) => whole).length / isWhole.length
  looked.push({ size, firstMs: medianOf(first), laterMs: medianOf(later), wholeShare })
}
await browser.close()
answer({ looked })

/** Measure the time that each look at a fresh page takes, less what asking for the time does. */
async function lookAt(within: BrowserContext, size: number): Promise<{ ms: number; isWhole: boolean }[]> {
  const page = await within.newPage()
  await page.goto(`${origin}/heavy/rows/${size}`)
  const session = await within.newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const seen = createSeenSecrets()
  const times: { ms: number; isWhole: boolean }[] = []
  for (let look = 0; look < looks; look++) {
    const startedMs = await threadMs(session)
    const { isShownRead } = await scanFields(page, seen, limitMs)
    const lookedMs = await threadMs(session)
    const idleMs = (await threadMs(session)) - lookedMs
    times.push({ ms: lookedMs - startedMs - idleMs, isWhole: isShownRead })
  }
  await page.close()
  return times
}

/** The time that the page's thread has worked, in ms. */
async function threadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000
}
