import { launchBrowser } from '@contrail/browser'
import type { EvidenceEvent } from '@contrail/core'
import { openImageTools } from '@contrail/images'
import { TrajectoryRecorder, writeVerdict } from '@contrail/recorder'
import { openViewer, type OpenViewer } from '@contrail/viewer'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright'
import { onTestFinished } from 'vitest'
import { demoRecording } from '../../../../../scripts/demo-recording.ts'
import { recordKilled } from '../../recordings.ts'

/** All that the tests of the viewer share: one browser, one server, and recordings of every kind. */
export interface Stage {
  readonly browser: Browser
  readonly viewer: OpenViewer
  readonly root: string
  /** Pictures of a page of 1280 x 800, each another. */
  readonly frames: readonly Uint8Array[]
  /**
   * Show a place of the viewer (`run/task/3`, or nothing for the list) in the page that most tests share, as a link in an open page
   * does: nothing is loaded anew. It comes with the Story, the frame from before and no search; filters of the list stay.
   */
  show(place?: string): Promise<Page>
  /** Open a place in a context of its own, as a link from elsewhere does, for one test. */
  open(place?: string, options?: BrowserContextOptions): Promise<Page>
  /** The same for several tests; who opens it closes its context. */
  openForAll(place: string, options: BrowserContextOptions): Promise<Page>
  /** A recording that is being written until its recorder finishes. */
  record(spec: { run: string; task: string; instruction?: string }): TrajectoryRecorder
  close(): Promise<void>
}

/** The run of the three recordings of the demo. */
export const demoRun = 'demo'

/** Open the stage: records the demo, a killed run and the small ones of {@link recordSmall}. */
export async function openStage(): Promise<Stage> {
  const root = await mkdtemp(path.join(tmpdir(), 'contrail-view-'))
  // A name that somebody else's DNS leads here, as in an attack by rebinding.
  // One process draws all pages: where there are few processors, starting more takes longer than what they show.
  const args = ['--host-resolver-rules=MAP evil.test 127.0.0.1', '--renderer-process-limit=1']
  const { browser } = await launchBrowser({ args })
  const record: Stage['record'] = ({ run, task, instruction = 'Do it.' }) =>
    new TrajectoryRecorder({
      taskSpec: { id: task, instruction },
      outputRoot: root,
      runId: run,
      persist: true,
      durability: 'finish',
    })
  const [frames] = await Promise.all([drawFrames(browser), copyDemo(root), recordKilled(root), recordSmall(record)])
  const imageTools = openImageTools()
  const viewer = await openViewer({ root, imageTools, cacheDirectory: path.join(root, '.cache'), annotator: 'ann' })
  const [base = '', token = ''] = viewer.url.split('?')
  const openPage = async (place: string, options: BrowserContextOptions): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
    const page = await context.newPage()
    await page.goto(`${base}${place}?${token}`, { waitUntil: 'commit' })
    await appears(page, '[data-testid=search], .notice')
    return page
  }
  let shared: Page | undefined
  return {
    browser,
    viewer,
    root,
    frames,
    record,
    async show(place = '') {
      shared ??= await openPage('', {})
      await followLink(shared, place)
      return shared
    },
    openForAll: openPage,
    async open(place = '', options = {}) {
      const page = await openPage(place, options)
      onTestFinished(() => page.context().close())
      return page
    },
    async close() {
      await viewer.close()
      await imageTools.close()
      await browser.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** Wait for what a selector names, asking at every frame that is drawn. */
export async function appears(page: Page, selector: string): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelector(wanted) !== null, selector)
}

/** Follow a link, from one run to another at once, else through the list. */
async function followLink(page: Page, place: string): Promise<void> {
  const isAtList = await page.evaluate((wanted) => {
    const runOf = (fragment: string): string => fragment.split('/', 3).join('/')
    const left = document.querySelector('.run')
    left?.setAttribute('data-left', '')
    const isDirect = left !== null && wanted !== '#/' && runOf(location.hash) !== runOf(wanted)
    location.hash = isDirect ? wanted : '#/'
    return !isDirect
  }, `#/${place}`)
  if (isAtList) await appears(page, '.runs')
  if (place === '') return
  if (isAtList) await page.evaluate((wanted) => (location.hash = wanted), `#/${place}`)
  await appears(page, '.run:not([data-left]), main.notice h2')
  await page.evaluate(() => {
    for (const tab of document.querySelectorAll<HTMLElement>('[role=tab][aria-selected=false]')) {
      if (tab.textContent === 'Story') tab.click()
    }
  })
}

async function copyDemo(root: string): Promise<void> {
  const demo = await demoRecording()
  await cp(path.join(demo.root, demoRun), path.join(root, demoRun), { recursive: true })
}

async function drawFrames(browser: Browser): Promise<Uint8Array[]> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const frames: Uint8Array[] = []
  for (let number = 0; number < 6; number += 1) {
    await page.setContent(`<h1 style="font: 90px serif; margin: ${number * 40}px">Page ${number}</h1>`)
    frames.push(await page.screenshot())
  }
  await page.close()
  return frames
}

/** A run without steps, one of gaps alone, an episode, and one that was judged. */
async function recordSmall(record: Stage['record']): Promise<void> {
  await record({ run: 'small', task: 'empty' }).finish({ status: 'complete' })
  const gaps = record({ run: 'small', task: 'gaps' })
  for (const reason of ['timeout', 'page_closed']) await gaps.record({ type: 'gap', what: 'probe', reason })
  await gaps.finish({ status: 'error' })
  const episode = record({ run: 'small', task: 'episode' })
  for (const reward of [0, 0.5, 1]) await episode.record(stepEvent({ episode: { reward } }))
  await episode.finish({ status: 'complete' })
  const judged = record({ run: 'small', task: 'judged' })
  await judged.record(stepEvent())
  await judged.finish({ status: 'complete' })
  await writeVerdict(judged.directory ?? '', {
    outcomeSuccess: false,
    explanation: 'The lamp was never bought.',
    perCriterion: [{ criterion: 'Buys the lamp', maxPoints: 2, earnedPoints: null, explanation: 'See 0:result.' }],
    findings: [{ severity: 'blocking', category: 'page', description: 'The shop was closed.', relatedSteps: [0] }],
  })
}

/** A step that went well unless it is told otherwise. */
export function stepEvent(more: Partial<Extract<EvidenceEvent, { type: 'step_finished' }>> = {}): EvidenceEvent {
  return {
    type: 'step_finished',
    actionName: 'click',
    actionArgs: {},
    reasoning: 'because',
    toolOutput: { ok: true, result: 'done' },
    ...more,
  }
}

/** The index of the selected step as the list says it, from 1. */
export async function selectedStep(page: Page): Promise<number> {
  return Number(await page.locator('[data-testid=step][aria-selected=true]').getAttribute('data-step'))
}
