/**
 * Act on a page, three clicks and a picture of the agent's own, without a capture or with the one that is named, and print the actions
 * that stand in a Playwright trace of it. With `DEBUG=pw:api` Playwright writes its own lines to stderr.
 */
import { captureCua, captureDom, captureHybrid, findBrowser, recordPage } from '@contrail/browser'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type Page } from 'playwright'
import { keepEvents } from '../../support/live-page.ts'

const kind = process.argv[2] ?? 'none'
const { sink, events, settled } = keepEvents()
const click = (page: Page): Promise<void> => page.click('#go')
const kinds: Record<string, (page: Page) => () => Promise<unknown>> = {
  none: (page) => () => click(page),
  captureDom: (page) => {
    const { turn } = captureDom(page, sink)
    return () => turn(({ step }) => step({ actionName: 'click' }, () => click(page)))
  },
  captureHybrid: (page) => {
    const { turn } = captureHybrid(page, sink)
    return () => turn(({ step }) => step({ actionName: 'click' }, () => click(page)))
  },
  captureCua: (page) => {
    const capture = captureCua(page, sink)
    return () => capture.act({ type: 'click' }, () => click(page))
  },
  recordPage: (page) => {
    const recorded = recordPage(page, sink)
    return () => recorded.click('#go')
  },
}

const tracesDir = await mkdtemp(path.join(tmpdir(), 'traces-'))
const { executablePath, args, env } = await findBrowser()
const browser = await chromium.launch({ executablePath, args: [...args], env: { ...process.env, ...env }, tracesDir })
const context = await browser.newContext({ viewport: { width: 500, height: 300 } })
await context.tracing.start({ snapshots: true })
const page = await context.newPage()
await page.setContent(
  `<title>Quiet</title><button id=go>Go</button><label>Password <input type=password value=abcdefgh></label>
  <iframe srcdoc="<input name=pin value=1234>"></iframe>`,
)
const act = kinds[kind]!(page)
for (let clicks = 0; clicks < 3; clicks += 1) {
  await act()
  await sleep(150)
}
await page.screenshot()
await settled()
const actions: string[] = []
for (const name of await readdir(tracesDir)) {
  if (!name.endsWith('.trace')) continue
  for (const line of (await readFile(path.join(tracesDir, name), 'utf8')).trim().split('\n')) {
    const { type, method } = JSON.parse(line) as { type: string; method?: string }
    if (type === 'before') actions.push(String(method))
  }
}
await context.tracing.stop()
await browser.close()
await rm(tracesDir, { recursive: true, force: true })
console.log(JSON.stringify({ actions, looks: events.filter(({ type }) => type === 'step_observed').length }))
