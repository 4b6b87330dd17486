import { writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'
import { captureDom, captureHybrid, type EvidenceSink } from 'contrail'
import type { Page } from 'playwright'
import type { CpuProfile } from '../profile/cpu-profile.ts'
import { watchCalls, type WatchedCall } from '../profile/watch-calls.ts'
import { describeAction, type BenchRecorder } from './bench-recorder.ts'
import { openBenchRecorder } from './ours.ts'
import { lookAt } from './vision.ts'

/** When a step was where. Times are those of `performance.now()`. */
export interface WatchedStep {
  /** Where the page was after it. */
  readonly url: string
  /** It was asked for, its action began, its action was over, it was over. */
  readonly startMs: number
  readonly actionStartMs: number
  readonly actionEndMs: number
  readonly endMs: number
}

/** An event that was handed to the recorder, until that had taken it. */
export interface WatchedEvent {
  readonly type: string
  readonly startMs: number
  readonly endMs: number
  /** What a look at the page took. */
  readonly durationMs?: number
}

/** What was seen of a run of ours from outside: in `watched.json` of its folder. */
export interface Watched {
  readonly steps: readonly WatchedStep[]
  readonly calls: readonly WatchedCall[]
  readonly events: readonly WatchedEvent[]
  /** Of the agent's process, its main thread, from when it was opened until `finish`. */
  readonly cpuProfile: CpuProfile
}

/** The same as `ours`, with all its calls noted and its process profiled: slower, and for `bench --only profile` alone. */
export function openOursWatched(page: Page, directory: string): Promise<BenchRecorder> {
  return openWatched(page, directory, (sink) => ({ ...captureDom(page, sink), afterStep: async () => {} }))
}

/** The same of an agent that sees, tapped. */
export function openTappedWatched(page: Page, directory: string): Promise<BenchRecorder> {
  return openWatched(page, directory, (sink) => {
    const capture = captureHybrid(page, sink)
    return { ...capture, afterStep: async () => capture.tap(await lookAt(page)) }
  })
}

type WatchedCapture = Pick<ReturnType<typeof captureDom>, 'turn' | 'settled'> & { afterStep(): Promise<void> }

async function openWatched(
  page: Page,
  directory: string,
  open: (sink: EvidenceSink) => WatchedCapture,
): Promise<BenchRecorder> {
  const calls = watchCalls(page)
  const steps: WatchedStep[] = []
  const events: WatchedEvent[] = []
  const recorder = openBenchRecorder(directory)
  const capture = open(async (event) => {
    const startMs = performance.now()
    await recorder.onEvidence(event)
    const durationMs = 'durationMs' in event && event.durationMs !== undefined ? { durationMs: event.durationMs } : {}
    events.push({ type: event.type, startMs, endMs: performance.now(), ...durationMs })
  })
  const inspector = new Session()
  inspector.connect()
  await inspector.post('Profiler.enable')
  await inspector.post('Profiler.start')
  return {
    step: async (action, execute) => {
      const startMs = performance.now()
      let [actionStartMs, actionEndMs] = [0, 0]
      const watchedExecute = async (): Promise<unknown> => {
        actionStartMs = performance.now()
        const result = await execute()
        actionEndMs = performance.now()
        return result
      }
      await capture.turn((turn) => turn.step(describeAction(action), watchedExecute))
      steps.push({ url: page.url(), startMs, actionStartMs, actionEndMs, endMs: performance.now() })
      await capture.afterStep()
    },
    settle: () => capture.settled(),
    finish: async () => {
      const { profile } = await inspector.post('Profiler.stop')
      inspector.disconnect()
      const watched: Watched = { steps, calls, events, cpuProfile: profile as CpuProfile }
      await writeFile(join(directory, 'watched.json'), JSON.stringify(watched))
      await recorder.finish({ status: 'complete', finalAnswer: 'done' })
    },
  }
}
