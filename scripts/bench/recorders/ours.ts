import { captureDom, TrajectoryRecorder, type DomCapture } from 'contrail'
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
    ...stepsOf(capture),
    finish: async () => {
      await recorder.finish({ status: 'complete', finalAnswer: 'done' })
    },
  }
}

/** The same capture, whose events nobody keeps. */
export async function openOursUnkept(page: Page): Promise<BenchRecorder> {
  return { ...stepsOf(captureDom(page, () => {})), finish: async () => {} }
}

function stepsOf(capture: DomCapture): Pick<BenchRecorder, 'step' | 'settle'> {
  return {
    step: (action, execute) => capture.turn((turn) => turn.step(describeAction(action), execute)).then(() => undefined),
    settle: () => capture.settled(),
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
