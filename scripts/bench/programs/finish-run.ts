/** Record a run, and measure what it takes to finish it: ours, or Stagehand's writer of everything that it has held. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { TrajectoryRecorder } from '../../../packages/recorder/src/index.ts'
import { answer, givenArguments } from '../in-child.ts'
import { eventsOf, knownSteps } from '../known-steps.ts'

const { directory, steps, who } = givenArguments() as { directory: string; steps: number; who: 'ours' | 'stagehand' }
const task = { id: 'finish', instruction: 'Finish a run' }

async function finishOurs(): Promise<number> {
  const recorder = new TrajectoryRecorder({ taskSpec: task, outputRoot: directory, persist: true, env: {} })
  for (const step of knownSteps(steps)) await Promise.all(eventsOf(step).map((event) => recorder.record(event)))
  const started = performance.now()
  await recorder.finish({ status: 'complete' })
  return performance.now() - started
}

type Writer = { writeTrajectoryDir: (directory: string, trajectory: object) => Promise<unknown> }

async function finishStagehands(): Promise<number> {
  // Its home is the package that tests against it; the writer is the published one, untouched.
  const { resolve } = createRequire(new URL('../../../packages/stagehand-interop/package.json', import.meta.url))
  const root = join(resolve('@browserbasehq/stagehand'), '../../esm')
  const { href } = pathToFileURL(join(root, 'lib/v3/verifier/trajectory.js'))
  const { writeTrajectoryDir } = (await import(href)) as Writer
  const held = [...knownSteps(steps)].map(({ frame, ariaTree, url, actionArgs, reasoning, index }) => ({
    actionName: 'click',
    actionArgs,
    reasoning,
    agentEvidence: { modalities: [{ type: 'text', content: reasoning }] },
    probeEvidence: { url, screenshot: frame, ariaTree },
    toolOutput: { ok: true, result: `step ${index}` },
  }))
  const usage = { input_tokens: 0, output_tokens: 0 }
  const started = performance.now()
  await writeTrajectoryDir(join(directory, 'run', 'finish'), { task, steps: held, status: 'complete', usage })
  return performance.now() - started
}

answer({ ms: await (who === 'ours' ? finishOurs() : finishStagehands()) })
