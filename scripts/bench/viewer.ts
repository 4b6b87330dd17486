import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { launchBrowser } from '../../packages/browser/src/index.ts'
import { openViewer } from '../../packages/viewer/src/index.ts'
import type { Browser } from 'playwright'
import type { BenchPart, Figure, GrowthPoint } from './figure.ts'
import { growthFigure, growthSizes } from './growth-figure.ts'
import { medianOf } from './statistics.ts'
import { answerFigures, filterFigure } from './viewer/answers.ts'
import { exportFigures } from './viewer/export.ts'
import { longestTask, lookAt, type Look } from './viewer/look.ts'
import { drawFrames, openRecorder, recordLong, recordStep } from './viewer/record-long.ts'
import { serveTraceViewer, traceLong } from './viewer/trace-viewer.ts'

const differentFrames = 12
/** Playwright's viewer is looked at up to here; a trace of 5,000 clicks takes half an hour to record. */
const mostTraced = 1_000

/**
 * The time until a run is seen: the first row and the first frame of 10 to 5,000 steps with two frames each, beside
 * Playwright's trace viewer on as many clicks; what is in the page; tasks while it scrolls and while a run grows; a
 * long list. The one file beside the live viewer, and the answers in a terminal beside reading a run.
 */
export const viewerPart: BenchPart = {
  name: 'viewer',
  async run({ directory, progress, keepRun, ...options }) {
    const { browser } = await launchBrowser()
    try {
      const frames = await drawFrames(browser, differentFrames)
      const rounds = options.rounds ?? (options.isQuick ? 1 : 3)
      const ours: { size: number; looks: Look[]; scrollMs: number }[] = []
      const theirs: { size: number; looks: Look[] }[] = []
      const recordings: { size: number; directory: string }[] = []
      await using traces = await serveTraceViewer(directory)
      for (const size of growthSizes(options)) {
        progress(`viewer, ${size} steps`)
        const recording = await recordLong(directory, size, frames)
        recordings.push({ size, directory: recording })
        ours.push({ size, ...(await lookOften(browser, recording, rounds)) })
        if (size > mostTraced) continue
        progress(`Playwright's trace viewer, ${size} steps`)
        await traceLong(browser, directory, size)
        const looks: Look[] = []
        for (let round = 0; round < rounds; round += 1) {
          const url = `${traces.origin}/index.html?trace=${traces.origin}/traces/trace-${size}.zip`
          const { page, ...look } = await lookAt(browser, url, '.action-title', 'iframe[name=snapshot]')
          looks.push(look)
          await page.context().close()
        }
        theirs.push({ size, looks })
      }
      keepRun?.({ ours, theirs })
      progress('a live run, and a long list')
      return [
        ...figuresOf(ours, theirs),
        ...(await answerFigures(recordings, rounds)),
        ...(await exportFigures(browser, { directory, progress, ...options }, rounds)),
        await liveFigure(browser, directory, frames),
        ...(await listFigures(browser, directory, options.isQuick, rounds)),
      ]
    } finally {
      await browser.close()
    }
  },
}

/** Each time a server of its own: nothing is held from the time before. */
async function lookOften(
  browser: Browser,
  directory: string,
  rounds: number,
): Promise<{ looks: Look[]; scrollMs: number }> {
  const looks: Look[] = []
  let scrollMs = 0
  for (let round = 0; round < rounds; round += 1) {
    await using viewer = await openViewer({ directory })
    const { page, ...look } = await lookAt(browser, viewer.url, '[data-testid=step]', '[data-testid=frame-before] img')
    looks.push(look)
    if (round === 0) {
      scrollMs = await longestTask(page, async () => {
        await page.hover('[role=listbox]')
        for (let turn = 0; turn < 30; turn += 1) await page.mouse.wheel(0, 900)
      })
    }
    await page.context().close()
  }
  return { looks, scrollMs }
}

type Ours = readonly { size: number; looks: readonly Look[]; scrollMs: number }[]

function figuresOf(ours: Ours, theirs: readonly { size: number; looks: readonly Look[] }[]): Figure[] {
  const points = (all: readonly { size: number; looks: readonly Look[] }[], of: keyof Look): GrowthPoint[] =>
    all.map(({ size, looks }) => ({ size, cost: medianOf(looks.map((look) => look[of])) }))
  const ratio = (of: 'rowMs' | 'frameMs', name: string): Figure[] =>
    theirs.map(({ size }) => ({
      name: `${name} of ${size} steps, against Playwright's trace viewer`,
      unit: 'x',
      median: costAt(points(ours, of), size) / costAt(points(theirs, of), size),
      ...(size === 1_000 ? { target: { atMost: 0.5 } } : {}),
    }))
  return [
    ...ratio('rowMs', 'first row'),
    ...ratio('frameMs', 'first frame'),
    growthFigure('first row', 'ms', points(ours, 'rowMs')),
    growthFigure('first frame', 'ms', points(ours, 'frameMs')),
    growthFigure("first row, Playwright's trace viewer", 'ms', points(theirs, 'rowMs')),
    growthFigure('heap of the page', 'MB', points(ours, 'heapMb')),
    ...points(ours, 'nodes').map(({ size, cost }) => ({
      name: `nodes in the page, ${size} steps`,
      unit: '',
      median: cost,
      target: { atMost: 3_000 },
    })),
    ...ours.map(({ size, scrollMs }) => ({
      name: `longest task while the steps scroll, ${size}`,
      unit: 'ms',
      median: scrollMs,
      target: { atMost: 50 },
      note: '0: none took 50 ms',
    })),
  ]
}

function costAt(points: readonly GrowthPoint[], size: number): number {
  return points.find((point) => point.size === size)?.cost ?? Number.NaN
}

async function liveFigure(browser: Browser, directory: string, frames: readonly Buffer[]): Promise<Figure> {
  const recorder = openRecorder(directory, 'live')
  for (let index = 0; index < 100; index += 1) await recordStep(recorder, index, frames)
  await using viewer = await openViewer({ directory: recorder.directory ?? '' })
  const { page } = await lookAt(browser, viewer.url, '[data-testid=step]', '[data-testid=frame-before] img')
  const median = await longestTask(page, async () => {
    for (let index = 100; index < 130; index += 1) await recordStep(recorder, index, frames)
    await page.waitForSelector('[data-testid=step][aria-setsize="130"]')
  })
  await recorder.finish({ status: 'complete' })
  return {
    name: 'longest task while a run of 100 steps grows',
    unit: 'ms',
    median,
    target: { atMost: 50 },
    note: '0: none took 50 ms',
  }
}

/** Recordings in number are copies of one, each under an id of its own. */
async function listFigures(browser: Browser, directory: string, isQuick: boolean, rounds: number): Promise<Figure[]> {
  const count = isQuick ? 500 : 10_000
  const root = join(directory, 'list')
  const recorder = openRecorder(root, 'first')
  await recorder.finish({ status: 'complete' })
  const first = join(root, 'first')
  const data = await readFile(join(first, 'shop/task_data.json'), 'utf8')
  for (let number = 1; number < count; number += 1) {
    const run = join(root, `run-${number}`)
    await mkdir(run, { recursive: true })
    for (const name of ['trajectory.json', 'times.json', 'core.log'])
      await cp(join(first, 'shop', name), join(run, name))
    await writeFile(join(run, 'task_data.json'), data.replace('"first"', `"run-${number}"`))
    await mkdir(join(root, `of-${number}`))
    await rename(run, join(root, `of-${number}`, 'shop'))
  }
  await using viewer = await openViewer({ root })
  const { page, rowMs } = await lookAt(browser, viewer.url, '[data-testid=run-row]', '[data-testid=run-row]')
  await page.context().close()
  return [
    { name: `first row of a list of ${count} recordings`, unit: 'ms', median: rowMs },
    await filterFigure(root, count, rounds),
  ]
}
