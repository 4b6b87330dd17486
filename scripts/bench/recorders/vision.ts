import { captureHybrid } from 'contrail'
import type { Page } from 'playwright'
import { describeAction, type BenchRecorder } from './bench-recorder.ts'
import { openBenchRecorder } from './ours.ts'

/** An agent that gives its model a screenshot and an aria snapshot of what each step led to, and records nothing. */
export async function openVision(page: Page): Promise<BenchRecorder> {
  return {
    step: async (_action, execute) => {
      await execute()
      await lookAt(page)
    },
    finish: async () => {},
  }
}

/** The same agent, whose own pictures and trees are what Contrail records. */
export async function openVisionTapped(page: Page, directory: string): Promise<BenchRecorder> {
  const recorder = openBenchRecorder(directory)
  const capture = captureHybrid(page, recorder.onEvidence)
  return {
    step: async (action, execute) => {
      await capture.turn((turn) => turn.step(describeAction(action), execute))
      capture.modelSaw(await lookAt(page))
    },
    settle: () => capture.settled(),
    finish: async () => {
      await recorder.finish({ status: 'complete', finalAnswer: 'done' })
    },
  }
}

/** Take what such an agent shows its model. */
async function lookAt(page: Page): Promise<{ screenshot: Uint8Array; ariaTree: string }> {
  const screenshot = await page.screenshot()
  return { screenshot, ariaTree: await page.ariaSnapshot({ mode: 'ai' }) }
}
