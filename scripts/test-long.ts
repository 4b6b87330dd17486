/**
 * `pnpm test:long`: the long forms of what `npm test` tries in part. Every system call of the fault sweeps, more of the forms
 * in which a secret may be written, 10,000 random schedules of probes, the browser tests on each browser that is there, 1,000
 * random kills for each durability, and the benches that have a limit. Exits with 1 where anything fails. Arguments go to vitest.
 */
import { runGuards } from './guards.ts'

const node = 'node --conditions=@contrail/source'
const vitest = 'CONTRAIL_TESTS=long vitest run'
const rest = process.argv.slice(2).join(' ')
const failed = await runGuards([
  { name: 'long forms', command: `${vitest} ${rest}` },
  { name: 'the npm browser', command: `CONTRAIL_BROWSER=npm ${vitest} --project browser ${rest}` },
  { name: 'the system browser', command: `CONTRAIL_BROWSER=system ${vitest} --project browser ${rest}` },
  { name: 'kills (step)', command: `${node} scripts/crash-test.ts --kills 1000 --durability step` },
  { name: 'kills (finish)', command: `${node} scripts/crash-test.ts --kills 1000 --durability finish` },
  { name: 'redaction', command: `${node} scripts/bench-redact.ts` },
  { name: 'floods', command: `${node} scripts/bench-flood.ts` },
])
if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`)
process.exitCode = failed.length > 0 ? 1 : 0
