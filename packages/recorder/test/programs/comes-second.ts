import { createInterface } from 'node:readline'
import { recoverRecording, removeRecording, writeVerdict } from '../../src/index.ts'

// Says `ready`, does to a directory, for each line that it is given, what only its owner may, and says how that went, as JSON.
const [directory = ''] = process.argv.slice(2)
const deeds: Record<string, () => Promise<unknown>> = {
  recover: () => recoverRecording(directory),
  'recover with force': () => recoverRecording(directory, { force: true }),
  remove: () => removeRecording(directory),
  judge: () => writeVerdict(directory, { outcomeSuccess: true }),
}
console.log('ready')
for await (const what of createInterface({ input: process.stdin })) {
  const said = await deeds[what]?.().catch((cause: unknown) => {
    const { code, details, message } = cause as { [key: string]: unknown }
    return { code, details, message }
  })
  console.log(JSON.stringify(said))
}
