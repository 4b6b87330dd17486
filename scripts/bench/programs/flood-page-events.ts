/** Send so many different events of a page through a capture's limits into a recorder, and say what that takes of our thread. */
import { TrajectoryRecorder, type PageEvent } from 'contrail'
import { createEventFlow } from '../../../packages/browser/src/environment/flow.ts'
import type { Flooded } from '../environment.ts'
import { answer, givenArguments } from '../in-child.ts'

const { directory, size } = givenArguments() as { directory: string; size: number }
/** So many events come between two steps of the agent. */
const stepEvents = 1_000

const recorder = new TrajectoryRecorder({
  taskSpec: { id: 'flood', instruction: 'Flood.' },
  outputRoot: directory,
  persist: true,
})
await recorder.open()
const acks: Promise<unknown>[] = []
const flow = createEventFlow((event) => void acks.push(recorder.record({ type: 'page_event', ...event })))
globalThis.gc?.()
const before = process.memoryUsage().heapUsed
const startedCpu = process.cpuUsage()
for (let index = 0; index < size; index += 1) {
  if (index % stepEvents === 0) {
    flow.flush()
    await Promise.all(acks.splice(0))
    await recorder.record(step())
  }
  flow.take(line(index))
}
flow.flush()
await recorder.record(step())
const { user, system } = process.cpuUsage(startedCpu)
globalThis.gc?.()
const heldBytes = process.memoryUsage().heapUsed - before
await recorder.cancel()
answer({ size, cpuMs: (user + system) / 1_000, heldBytes } satisfies Flooded)

function line(index: number): PageEvent {
  const at = new Date().toISOString()
  return { kind: 'console', url: 'http://shop.test/', pageId: 'p1', at, level: 'error', text: `line ${index}` }
}

function step(): Parameters<typeof recorder.record>[0] {
  return {
    type: 'step_finished',
    actionName: 'wait',
    actionArgs: {},
    reasoning: '',
    toolOutput: { ok: true },
    startedAt: new Date().toISOString(),
  }
}
