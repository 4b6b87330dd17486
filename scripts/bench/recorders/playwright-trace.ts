import { join } from 'node:path'
import type { Page } from 'playwright'
import type { BenchRecorder } from './bench-recorder.ts'

/**
 * Playwright's own tracing.
 *
 * @param snapshots `true`: snapshots of the DOM; `{ screen, aria }`: its mode for agents, a PNG and an aria snapshot of each phase
 */
export async function openPlaywrightTrace(
  page: Page,
  directory: string,
  snapshots: true | { screen: true; aria: true } = true,
): Promise<BenchRecorder> {
  const { tracing } = page.context()
  await tracing.start({ screenshots: true, snapshots })
  return {
    step: async (_action, execute) => {
      await execute()
    },
    finish: () => tracing.stop({ path: join(directory, 'trace.zip') }),
  }
}
