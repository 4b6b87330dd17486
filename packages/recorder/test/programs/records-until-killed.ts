import { TrajectoryRecorder } from '../../src/index.ts'
import { png, screenshot, stepFinished, stepObserved } from '../support/evidence.ts'

// Records steps without end and says `ack <seq> <what>` for each event that was acknowledged, after its directory.
const [outputRoot, durability] = process.argv.slice(2)
const recorder = new TrajectoryRecorder({
  taskSpec: { id: 'killed', instruction: 'go on until you are killed' },
  outputRoot,
  runId: 'run',
  persist: true,
  env: {},
  durability: durability === 'finish' ? 'finish' : 'step',
})
await recorder.open()
console.log(recorder.directory)
for (let step = 0; ; step++) {
  const events = [
    stepFinished({ actionArgs: { step } }),
    screenshot(png(`page ${step}`.repeat(500))),
    stepObserved({ title: `page ${step}` }),
  ]
  await Promise.all(
    events.map(async (event) => {
      const { seq } = await recorder.record(event)
      console.log(`ack ${seq} ${event.type} ${step}`)
    }),
  )
}
