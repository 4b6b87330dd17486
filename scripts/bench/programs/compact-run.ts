/** Record a run whose pictures are small and all different, and measure what it takes to compact it. */
import { openImageTools } from '../../../packages/images/src/index.ts'
import { compactRecording, TrajectoryRecorder } from '../../../packages/recorder/src/index.ts'
import sharp from 'sharp'
import { answer, givenArguments } from '../in-child.ts'

const { directory, steps } = givenArguments() as { directory: string; steps: number }
const [width, height] = [64, 48]

const recorder = new TrajectoryRecorder({
  taskSpec: { id: 'compact', instruction: 'Be made smaller' },
  outputRoot: directory,
  persist: true,
  durability: 'finish',
  env: {},
})
for (let step = 0; step < steps; step++) {
  const background = { r: step & 255, g: step >> 8, b: 128 }
  const picture = sharp({ create: { width, height, channels: 3, background } })
  const screenshot = await picture.png({ compressionLevel: 0 }).toBuffer()
  const url = `https://shop.example/${step}`
  await Promise.all([
    recorder.record({
      type: 'step_finished',
      actionName: 'look',
      actionArgs: {},
      reasoning: '',
      toolOutput: { ok: true },
    }),
    recorder.record({ type: 'screenshot', screenshot, url, evidenceRole: 'probe' }),
    recorder.record({ type: 'step_observed', url, ariaTree: `- heading "Page ${step}"` }),
  ])
}
await recorder.finish({ status: 'complete' })

await using images = openImageTools()
const started = performance.now()
const { reencoded } = await compactRecording(recorder.directory as string, { images })
answer({ ms: performance.now() - started, reencoded })
