/**
 * The memory that a process holds while a run is recorded: by a recorder, by a list in memory as Stagehand holds it, or
 * by nobody.
 */
import { setImmediate } from 'node:timers/promises'
import { TrajectoryRecorder } from '../../../packages/recorder/src/index.ts'
import { answer, givenArguments } from '../in-child.ts'
import { eventsOf, knownSteps } from '../known-steps.ts'

const { directory, lookAfter, who } = givenArguments() as {
  directory: string
  /** After how many steps the memory is looked at; the last is the end. */
  lookAfter: readonly number[]
  who: 'recorder' | 'list' | 'nobody'
}
const collectEvery = 50
const collect = (globalThis as { gc?: () => void }).gc
if (!collect) throw new TypeError('expected --expose-gc')

const recorder = new TrajectoryRecorder({
  taskSpec: { id: 'memory', instruction: 'Record without holding on' },
  outputRoot: directory,
  persist: true,
  env: {},
})
const held: unknown[] = []
const rssMegabytes: number[] = []
for (const step of knownSteps(lookAfter.at(-1) ?? 0)) {
  const events = eventsOf(step)
  if (who === 'recorder') await Promise.all(events.map((event) => recorder.record(event)))
  if (who === 'list') held.push(events)
  await setImmediate()
  const isLookedAt = lookAfter.includes(step.index + 1)
  if (isLookedAt || (step.index + 1) % collectEvery === 0) collect()
  if (isLookedAt) rssMegabytes.push(process.memoryUsage().rss / 1e6)
}
if (who === 'recorder') await recorder.cancel()
answer({ rssMegabytes, held: held.length })
