import { readLabels } from '@contrail/recorder'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright'
import { describe, expect, onTestFinished, test } from 'vitest'
import { inFast } from '../../../../../scripts/test-size.ts'
import { exportRecording } from '../../../src/commands/export/export.ts'
import { importLabel } from '../../../src/commands/export/import-label.ts'
import { plain } from '../../../src/terminal/command-result.ts'
import { findBarriers } from './access.ts'
import { expectContract } from './contract.ts'
import { hitsOf, hostileSteps, openEntries, recordHostile } from './hostile.ts'
import { mountSmallDisk } from '../../small-disk.ts'
import { arrives, demoRun, stepEvent, walk, type Stage } from './stage.ts'
import { openWitness } from './witness.ts'

const ofDocument = [
  'document-title',
  'html-has-lang',
  'html-lang-valid',
  'meta-viewport',
  'landmark-one-main',
  'duplicate-id-aria',
]

/** The page in one file, opened from the disk: the same facts as from the server, and nothing asked of anybody. */
export function testFile(stage: () => Stage): void {
  describe('the one file', () => {
    test('says at every step what the viewer says, and asks for nothing', async () => {
      const live = await stage().show(`${demoRun}/try-the-cart`)
      const { page, asked } = await openFile(stage(), `${demoRun}/try-the-cart`)
      expect(page.url()).toMatch(/#\/demo\/try-the-cart\/5$/)
      await expectContract(page)
      const both = (act: (one: Page) => Promise<unknown>): Promise<unknown> => Promise.all([live, page].map(act))
      // The fifth fails, and the sixth does the same with success.
      const length = inFast(6, 10)
      const [facts, told] = await Promise.all([live, page].map((one) => walk(one, length, '.run')))
      expect(facts).toEqual(
        Array.from({ length }, (_, at) => expect.stringMatching(new RegExp(`^Step ${at + 1}\\b`, 'm'))),
      )
      expect(told).toEqual(facts)
      await both(async (one) => {
        await one.getByTestId('search').fill('gift')
        await one.waitForSelector('.found:not([hidden])')
        await one.click('[data-testid=step][data-step="5"]')
        await one.getByRole('tab', { name: 'Raw' }).click()
        await one.getByRole('button', { name: 'Difference' }).click()
        await one.waitForSelector('[data-testid=frame-difference] [role=status]:has-text("% of the picture")')
        await one.waitForSelector('.entry')
      })
      expect(await factsOf(page)).toBe(await factsOf(live))
      await both((one) => one.getByTestId('search').fill(''))
      // The words of both are the same, so what one of them lacks the other lacks; the document around them is its own.
      expect(await findBarriers(page, inFast({ rules: ofDocument }, {}))).toEqual([])
      expect(asked).toEqual([])
    })

    test('draws a curve of rewards, with nothing fetched for it', async () => {
      const { page, asked } = await openFile(stage(), 'small/episode')
      await page.waitForSelector('.curve canvas')
      expect(asked).toEqual([])
    })

    test('shows the first failure while the browser still reads the rest of the file', async () => {
      const source = await readFile(await exportFile(stage(), `${demoRun}/try-the-cart`))
      // Until somewhere within the first frame behind the script.
      const script = source.indexOf('<script type="module"')
      const frame = source.indexOf('data-frame=', script)
      expect(Math.min(script, frame)).toBeGreaterThan(0)
      const { url, sendRest } = await serveInTwo(source, frame + 1_000)
      const page = await (await stage().browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
      onTestFinished(() => page.context().close())
      await page.goto(url, { waitUntil: 'commit' })
      const isShown = () =>
        page.locator('[data-testid=frame-before] img').evaluate((image: HTMLImageElement) => image.naturalWidth > 0)
      await expect.poll(isShown).toBe(true)
      await expect.poll(() => page.getByTestId('error').textContent()).toContain('503')
      await page.keyboard.press('Home')
      await page.waitForSelector('[data-step="1"][aria-selected=true]')
      await expect.poll(() => page.getByTestId('frame-after').textContent()).toContain('still being read')
      expect(await page.evaluate(() => document.readyState)).toBe('loading')
      sendRest()
      const after = page.locator('[data-testid=frame-after] img')
      await expect.poll(() => after.evaluate((image: HTMLImageElement) => image.naturalWidth > 0)).toBe(true)
      await expect.poll(() => page.locator('.film img').count()).toBeGreaterThan(1)
    })

    test('runs nothing of what was recorded and asks nobody, as a server and the log of the browser say too', async (context) => {
      const file = await exportFile(stage(), await recordHostile(stage()))
      const source = await readFile(file, 'utf8')
      expect(source.match(/<\/script/g)?.length).toBe(source.match(/<script/g)?.length)
      expect(source).not.toMatch(/<!--|<(?:img|svg|iframe|embed|base)/)
      // From a disk that nobody can write to.
      const disk = await mountSmallDisk(context, 50)
      await copyFile(file, path.join(disk.directory, 'run.html'))
      disk.makeReadOnly()
      await using witness = await openWitness(stage().root)
      const { page, asked } = await openIn(await newPage(witness.browser), path.join(disk.directory, 'run.html'))
      await walk(page, hostileSteps, '.detail')
      for (const tab of ['Page', 'Labels', 'Raw', 'Story']) {
        await page.getByRole('tab', { name: tab }).click()
        if (tab === 'Raw') await openEntries(page)
      }
      await page.keyboard.press('g')
      await page.waitForSelector('[data-testid=run-row]')
      expect(await hitsOf(page)).toBe(0)
      expect(asked).toEqual([])
      expect(witness.served()).toBe(0)
      // The same server and the same log know of a request where there is one.
      await page.goto('http://control.test/')
      expect(witness.served()).toBeGreaterThan(0)
      expect(await witness.hostsInLog()).toEqual(['control.test'])
    })

    test('a label made in it comes back into the recording, and not a second time by itself', async () => {
      const recorder = stage().record({ run: 'sent', task: 'one' })
      await recorder.record(stepEvent())
      await recorder.finish({ status: 'complete' })
      const { page } = await openFile(stage(), 'sent/one')
      await page.keyboard.press('l')
      await page.fill('input[name=annotator]', 'eve')
      await page.keyboard.press('Tab')
      await page.click('text=failure')
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('button:has-text("Save")')])
      expect(download.suggestedFilename()).toBe('label-one-eve.json')
      const file = path.join(stage().root, '.label.json')
      await download.saveAs(file)
      const take = (force = false) =>
        importLabel({ file, recording: undefined, force, paint: plain, env: { CONTRAIL_ROOT: stage().root }, cwd: '/' })
      expect(await take()).toMatchObject({ exitCode: 0, json: { annotator: 'eve', imported: true } })
      const directory = path.join(stage().root, 'sent/one')
      expect(await readLabels(directory)).toMatchObject([{ annotator: 'eve', outcome: 'failure', blind: true }])
      await writeFile(file, (await readFile(file, 'utf8')).replace(/"savedAt": "\d{4}/, '"savedAt": "2001'))
      expect(await take()).toMatchObject({ exitCode: 1, json: { imported: false } })
      expect(await take(true)).toMatchObject({ exitCode: 0 })
    })

    test('a run without steps is judged and labelled in it too', async () => {
      const { page, asked } = await openFile(stage(), 'small/gaps')
      expect(await page.getByRole('tab').allTextContents()).toEqual(['Verdict', 'Labels'])
      const panel = page.getByRole('tabpanel', { name: 'Verdict' })
      await expect.poll(() => panel.textContent()).toContain('Nobody has judged this recording.')
      const download = page.waitForEvent('download')
      for (const key of ['l', '2', 'Enter']) await page.keyboard.press(key)
      const label = await readFile(await (await download).path(), 'utf8')
      expect(label).toContain('"outcome": "failure"')
      expect(await findBarriers(page)).toEqual([])
      expect(asked).toEqual([])
    })

    test('a frame that is missing, corrupt or of another type says so in its place', async () => {
      const recorder = stage().record({ run: 'holes', task: 'one' })
      for (let step = 0; step < 2; step += 1) {
        await recorder.record(stepEvent())
        await recorder.record({ type: 'screenshot', screenshot: stage().frames[step]!, url: 'https://shop.test/' })
        await recorder.record({ type: 'step_observed', url: 'https://shop.test/' })
      }
      await recorder.record(stepEvent())
      const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')
      await recorder.record({ type: 'screenshot', screenshot: svg, mediaType: 'image/svg+xml', url: 'x:' })
      await recorder.record({ type: 'step_observed', url: 'x:' })
      await recorder.finish({ status: 'complete' })
      const frames = path.join(recorder.directory ?? '', 'screenshots/probe')
      await rm(path.join(frames, '1.png'))
      await writeFile(path.join(frames, '2.png'), 'no picture')
      const { page } = await openFile(stage(), 'holes/one')
      await page.keyboard.press('n')
      const after = page.getByTestId('frame-after')
      await expect.poll(() => after.textContent()).toContain('missing from the recording')
      await page.keyboard.press('j')
      await expect.poll(() => after.textContent()).toContain('corrupt')
      await page.keyboard.press('j')
      await expect.poll(() => after.textContent()).toContain('of type image/svg+xml cannot be shown')
      expect(await page.locator('.film .hole svg').count()).toBeGreaterThan(0)
      expect(await page.locator('.film img').count()).toBe(0)
    })
  })
}

const exported = new Map<string, Promise<string>>()

/** Export a recording of the stage, once for all that read it. @returns the file */
function exportFile(stage: Stage, place: string): Promise<string> {
  const file = exported.get(place) ?? exportAnew(stage, place)
  exported.set(place, file)
  return file
}

async function exportAnew(stage: Stage, place: string): Promise<string> {
  const output = path.join(stage.root, `.${place.replaceAll('/', '-')}.html`)
  const directory = path.join(stage.root, place)
  const how = { format: undefined, allowed: undefined, force: true, paint: plain, env: {}, cwd: '/' }
  expect(await exportRecording({ directory, output, ...how })).toMatchObject({ exitCode: 0 })
  return output
}

let shared: Page | undefined

/** Open what was exported in a page that all share; each file is loaded anew. */
async function openFile(stage: Stage, place: string): Promise<{ page: Page; asked: string[] }> {
  shared ??= await newPage(stage.browser)
  return openIn(shared, await exportFile(stage, place))
}

function newPage(browser: Browser): Promise<Page> {
  // Without a language no curve can be drawn.
  return browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-US' })
}

/** Serve a page of which a browser hears the end only when it is told to. */
async function serveInTwo(source: Buffer, at: number): Promise<{ url: string; sendRest: () => void }> {
  let sendRest = (): void => undefined
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.write(source.subarray(0, at))
    sendRest = () => void response.end(source.subarray(at))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, sendRest: () => sendRest() }
}

/** Open a file, noting what it asks for elsewhere and what the console says. */
async function openIn(page: Page, file: string): Promise<{ page: Page; asked: string[] }> {
  const asked: string[] = []
  onTestFinished(() => void page.removeAllListeners())
  const url = pathToFileURL(file).href
  page.on('request', (request) => {
    if (!/^(?:blob:|file:|http:\/\/control\.test\/)/.test(request.url())) asked.push(request.url())
    else if (request.url().startsWith('file:') && request.url() !== url) asked.push(request.url())
  })
  page.on('console', (message) => asked.push(message.text()))
  page.on('pageerror', (error) => asked.push(error.message))
  await page.goto(url, { waitUntil: 'commit' })
  await arrives(page)
  return { page, asked }
}

/** All words of a run's page, but for where the pointer and the address are. */
function factsOf(page: Page): Promise<string> {
  return page.locator('.run').innerText()
}
