/** `pnpm check`: architecture, lint, format, types, unused code and the packages as they would be published. */
import { countGuards, countsLine, readChecks, runGuards } from './guards.ts'

const checks = await readChecks()
const failed = await runGuards(checks)
if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`)
console.log(`\n${countsLine(countGuards(checks, failed))}`)
process.exitCode = failed.length > 0 ? 1 : 0
