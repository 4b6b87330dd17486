import type { Trajectory } from '@browserbasehq/stagehand'
import { writeTrajectoryDir } from '@browserbasehq/stagehand/lib/v3/verifier/trajectory.js'
import type { Page } from 'playwright'
import { describeAction, type BenchRecorder } from './bench-recorder.ts'

/** Stagehand cuts its aria tree at 8,000 tokens of 4 characters. */
const ariaCharacters = 32_000

/**
 * A recorder as Stagehand 3 has it: after each step it awaits a screenshot and then the aria tree, keeps all in memory, and
 * writes it with the published `writeTrajectoryDir` at the end. The recorder itself was never published, so that this one
 * follows what the published agent does; the screenshot and the tree are Playwright's, the same that every variant takes.
 */
export async function openStagehandStyle(page: Page, directory: string): Promise<BenchRecorder> {
  const steps: Trajectory['steps'] = []
  return {
    step: async (action, execute) => {
      const { actionName, actionArgs, reasoning } = describeAction(action)
      const result = await execute()
      const url = page.url()
      const screenshot = await page.screenshot()
      const ariaTree = await page.ariaSnapshot({ mode: 'ai' })
      const said = typeof result === 'string' ? [reasoning, result] : [reasoning]
      steps.push({
        actionName,
        actionArgs,
        reasoning,
        agentEvidence: { modalities: said.map((content) => ({ type: 'text', content })) },
        probeEvidence: { url, screenshot, ariaTree: ariaTree.slice(0, ariaCharacters) },
        toolOutput: { ok: true, result },
      })
    },
    finish: () =>
      writeTrajectoryDir(directory, {
        task: { id: 'task', instruction: 'Buy two lamps.' },
        steps,
        finalAnswer: 'done',
        status: 'complete',
        usage: { input_tokens: 0, output_tokens: 0 },
      }),
  }
}
