/** A flood of events of about 500 bytes, 64 at a time, until the last of them is acknowledged. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { TrajectoryRecorder } from '../../../packages/recorder/src/index.ts'
import { answer, givenArguments } from '../in-child.ts'

const { directory, count } = givenArguments() as { directory: string; count: number }
const reasoning =
  'I open the cheapest lamp, because the task asks for one under twenty euros and this one is in stock. '

async function flood(events: number): Promise<{ perSecond: number; recordUs: number; lineBytes: number }> {
  const recorder = new TrajectoryRecorder({
    taskSpec: { id: 'flood', instruction: 'Record as much as there is' },
    outputRoot: directory,
    persist: true,
    env: {},
  })
  await recorder.open()
  const started = performance.now()
  let recordMs = 0
  let last: Promise<unknown> = Promise.resolve()
  for (let index = 0; index < events; index += 64) {
    const from = performance.now()
    for (let at = index; at < Math.min(index + 64, events); at++) {
      last = recorder.record({
        type: 'step_finished',
        actionName: 'click',
        actionArgs: { selector: `#product-${at}`, index: at },
        reasoning: `${reasoning}${reasoning}`,
        toolOutput: { ok: true, result: `clicked ${at}` },
      })
    }
    recordMs += performance.now() - from
    await setImmediate()
  }
  await last
  const ms = performance.now() - started
  const { size } = await stat(join(recorder.directory as string, 'core.log'))
  if (recorder.health().ackedEvents !== events)
    throw new Error(`expected ${events} acks, got ${recorder.health().ackedEvents}`)
  await recorder.cancel()
  return { perSecond: events / (ms / 1000), recordUs: (recordMs * 1000) / events, lineBytes: size / events }
}

await flood(5_000)
answer(await flood(count))
