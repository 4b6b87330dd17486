import { TrajectoryRecorder } from '@contrail/recorder'
import { knowingOptions } from '../canaries/recorder-options.ts'
import { toldEvents } from '../canaries/tell-events.ts'

/** Records canaries into `<root>`, knowing those of a folder, and is killed before it can finish. */
const [outputRoot = '', folder = ''] = process.argv.slice(2)
const recorder = new TrajectoryRecorder({ ...(await knowingOptions(folder)), outputRoot })
for (const event of toldEvents()) await recorder.record(event).catch((cause: unknown) => console.error(cause))
await recorder.persistVerdict({ outcomeSuccess: false, explanation: 'killed' })
process.kill(process.pid, 'SIGKILL')
