/** The time that it takes to classify a recording, beside the time that it takes to read it. Each reading is a fresh one. */
import { classifyFailures } from '../../../packages/evaluation/src/index.ts'
import { readTrajectory } from '../../../packages/recorder/src/index.ts'
import { answer, givenArguments } from '../in-child.ts'
import { medianOf } from '../statistics.ts'

const { directory, times } = givenArguments() as { directory: string; times: number }
const read: number[] = []
const classified: number[] = []
for (let round = 0; round < times + 1; round++) {
  const startedMs = performance.now()
  const trajectory = await readTrajectory(directory)
  const readMs = performance.now()
  classifyFailures(trajectory)
  classified.push(performance.now() - readMs)
  read.push(readMs - startedMs)
}
// The engine has compiled both after the first.
answer({ readMs: medianOf(read.slice(1)), classifyMs: medianOf(classified.slice(1)) })
