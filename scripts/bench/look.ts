import type { BenchPart } from './figure.ts'
import { growthFigure, linear } from './growth-figure.ts'
import { inChild } from './in-child.ts'
import { openSite } from './open-site.ts'

/** The numbers of elements on a page. */
const sizes = [10, 100, 1_000, 10_000, 100_000]
/** The page's time that a look at its fields may take. */
const limitMs = 10

interface Painted {
  readonly cpuMs: number
  readonly wallMs: number
  readonly sizeBytes: number
  readonly paintedBytes: number
}

/** The time that looks at the fields of pages of one size take of the page's thread. */
export interface LookedAt {
  readonly size: number
  /** The first look at a page, which lays it out where nobody has. */
  readonly firstMs: number
  readonly laterMs: number
  /** The share of the later looks that read all that shows. */
  readonly wholeShare: number
}

/**
 * The time of those pieces of a probe that no step shows: the page's own thread for the look at its fields, and
 * painting.
 */
export const lookPart: BenchPart = {
  name: 'look',
  run: async (options) => {
    const { isQuick, progress } = options
    await using site = await openSite()
    progress(`looks at pages of ${sizes[0]} to ${sizes.at(-1)?.toLocaleString('en')} elements`)
    const args = { origin: site.origin, sizes, pages: isQuick ? 2 : 5, looks: isQuick ? 5 : 15 }
    const { looked } = await inChild<{ looked: LookedAt[] }>('look-at-pages', args, options)
    progress('painting over a picture')
    const paintArgs = { url: `${site.origin}/account`, times: isQuick ? 10 : 50 }
    const painted = await inChild<Painted>('paint-picture', paintArgs, options)
    options.keepRun?.({ looked, painted })
    const what = "time of the page's thread for a look at its fields"
    const of = (pick: (one: LookedAt) => number, among = looked) =>
      among.map((one) => ({ size: one.size, cost: pick(one) }))
    const missed = looked.filter(({ wholeShare }) => wholeShare < 1)
    const fits = looked.filter(({ wholeShare }) => wholeShare === 1)
    const runs = args.pages * (args.looks - 1)
    const untold = missed.map(
      ({ size, wholeShare }) => `${Math.round(wholeShare * 100)} % at ${size.toLocaleString('en')}`,
    )
    return [
      growthFigure(
        what,
        'ms',
        of(({ laterMs }) => laterMs, fits),
        {
          of: 'elements',
          target: linear,
          note: 'an eighth of the elements are fields; where all that shows is read each time',
        },
      ),
      growthFigure(
        `${what}, the first at a page`,
        'ms',
        of(({ firstMs }) => firstMs),
        { of: 'elements', note: 'it lays the page out where nobody has' },
      ),
      {
        name: `${what}, the most of these pages`,
        unit: 'ms',
        median: Math.max(...looked.map(({ laterMs }) => laterMs)),
        runs,
        target: { atMost: limitMs },
        note: `looks that read all that shows: ${untold.join(', ') || 'all'}`,
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
