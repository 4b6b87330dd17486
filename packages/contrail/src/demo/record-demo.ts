import { launchBrowser, type FoundBrowser } from '@contrail/browser'
import { busSink, createEvidenceBus, type Trajectory } from '@contrail/core'
import { goals, openDemoSite, runAgent, type DemoMode } from '@contrail/demo'
import { TrajectoryRecorder } from '@contrail/recorder'
import type { Browser } from 'playwright'
import { createBody } from './bodies.ts'

/** One recording of the demo. */
export interface DemoRecording {
  readonly mode: DemoMode
  readonly directory: string
  readonly trajectory: Trajectory
  /** True where the agent reached its goal. */
  readonly reached: boolean
}

/** Options of the demo. Only what differs from the defaults is needed. */
export interface DemoOptions {
  /** The folder of the recordings. Default as for every recorder: `CONTRAIL_ROOT`, else `.trajectories`. */
  readonly outputRoot?: string | undefined
  readonly runId?: string | undefined
  /** Show the browser. Default false. */
  readonly headed?: boolean | undefined
  /** Hears what is being done. */
  readonly onProgress?: ((message: string) => void) | undefined
}

/** Invented, like the shop. The agent types them and never says them. */
const secrets = {
  account_password: 'tungsten-filament',
  card_number: '4242 4242 4242 4242',
  security_code: '123',
}

/**
 * Open the demo shop, let the agent work in it in three modes, and record each with a recorder of its own: one run, three
 * tasks. Everything that was opened is closed, also when it fails.
 *
 * @throws {ContrailError} as `launchBrowser` and `TrajectoryRecorder` do
 */
export async function recordDemo(
  options: DemoOptions = {},
): Promise<{ recordings: DemoRecording[]; browser: FoundBrowser }> {
  const { headed = false, onProgress = () => undefined } = options
  onProgress('Looking for a browser')
  const { browser, found } = await launchBrowser({ headless: !headed })
  try {
    await using site = await openDemoSite()
    const recordings: DemoRecording[] = []
    for (const mode of Object.keys(goals) as DemoMode[]) {
      onProgress(`${mode}: ${goals[mode].instruction}`)
      recordings.push(await recordMode(mode, browser, site.origin, options))
    }
    return { recordings, browser: found }
  } finally {
    await browser.close()
  }
}

async function recordMode(
  mode: DemoMode,
  browser: Browser,
  origin: string,
  options: DemoOptions,
): Promise<DemoRecording> {
  const { id, instruction } = goals[mode]
  const bus = createEvidenceBus()
  const { outputRoot, runId } = options
  await using recorder = new TrajectoryRecorder({
    taskSpec: { id, instruction, initUrl: `${origin}/` },
    bus,
    outputRoot,
    runId,
    persist: true,
  })
  await recorder.open()
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    const page = await context.newPage()
    await page.goto(`${origin}/`)
    // The captures know the bus and not the recorder: whoever else listens hears the same.
    const { reached, message, usage } = await runAgent(goals[mode], createBody(mode, page, busSink(bus), secrets))
    const trajectory = await recorder.finish({ status: reached ? 'complete' : 'stalled', finalAnswer: message, usage })
    return { mode, directory: recorder.directory ?? '', trajectory, reached }
  } finally {
    await context.close()
  }
}
