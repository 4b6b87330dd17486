import { writeSync } from 'node:fs'
import { compact } from '../support/compacting.ts'

// Compacts a recording until it is killed, and says at once how far it has come:
//
//   ready
//   frame <n>
//   compacted
//
//   <directory>
const [directory = ''] = process.argv.slice(2)
const say = (line: string): void => void writeSync(1, `${line}\n`)

say('ready')
await compact(directory, { agentFrames: true, onProgress: ({ done }) => say(`frame ${done}`) })
say('compacted')
