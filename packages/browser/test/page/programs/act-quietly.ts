/**
 * For each kind that is named: act on a page, two clicks and a picture of the agent's own, without a capture or with the one of that
 * name, and print the actions that stand in a Playwright trace of it as a line. With `DEBUG=pw:api` Playwright writes its own lines to
 * stderr, where each kind begins with a line that says so.
 */
import { captureCua, captureDom, captureHybrid, recordPage } from '@contrail/browser'
import type { EvidenceEvent, EvidenceSink } from '@contrail/core'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium, type Page } from 'playwright'
import { locateBrowser } from '../../../src/find/find-browser.ts'

const click = (page: Page): Promise<void> => page.click('#go')
const kinds: Record<string, (page: Page, sink: EvidenceSink) => () => Promise<unknown>> = {
  none: (page) => () => click(page),
  captureDom: (page, sink) => {
    const { turn } = captureDom(page, sink)
    return () => turn(({ step }) => step({ actionName: 'click' }, () => click(page)))
  },
  captureHybrid: (page, sink) => {
    const { turn } = captureHybrid(page, sink)
    return () => turn(({ step }) => step({ actionName: 'click' }, () => click(page)))
  },
  captureCua: (page, sink) => {
    const capture = captureCua(page, sink)
    return () => capture.act({ type: 'click' }, () => click(page))
  },
  recordPage: (page, sink) => {
    const recorded = recordPage(page, sink)
    return () => recorded.click('#go')
  },
}

const tracesDir = await mkdtemp(path.join(tmpdir(), 'traces-'))
const { executablePath, args, env } = await locateBrowser({ env: process.env, platform: process.platform })
const browser = await chromium.launch({ executablePath, args: [...args], env: { ...process.env, ...env }, tracesDir })
for (const kind of process.argv.slice(2)) {
  process.stderr.write(`begin ${kind}\n`)
  const events: EvidenceEvent[] = []
  const waiting: (() => PromiseLike<unknown>)[] = []
  const sink: EvidenceSink = (event) => void events.push(event)
  sink.beforeFinish = (settle) => void waiting.push(settle)
  const settled = () => Promise.all(waiting.splice(0).map((settle) => settle()))
  const context = await browser.newContext({ viewport: { width: 500, height: 300 } })
  await context.tracing.start({ name: kind, snapshots: true })
  const page = await context.newPage()
  await page.setContent(
    `<title>Quiet</title><button id=go>Go</button><label>Password <input type=password value=abcdefgh></label>
    <iframe srcdoc="<input name=pin value=1234>"></iframe>`,
  )
  const act = kinds[kind]!(page, sink)
  for (let clicks = 0; clicks < 2; clicks += 1) {
    await act()
    await settled()
  }
  await page.screenshot()
  await settled()
  await context.close()
  const actions = await readActions(kind)
  console.log(JSON.stringify({ kind, actions, looks: events.filter(({ type }) => type === 'step_observed').length }))
}
process.stderr.write('begin nothing\n')
await browser.close()
await rm(tracesDir, { recursive: true, force: true })

/** Read the actions of a trace, whole once its context is closed. */
async function readActions(trace: string): Promise<string[]> {
  const actions: string[] = []
  for (const name of await readdir(tracesDir)) {
    if (!name.startsWith(trace) || !name.endsWith('.trace')) continue
    for (const line of (await readFile(path.join(tracesDir, name), 'utf8')).trim().split('\n')) {
      const { type, method } = JSON.parse(line) as { type: string; method?: string }
      if (type === 'before') actions.push(String(method))
    }
  }
  return actions
}
