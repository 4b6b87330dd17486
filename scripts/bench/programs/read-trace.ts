/** The time that it takes to read a trace in one of several ways, and the memory that holds what was read. */
import { setImmediate } from 'node:timers/promises'
import { expandFrames, parseGeneratedTrace } from '../../../packages/formats/src/cwm/index.ts'
import { answer, givenArguments } from '../in-child.ts'
import { medianOf } from '../statistics.ts'
import { splitTrace } from '../traces/split-trace.ts'
import { syntheticTrace } from '../traces/synthetic-trace.ts'

const { frames, way } = givenArguments() as { frames: number; way: 'parse' | 'expand' | 'json lines' | 'split' }
const collect = (globalThis as { gc?: () => void }).gc
if (!collect) throw new TypeError('expected --expose-gc')

const text = syntheticTrace(frames)
const parsed = way === 'expand' ? parseGeneratedTrace(text).frames : []
const lines = way === 'json lines' ? toLines(text) : []
const read = {
  parse: () => parseGeneratedTrace(text),
  expand: () => expandFrames(parsed),
  'json lines': () => lines.map((line) => JSON.parse(line) as unknown),
  split: () => splitTrace(text),
}[way]

// Small traces are read often enough that the clock can tell, and the engine has compiled what reads them.
const times = Math.max(3, Math.ceil(100_000 / frames))
const taken: number[] = []
let heldBytes = 0
// Outside of the loop, so that nothing is collected before it is measured.
const kept: unknown[] = []
for (let round = 0; round < times + 1; round++) {
  kept.length = 0
  collect()
  const before = process.memoryUsage().heapUsed
  const startedMs = performance.now()
  kept.push(read())
  taken.push(performance.now() - startedMs)
  collect()
  heldBytes = process.memoryUsage().heapUsed - before
  await setImmediate()
}
const sizeBytes = Buffer.byteLength(lines.length > 0 ? lines.join('\n') : text)
answer({ ms: medianOf(taken.slice(1)), sizeBytes, heldBytes })

/** The frames of a trace as lines of JSON: the least that a reader of any format does. */
function toLines(trace: string): string[] {
  return parseGeneratedTrace(trace).frames.map(({ event, source, locals, arg }) => {
    return JSON.stringify({ event, source, locals: locals && Object.fromEntries(locals), arg })
  })
}
