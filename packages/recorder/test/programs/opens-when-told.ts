import { once } from 'node:events'
import { TrajectoryRecorder } from '../../src/index.ts'

// Says `ready`, waits for a line, opens a recording, says its directory, and holds it until its input ends.
const [outputRoot] = process.argv.slice(2)
const recorder = new TrajectoryRecorder({
  taskSpec: { id: 'task', instruction: 'be the only one' },
  outputRoot,
  runId: 'run',
  persist: true,
  env: {},
})
console.log('ready')
await once(process.stdin, 'data')
await recorder.open()
console.log(recorder.directory)
