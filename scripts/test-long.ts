/**
 * `pnpm test:long`: the long forms of what `npm test` tries in part. Every system call of the fault sweeps, more of the forms
 * in which a secret may be written, 10,000 random schedules of probes, 1,000 random kills for each durability, and the benches
 * that have a limit. Exits with 1 where anything fails. Arguments go to vitest, in place of the files with long forms.
 */
import { runGuards } from './guards.ts'

const node = 'node --conditions=@contrail/source'
/** Where `CONTRAIL_LONG_TESTS` is read. */
const longForms =
  'packages/recorder/test/faults packages/recorder/test/compact.damage packages/core/test/redact.forms packages/browser/test/probe/schedules'
const failed = await runGuards([
  {
    name: 'long forms',
    command: `CONTRAIL_LONG_TESTS=1 vitest run ${process.argv.slice(2).join(' ') || longForms}`,
  },
  { name: 'kills (step)', command: `${node} scripts/crash-test.ts --kills 1000 --durability step` },
  { name: 'kills (finish)', command: `${node} scripts/crash-test.ts --kills 1000 --durability finish` },
  { name: 'redaction', command: `${node} scripts/bench-redact.ts` },
  { name: 'floods', command: `${node} scripts/bench-flood.ts` },
])
if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`)
process.exitCode = failed.length > 0 ? 1 : 0
