/** Spawns a label in a tick that goes on until its input ends. */
import { text } from 'node:stream/consumers'
import { defineProcessor, Label, openRuntime } from '../../src/index.ts'

const Waiting = defineProcessor({
  name: 'Waiting',
  priority: 1,
  components: [Label],
  async process() {
    process.stdout.write('stepping\n')
    await text(process.stdin)
  },
})
await using runtime = await openRuntime({ storage: { uri: process.argv[2]! } })
const world = await runtime.world('world', { processors: [Waiting()] })
await world.spawn(Label({ technique: 'by another' }))
await world.step()
