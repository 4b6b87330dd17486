/** Read a recording in a fresh process: the first time, and again. */
import { readTrajectory } from '../../../packages/recorder/src/index.ts'
import { answer, givenArguments } from '../in-child.ts'

const { directory, times } = givenArguments() as { directory: string; times: number }
const taken: number[] = []
for (let time = 0; time < times; time++) {
  const started = performance.now()
  await readTrajectory(directory)
  taken.push(performance.now() - started)
}
answer({ first: taken[0], later: taken.slice(1) })
