/** Makes an empty tick, then labels one trajectory after the other, and waits in the fourth call for its end. */
import { LabelingConfig, LabelingProcessor, modelLabeler, openRuntime } from '../../src/index.ts'
import { labelled } from '../support/labelled.ts'

const runtime = await openRuntime({ storage: { uri: process.argv[2]! } })
let asked = 0
const model = {
  id: 'script',
  async generate() {
    asked += 1
    process.stdout.write(`asked ${asked}\n`)
    if (asked === 4) await new Promise((resolve) => setTimeout(resolve, 60_000))
    return { text: 'VALUE: early\nSCORE: 0.5', usage: { input_tokens: 0, output_tokens: 0 }, finish: 'stop' as const }
  },
}
const world = await runtime.world('world', {
  processors: [LabelingProcessor({ labelers: [modelLabeler(model)] })],
  resources: [LabelingConfig({ concurrency: 1 })],
})
await world.step()
for (let index = 0; index < 6; index += 1) await world.spawn(...labelled(`t${index}`))
await world.step()
