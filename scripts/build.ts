/** Build the workspace into each `dist`, one at a time in a clone: two that build at once write the same files. Arguments go to the compiler. */
import { buildAlone } from './pack-packages.ts'

process.exitCode = await buildAlone(process.argv.slice(2))
