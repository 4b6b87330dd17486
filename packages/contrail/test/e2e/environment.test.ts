import type { EnvironmentEntry } from '@contrail/core'
import { launchBrowser, recordPage } from '@contrail/browser'
import { openDemoSite } from '@contrail/demo'
import { TrajectoryRecorder } from '@contrail/recorder'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { inflateRawSync } from 'node:zlib'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { useBrowser } from '../../../../scripts/shared-browser.ts'
import { inFast } from '../../../../scripts/test-size.ts'
import { captureCua, captureDom, captureHybrid } from '../../src/capture/captures.ts'
import { makeRoot } from '../recordings.ts'

const browser = useBrowser(launchBrowser)

type Act = (name: string, run: () => Promise<unknown>) => Promise<unknown>

/** Shop as a person does, step by step. Every step that fails does so by the fault of the site. */
async function shop(page: Page, origin: string, act: Act): Promise<void> {
  await act('open', () => page.goto(`${origin}/`))
  await act('add', () => page.click('button[aria-label^="Add"]:not([disabled])'))
  await act('wrap', () =>
    Promise.all([
      page.waitForEvent('console', (message) => message.text().includes('stuck')),
      page.waitForResponse((response) => response.url().endsWith('/cart/gift-wrap')),
      page.click('[data-gift-wrap]'),
    ]),
  )
  await act('terms', () => page.goto(`${origin}/terms`))
  await act('give up', async () => {
    await page.goto(`${origin}/stock/cleo`, { timeout: 100 }).catch(() => {})
    await page.goto(`${origin}/cart`)
  })
  await act('throw', () =>
    Promise.all([page.waitForEvent('pageerror'), page.evaluate(() => void setTimeout(() => JSON.parse('{')))]),
  )
  await act('help', () => Promise.all([page.waitForEvent('popup'), page.click('[data-popup]')]))
  await page.waitForTimeout(200)
}

/**
 * Nobody reads the trees here, and one of the pages is long. Between the page that is given up and the next one Chromium lets nobody
 * look, however long an action waits for that.
 */
const options = { treeLimitMs: 50, probe: { barrierMs: 300 } }

const ways: Readonly<Record<string, (page: Page, sink: TrajectoryRecorder['onEvidence']) => { page: Page; act: Act }>> =
  {
    dom: (page, sink) => byTurns(page, captureDom(page, sink, options)),
    hybrid: (page, sink) => byTurns(page, captureHybrid(page, sink, options)),
    cua: (page, sink) => {
      const capture = captureCua(page, sink, options)
      return { page, act: (type, run) => capture.act({ type }, run) }
    },
    recordPage: (page, sink) => ({ page: recordPage(page, sink, options), act: (_, run) => run() }),
  }

/** The smallest size leaves out the hybrid capture, which is the one of the DOM, with frames beside it. */
const triedWays = Object.entries(ways).filter(([name]) => inFast(name !== 'hybrid', true))

function byTurns(page: Page, capture: ReturnType<typeof captureDom>): { page: Page; act: Act } {
  return { page, act: (actionName, run) => capture.turn(({ step }) => step({ actionName }, run)) }
}

test('the shop tells the same of itself in every capture, and all that Playwright’s own trace knows of failures', async () => {
  // Its slow page is never there in time, however slow the machine is.
  await using site = await openDemoSite({ slowPageMs: 30_000 })
  const root = await makeRoot()
  const trace = path.join(root, 'trace.zip')
  const told: Record<string, (readonly EnvironmentEntry[])[]> = {}
  const run = async (name: string, attach: (typeof ways)[string]): Promise<void> => {
    const context = await browser().newContext({ viewport: { width: 480, height: 360 } })
    if (name === 'dom') await context.tracing.start({ snapshots: true })
    await using recorder = new TrajectoryRecorder({
      taskSpec: { id: name, instruction: 'shop' },
      outputRoot: root,
      persist: true,
    })
    const { page, act } = attach(await context.newPage(), recorder.onEvidence)
    await shop(page, site.origin, act)
    const { steps, initialEnvironment = [] } = await recorder.finish()
    told[name] = [initialEnvironment, ...steps.map(({ environment = [] }) => environment)]
    if (name === 'dom') await context.tracing.stop({ path: trace })
    await context.close()
  }
  await Promise.all(triedWays.map(([name, attach]) => run(name, attach)))
  const { dom = [], recordPage: scripted = [], ...others } = told
  expect(dom.slice(3).map((events) => events.map(inWords))).toEqual([
    expect.arrayContaining(['response /cart/gift-wrap 503', 'console ribbon machine stuck']),
    expect.arrayContaining(['response /pictures/seal.svg 404']),
    expect.arrayContaining(['request_failed /stock/cleo net::ERR_ABORTED']),
    [expect.stringMatching(/^page_error .*JSON/)],
    ['page_opened', 'response /help 200'],
  ])
  const sorted = (steps: (readonly EnvironmentEntry[])[] = []): string[] => steps.flat().map(inWords).toSorted()
  const inEach = (steps: (readonly EnvironmentEntry[])[]): string[][] =>
    steps.map((events) => events.map(inWords).toSorted())
  expect(Object.values(others).map(inEach)).toEqual(Array.from({ length: triedWays.length - 2 }, () => inEach(dom)))
  expect(sorted(scripted)).toEqual(sorted(dom))

  const known = failuresIn(await readFile(trace))
  expect(known.length).toBeGreaterThan(3)
  const ours = JSON.stringify(dom)
  expect(known.filter((failure) => !ours.includes(JSON.stringify(failure).slice(1, -1)))).toEqual([])
})

function inWords(event: EnvironmentEntry): string {
  const { kind, requestUrl, status, text, message, to, failure } = event as unknown as Record<string, unknown>
  const words = [kind, requestUrl ?? to ?? text ?? message, status ?? failure]
  return words
    .filter(Boolean)
    .join(' ')
    .replaceAll(/http:\/\/[\d.:]+/g, '')
}

/** The addresses of failed requests, and the script errors, in a trace of Playwright's. */
function failuresIn(zip: Buffer): string[] {
  const found: string[] = []
  for (const line of textsIn(zip).flatMap((text) => text.split('\n').filter(Boolean))) {
    const { type, snapshot, method, params } = JSON.parse(line) as {
      type: string
      snapshot?: { request: { url: string }; response: { status: number } }
      method?: string
      params?: { error?: { error?: { message?: string } } }
    }
    if (type === 'resource-snapshot' && snapshot) {
      const { request, response } = snapshot
      // A request that failed has the status -1 there.
      if (response.status >= 400 || response.status < 0) found.push(request.url)
    }
    if (type === 'event' && method === 'pageError') found.push(params?.error?.error?.message ?? 'no message')
  }
  return found
}

/** The parts of a trace that are lines of JSON. */
function textsIn(zip: Buffer): string[] {
  const texts: string[] = []
  const directory = zip.readUInt32LE(zip.lastIndexOf('PK\u0005\u0006') + 16)
  for (let at = directory; zip.readUInt32LE(at) === 0x02014b50;) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ]
    const name = zip.toString('utf8', at + 46, at + 46 + nameBytes)
    const [method, sizeBytes, local] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)]
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const bytes = zip.subarray(begin, begin + sizeBytes)
    if (/\.(?:trace|network)$/.test(name)) texts.push((method === 8 ? inflateRawSync(bytes) : bytes).toString('utf8'))
    at += 46 + nameBytes + extraBytes + commentBytes
  }
  return texts
}
