/** Do the same steps on a busy page bare, and recorded with and without what it does; then the script in the shop, for their bytes. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { captureDom, launchBrowser, TrajectoryRecorder, type EnvironmentLevel } from 'contrail'
import type { Page } from 'playwright'
import type { BusyPage } from '../environment.ts'
import { answer, givenArguments } from '../in-child.ts'
import { measureFiles } from '../measure-files.ts'
import { openSite } from '../open-site.ts'
import { openOurs } from '../recorders/ours.ts'
import { actionAt, perform } from '../site/script.ts'

const { directory, rounds, steps } = givenArguments() as { directory: string; rounds: number; steps: number }
const thinkMs = 300

const server = createServer((_request, response) => response.end('ok'))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const { browser } = await launchBrowser()
// One window for all: closing the last page of one now and then ends the browser.
const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
await context.newPage()

const heard = [
  'request',
  'response',
  'requestfailed',
  'framenavigated',
  'console',
  'pageerror',
  'download',
  'websocket',
]
const times: Record<'bare' | 'heard' | 'off' | 'all', number[]> = { bare: [], heard: [], off: [], all: [] }
for (let round = 0; round < rounds; round += 1) {
  times.bare.push(await timeStep(undefined))
  times.heard.push(await timeStep(undefined, { isHeard: true }))
  times.off.push(await timeStep('off'))
  times.all.push(await timeStep('all'))
}
const shop = await bytesInShop()
await browser.close()
server.closeAllConnections()
server.close()
answer({
  bareMs: times.bare,
  heardMs: times.heard,
  offMs: times.off,
  allMs: times.all,
  ...shop,
} satisfies BusyPage)

/**
 * Time three steps on a fresh page, thinking included.
 *
 * @param options.isHeard Playwright is listened to as a recorder has to, and nothing is done with what it tells. Default false
 */
async function timeStep(environment: EnvironmentLevel | undefined, options = { isHeard: false }): Promise<number> {
  const page = await context.newPage()
  for (const name of options.isHeard ? heard : []) page.on(name as 'close', () => {})
  await page.goto(origin)
  await using recorder = new TrajectoryRecorder({
    taskSpec: { id: 'busy', instruction: 'Be busy.' },
    outputRoot: directory,
    persist: true,
  })
  const capture = captureDom(page, environment && recorder.onEvidence, { environment })
  const step = (): Promise<unknown> =>
    capture.turn((turn) => turn.step({ actionName: 'be busy' }, () => beBusy(page)).then(() => sleep(thinkMs)))
  await step()
  const startedMs = performance.now()
  for (let index = 0; index < 3; index += 1) await step()
  const tookMs = (performance.now() - startedMs) / 3
  await capture.settled()
  await recorder.cancel()
  await page.close()
  return tookMs
}

function beBusy(page: Page): Promise<unknown> {
  return page.evaluate(async () => {
    for (let index = 0; index < 300; index += 1) console.warn(`line ${index}`)
    await Promise.all(Array.from({ length: 300 }, (_, index) => fetch(`/${index}`).then((one) => one.text())))
  })
}

/**
 * Record so many steps of the script, and measure what they leave on the disk and what of it is of the page's own events: their lines
 * and their part of the trajectory. Two recordings cannot be compared: pictures differ from run to run.
 */
async function bytesInShop(): Promise<Pick<BusyPage, 'sizeBytes' | 'eventsBytes'>> {
  await using site = await openSite()
  const page = await context.newPage()
  const recorder = await openOurs(page, directory)
  for (let index = 0; index < steps; index += 1) {
    const action = actionAt(index)
    await recorder.step(action, () => perform(page, site.origin, action))
  }
  await recorder.settle?.()
  await recorder.finish()
  await page.close()
  const recording = path.join(directory, 'run', 'task')
  const lines = (await readFile(path.join(recording, 'core.log'), 'utf8')).split('\n')
  const trajectory = await readFile(path.join(recording, 'trajectory.json'), 'utf8')
  const without = JSON.stringify(JSON.parse(trajectory, withoutEvents), undefined, 2)
  const ofLines = lines
    .filter((line) => line.includes('"type":"page_event"'))
    .reduce((sum, line) => sum + line.length + 1, 0)
  const { sizeBytes } = await measureFiles(recording)
  return { sizeBytes, eventsBytes: ofLines + Math.max(0, trajectory.length - without.length) }
}

function withoutEvents(key: string, value: unknown): unknown {
  return key === 'environment' || key === 'initialEnvironment' ? undefined : value
}
