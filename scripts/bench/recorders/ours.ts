import { captureDom, TrajectoryRecorder } from 'contrail'
import type { Page } from 'playwright'
import { describeAction, type BenchRecorder } from './bench-recorder.ts'

/** Contrail as users have it: `captureDom`, durability `step`, one turn for each step. */
export async function openOurs(
  page: Page,
  directory: string,
  mode: 'overlap' | 'await' = 'overlap',
): Promise<BenchRecorder> {
  const recorder = openBenchRecorder(directory)
  const capture = captureDom(page, recorder.onEvidence, { probe: { mode } })
  return {
    step: (action, execute) => capture.turn((turn) => turn.step(describeAction(action), execute)).then(() => undefined),
    settle: () => capture.settled(),
    finish: async () => {
      await recorder.finish({ status: 'complete', finalAnswer: 'done' })
    },
  }
}

/** A recorder that writes `<directory>/run/task`, whatever the environment says. */
export function openBenchRecorder(directory: string): TrajectoryRecorder {
  return new TrajectoryRecorder({
    taskSpec: { id: 'task', instruction: 'Buy two lamps.' },
    outputRoot: directory,
    runId: 'run',
    persist: true,
  })
}
