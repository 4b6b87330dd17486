/** Do the same steps on a busy page bare, and recorded with and without what it does; then in the shop, for their bytes. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { captureDom, launchBrowser, TrajectoryRecorder, type EnvironmentLevel } from 'contrail'
import type { Page } from 'playwright'
import { openDemoSite } from '../../../packages/demo/src/index.ts'
import type { BusyPage } from '../environment.ts'
import { answer, givenArguments } from '../in-child.ts'
import { measureFiles } from '../measure-files.ts'

const { directory, rounds, steps } = givenArguments() as { directory: string; rounds: number; steps: number }
const thinkMs = 300

const server = createServer((_request, response) => response.end('ok'))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const { browser } = await launchBrowser()
// One window for all: closing the last page of one now and then ends the browser.
const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
await context.newPage()

const times: Record<'bare' | 'off' | 'all', number[]> = { bare: [], off: [], all: [] }
for (let round = 0; round < rounds; round += 1) {
  times.bare.push(await timeStep(undefined))
  times.off.push(await timeStep('off'))
  times.all.push(await timeStep('all'))
}
const offBytes = await bytesInShop('off')
const errorsBytes = await bytesInShop('errors')
await browser.close()
server.closeAllConnections()
server.close()
answer({
  bareMs: times.bare,
  offMs: times.off,
  allMs: times.all,
  offBytes,
  errorsBytes,
} satisfies BusyPage)

/** Time three steps on a fresh page, thinking included. */
async function timeStep(environment: EnvironmentLevel | undefined): Promise<number> {
  const page = await context.newPage()
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

/** Record so many steps in the shop, and measure what they leave on the disk. */
async function bytesInShop(environment: EnvironmentLevel): Promise<number> {
  await using site = await openDemoSite()
  const page = await context.newPage()
  const recorder = new TrajectoryRecorder({
    taskSpec: { id: `shop-${environment}`, instruction: 'Look around.' },
    outputRoot: directory,
    persist: true,
  })
  const capture = captureDom(page, recorder.onEvidence, { environment })
  const paths = ['/', '/lamps/ada', '/cart', '/lamps/cleo', '/terms', '/?q=lamp']
  for (let index = 0; index < steps; index += 1) {
    const url = `${site.origin}${paths[index % paths.length]}`
    await capture.turn((turn) => turn.step({ actionName: 'goto', actionArgs: { url } }, () => page.goto(url)))
  }
  await recorder.finish()
  await page.close()
  return (await measureFiles(recorder.directory!)).sizeBytes
}
