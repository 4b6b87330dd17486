import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright'
import { openViewer } from '../../../packages/viewer/src/index.ts'
import type { BenchOptions, Figure } from '../figure.ts'
import { inChild } from '../in-child.ts'
import { medianOf } from '../statistics.ts'
import { lookAt } from './look.ts'
import { drawFrames, recordLong } from './record-long.ts'

const steps = 100
const frame = '[data-testid=frame-before] img'
const row = '[data-testid=step]'

/** Measure the one HTML file of 100 steps with 100 different frames, and its first frame beside that of the live viewer. */
export async function exportFigures(
  browser: Browser,
  { directory, isQuick }: BenchOptions,
  rounds: number,
): Promise<Figure[]> {
  const recording = await recordLong(join(directory, 'export'), steps, await drawFrames(browser, steps))
  const output = join(directory, 'run.html')
  const made = await inChild<{ exportMs: number; sizeBytes: number; peakMb: number }>(
    'export-file',
    { directory: recording, output },
    { isQuick },
  )
  const file: { frameMs: number; heapMb: number }[] = []
  const live: { frameMs: number; heapMb: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    await using viewer = await openViewer({ directory: recording })
    for (const [url, looks] of [[viewer.url, live] as const, [pathToFileURL(output).href, file] as const]) {
      const { page, frameMs, heapMb } = await lookAt(browser, url, row, frame)
      looks.push({ frameMs, heapMb })
      await page.context().close()
    }
  }
  const of = (looks: typeof file, key: keyof (typeof file)[number]): number => medianOf(looks.map((look) => look[key]))
  const note = `${steps} steps, ${steps} different frames`
  return [
    { name: 'HTML file, size', unit: 'MB', median: made.sizeBytes / 1e6, target: { atMost: 25 }, note },
    { name: 'HTML file, time to export', unit: 'ms', median: made.exportMs, note: 'in a process of its own' },
    { name: 'HTML file, most memory of the process', unit: 'MB', median: made.peakMb, note: 'Node itself included' },
    { name: 'HTML file, first frame', unit: 'ms', median: of(file, 'frameMs'), runs: rounds },
    {
      name: 'HTML file, first frame against the live viewer',
      unit: 'x',
      median: of(file, 'frameMs') / of(live, 'frameMs'),
      runs: rounds,
      target: { atMost: 1.5 },
    },
    { name: 'HTML file, heap of its page', unit: 'MB', median: of(file, 'heapMb'), runs: rounds },
  ]
}
