import type { Clock, EvidenceEvent } from '@contrail/core'
import { openImageTools } from '@contrail/images'
import { TrajectoryRecorder, writeVerdict } from '@contrail/recorder'
import { openViewer, type OpenViewer } from '@contrail/viewer'
import { cp, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright'
import { onTestFinished } from 'vitest'
import { demoRecording } from '../../../../../scripts/demo-recording.ts'
import { toKnownBeside } from '../../../src/commands/show/view.ts'
import { killedRun, recordKilled } from '../../recordings.ts'

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
  /**
   * Open a place in a new page, as a link from elsewhere does, for one test; with options in a context of its own, which takes a process
   * of the browser.
   */
  open(place?: string, options?: BrowserContextOptions): Promise<Page>
  /** The same in a context of its own for several tests; who opens it closes its context. */
  openForAll(place: string, options: BrowserContextOptions): Promise<Page>
  /** A recording that is being written until its recorder finishes. */
  record(spec: { run: string; task: string; instruction?: string; clock?: Clock }): TrajectoryRecorder
  close(): Promise<void>
}

/** The run of the three recordings of the demo. */
export const demoRun = 'demo'

/**
 * Open the stage with the small recordings of {@link recordSmall}. Those of the demo and the killed one are made by other processes
 * meanwhile, and are waited for where they are shown, or the list is.
 */
export async function openStage(browser: Browser): Promise<Stage> {
  const root = await mkdtemp(path.join(tmpdir(), 'contrail-view-'))
  const record: Stage['record'] = ({ run, task, instruction = 'Do it.', clock }) =>
    new TrajectoryRecorder({
      taskSpec: { id: task, instruction },
      outputRoot: root,
      runId: run,
      persist: true,
      durability: 'finish',
      clock,
    })
  const making: Readonly<Record<string, Promise<unknown>>> = {
    [demoRun]: copyDemo(root),
    [killedRun]: recordKilled(root),
  }
  const all = Promise.all(Object.values(making))
  // Who waits for them is told.
  all.catch(() => undefined)
  const isMade = async (place: string): Promise<unknown> =>
    making[place.split('/', 1)[0] ?? ''] ?? (place === '' && all)
  const [frames] = await Promise.all([drawFrames(browser), recordSmall(record)])
  const imageTools = openImageTools()
  const cacheDirectory = path.join(root, '.cache')
  const viewer = await openViewer({ root, imageTools, cacheDirectory, annotator: 'ann', ...toKnownBeside(prices) })
  const [base = '', token = ''] = viewer.url.split('?')
  const newContext = (options: BrowserContextOptions): Promise<BrowserContext> =>
    browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const openPage = async (place: string, context: BrowserContext): Promise<Page> => {
    await isMade(place)
    const page = await context.newPage()
    await page.goto(`${base}${place}?${token}`, { waitUntil: 'commit' })
    await arrives(page)
    return page
  }
  const context = await newContext({})
  let shared: Page | undefined
  return {
    browser,
    viewer,
    root,
    frames,
    record,
    async show(place = '') {
      shared ??= await openPage('nobody/nothing', context)
      await isMade(place)
      await followLink(shared, place)
      return shared
    },
    openForAll: async (place, options) => openPage(place, await newContext(options)),
    async open(place = '', options) {
      const page = await openPage(place, options ? await newContext(options) : context)
      onTestFinished(() => (options ? page.context() : page).close())
      return page
    },
    async close() {
      await all.catch(() => undefined)
      await context.close()
      await viewer.close()
      await imageTools.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

const prices = new Map([['priced-model', { inputPerMillion: 2, outputPerMillion: 10 }]])

/** Wait for what a selector names, asking at every frame that is drawn. */
export async function appears(page: Page, selector: string): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelector(wanted) !== null, selector)
}

/** Wait for a place to be shown: the list, a notice, or a run with all of its step. */
export async function arrives(page: Page, selector = '.runs, .run, main.notice h2'): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      document.querySelector(wanted) !== null && document.querySelector('[data-testid=reasoning]')?.textContent !== '…',
    selector,
  )
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
  await arrives(page, '.run:not([data-left]), main.notice h2')
  await page.evaluate(() => {
    for (const tab of document.querySelectorAll<HTMLElement>('[role=tab][aria-selected=false]')) {
      if (tab.textContent === 'Story') tab.click()
    }
  })
}

/**
 * Go through the first steps of the run that is shown, by its keys, each until all of it is there.
 *
 * @returns the words of a part of the page at each of them
 */
export function walk(page: Page, count: number, part: string): Promise<string[]> {
  return page.evaluate(
    async ([steps, selector]) => {
      const press = (key: string): boolean => dispatchEvent(new KeyboardEvent('keydown', { key }))
      const isThere = (step: number): boolean =>
        document.querySelector(`[data-step="${step}"][aria-selected=true]`) !== null &&
        document.querySelector('[data-testid=reasoning]')?.textContent !== '…'
      const words: string[] = []
      press('Home')
      for (let step = 1; step <= steps; step += 1) {
        while (!isThere(step)) await new Promise(requestAnimationFrame)
        words.push(document.querySelector<HTMLElement>(selector)?.innerText ?? '')
        press('j')
      }
      return words
    },
    [count, part] as const,
  )
}

async function copyDemo(root: string): Promise<void> {
  const demo = await demoRecording()
  // It is whole when it is seen.
  const copied = path.join(root, '.copied')
  await cp(path.join(demo.root, demoRun), copied, { recursive: true })
  await rename(copied, path.join(root, demoRun))
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
