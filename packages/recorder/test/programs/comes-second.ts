import { once } from 'node:events'
import { recoverRecording, removeRecording, writeVerdict } from '../../src/index.ts'

// Says `ready`, waits for a line, does to a directory what only its owner may, and says how that went, as JSON.
const [directory = '', what = 'recover'] = process.argv.slice(2)
const deeds: Record<string, () => Promise<unknown>> = {
  recover: () => recoverRecording(directory),
  'recover with force': () => recoverRecording(directory, { force: true }),
  remove: () => removeRecording(directory),
  judge: () => writeVerdict(directory, { outcomeSuccess: true }),
}
console.log('ready')
await once(process.stdin, 'data')
const said = await deeds[what]?.().catch((cause: unknown) => {
  const { code, details, message } = cause as { [key: string]: unknown }
  return { code, details, message }
})
console.log(JSON.stringify(said))
process.exit()
