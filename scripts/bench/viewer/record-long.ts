import { join } from 'node:path'
import type { Browser } from 'playwright'
import { TrajectoryRecorder } from '../../../packages/recorder/src/index.ts'

/** Pictures of 1280 x 800, each another, as a browser takes them. */
export async function drawFrames(browser: Browser, count: number): Promise<Buffer[]> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const frames: Buffer[] = []
  for (let number = 0; number < count; number += 1) {
    await page.setContent(pageOf(number))
    frames.push(await page.screenshot())
  }
  await page.close()
  return frames
}

/** A page of a shop, by its number. */
export function pageOf(number: number): string {
  const rows = Array.from({ length: 30 }, (_, row) => `<tr><td>Lamp ${number}-${row}<td>€${row * 7 + number}.00</tr>`)
  return `<body style="font: 16px sans-serif; background: hsl(${number * 37} 40% 92%)"><h1>Page ${number}</h1><button>Buy</button><table>${rows.join('')}</table>`
}

/** Record a run of so many steps with two frames each. @returns its directory */
export async function recordLong(root: string, steps: number, frames: readonly Buffer[]): Promise<string> {
  const recorder = openRecorder(root, `run-${steps}`)
  for (let index = 0; index < steps; index += 1) await recordStep(recorder, index, frames)
  await recorder.finish({ status: 'complete', finalAnswer: 'Bought.' })
  return join(root, `run-${steps}`, 'shop')
}

/** A recorder that writes as fast as it can. */
export function openRecorder(root: string, runId: string): TrajectoryRecorder {
  const taskSpec = { id: 'shop', instruction: 'Buy the cheapest lamp.' }
  return new TrajectoryRecorder({ taskSpec, outputRoot: root, runId, persist: true, durability: 'finish' })
}

/** One step: what the model saw, what it did, and what the page was afterwards. One of a hundred fails. */
export async function recordStep(
  recorder: TrajectoryRecorder,
  index: number,
  frames: readonly Buffer[],
): Promise<void> {
  const url = `https://shop.example/products/${index}`
  const screenshot = frames[index % frames.length]!
  const viewport = { width: 1280, height: 800 }
  await recorder.record({ type: 'screenshot', screenshot, url, evidenceRole: 'agent', viewport, scale: 1 })
  await recorder.record({
    type: 'step_finished',
    actionName: 'click',
    actionArgs: { x: 40, y: 90 },
    reasoning: 'I open the cheapest product, because the task asks for the cheapest one that is in stock.',
    toolOutput: index % 100 === 99 ? { ok: false, error: 'sold out' } : { ok: true, result: `step ${index}` },
  })
  await recorder.record({
    type: 'screenshot',
    screenshot: frames[(index + 1) % frames.length]!,
    url,
    viewport,
    scale: 1,
  })
  await recorder.record({ type: 'step_observed', url, title: 'Shop', ariaTree: treeOf(index) })
}

function treeOf(index: number): string {
  const rows = Array.from({ length: 120 }, (_, row) => `  - link "Lamp ${index}-${row}": €${row}.00`)
  return ['- main:', ...rows].join('\n')
}
