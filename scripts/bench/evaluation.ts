import { TrajectoryRecorder } from '../../packages/recorder/src/index.ts'
import type { BenchOptions, BenchPart, Figure, GrowthPoint } from './figure.ts'
import { growthFigure, linear } from './growth-figure.ts'
import { inChild } from './in-child.ts'
import { eventsOf, knownSteps } from './known-steps.ts'

/** The size that a classification is held against its target at. */
const heldSize = 100

/** The time that a classification takes, beside that of reading the recording. */
export const evaluationPart: BenchPart = {
  name: 'evaluation',
  async run(options) {
    const { isQuick, progress, steps: most = Infinity } = options
    const sizes = [10, heldSize, 1_000, 10_000].filter((size) => size <= Math.min(most, isQuick ? 1_000 : Infinity))
    const [classified, read]: [GrowthPoint[], GrowthPoint[]] = [[], []]
    for (const size of sizes) {
      progress(`recording ${size} steps to be classified`)
      const directory = await record(options, size)
      progress(`classifying ${size} steps`)
      const times = Math.min(40, Math.max(3, Math.ceil(4_000 / size)))
      const { readMs, classifyMs } = await inChild<{ readMs: number; classifyMs: number }>(
        'classify-run',
        { directory, times },
        options,
      )
      classified.push({ size, cost: classifyMs })
      read.push({ size, cost: readMs })
    }
    return [
      ...held(`classifyFailures of ${heldSize} steps`, classified, { target: { atMost: 5 } }),
      ...held(`readTrajectory of the same ${heldSize} steps`, read, {}),
      growthFigure('classifyFailures', 'ms', classified, { target: linear, note }),
      growthFigure('readTrajectory of the same', 'ms', read),
    ]
  },
}

const note = 'trees of 8 KB, and an answer with three claims of which nothing shows one: all that was seen is searched'

function held(name: string, points: readonly GrowthPoint[], more: Pick<Figure, 'target'>): Figure[] {
  const point = points.find(({ size }) => size === heldSize)
  return point ? [{ name, unit: 'ms', median: point.cost, ...more, note }] : []
}

/** A run without pictures: a classification reads none. */
async function record({ directory }: Pick<BenchOptions, 'directory'>, steps: number): Promise<string> {
  const recorder = new TrajectoryRecorder({
    taskSpec: { id: `steps-${steps}`, instruction: 'Buy the cheapest lamp.', initUrl: 'https://shop.example/' },
    outputRoot: directory,
    runId: 'evaluation',
    persist: true,
    durability: 'finish',
  })
  for (const step of knownSteps(steps))
    for (const event of eventsOf(step)) if (event.type !== 'screenshot') await recorder.record(event)
  await recorder.finish({ finalAnswer: 'It costs 7.95 EUR and weighs 3 kg; the order is LS-1001.' })
  return recorder.directory ?? ''
}
