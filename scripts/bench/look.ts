import type { BenchPart, GrowthPoint } from './figure.ts'
import { growthFigure, linear } from './growth-figure.ts'
import { inChild } from './in-child.ts'
import { openSite } from './open-site.ts'

/** What a page has of elements. */
const sizes = [10, 100, 1_000, 10_000, 100_000]
/** The page's time that a look at its fields may take. */
const limitMs = 10

interface Painted {
  readonly cpuMs: number
  readonly wallMs: number
  readonly sizeBytes: number
  readonly paintedBytes: number
}
type LookedAt = GrowthPoint & { readonly isWhole: boolean }

/** What the pieces of a probe take that no step shows: the page's own thread for the look at its fields, and painting. */
export const lookPart: BenchPart = {
  name: 'look',
  run: async (options) => {
    const { isQuick, progress } = options
    await using site = await openSite()
    progress(`looks at pages of ${sizes[0]} to ${sizes.at(-1)?.toLocaleString('en')} elements`)
    const looks = isQuick ? 5 : 25
    const args = { origin: site.origin, sizes, looks }
    const { points } = await inChild<{ points: LookedAt[] }>('look-at-pages', args, options)
    progress('painting over a picture')
    const paintArgs = { url: `${site.origin}/account`, times: isQuick ? 10 : 50 }
    const painted = await inChild<Painted>('paint-picture', paintArgs, options)
    options.keepRun?.({ points, painted })
    const what = "time of the page's thread for a look at its fields"
    const note =
      'an eighth of the elements are fields; median of the looks at one page, less what asking for the time takes'
    const incomplete = points.filter(({ isWhole }) => !isWhole).map(({ size }) => size.toLocaleString('en'))
    return [
      growthFigure(
        `${what}, where it fits`,
        'ms',
        points.filter(({ isWhole }) => isWhole),
        { of: 'elements', target: linear, note },
      ),
      {
        name: `${what}, the most of these pages`,
        unit: 'ms',
        median: Math.max(...points.map(({ cost }) => cost)),
        runs: looks,
        target: { atMost: limitMs },
        note:
          incomplete.length > 0
            ? `not all that shows was read of ${incomplete.join(', ')} elements`
            : 'all that shows was read of each',
      },
      {
        name: 'paint of a PNG of 1280 x 800, 3 boxes: CPU',
        unit: 'ms',
        median: painted.cpuMs,
        runs: paintArgs.times,
        note: `${Math.round(painted.sizeBytes / 1000)} KB become ${Math.round(painted.paintedBytes / 1000)} KB; off the main thread, ${painted.wallMs.toFixed(0)} ms until it is there`,
      },
    ]
  },
}
