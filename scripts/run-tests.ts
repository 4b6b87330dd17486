/**
 * `npm test`, after the set-up: types and lint, then vitest, with the other checks and the smoke script beside it. Arguments go to vitest.
 * Every check and the smoke script count as one test. The last line is the sum, whatever happened before.
 */
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBrowser } from 'contrail/browser'
import { countsVariable, readCounts } from './count-reporter.ts'
import { demoRecording } from './demo-recording.ts'
import {
  countGuards,
  countsLine,
  readChecks,
  repositoryRoot,
  runGuards,
  runInForeground,
  sumCounts,
  type Counts,
} from './guards.ts'
import { runFolderVariable } from './once-in-run.ts'

const smoke = { name: 'smoke', command: 'node --conditions=@contrail/source scripts/smoke.ts' }

/** The guards that find most mistakes and so come first; the rest run beside vitest. */
const isQuickest = new Set(['check:types', 'check:lint'])

const counted: Counts[] = []
/** Things that the guards and vitest make once for all of them. */
const runFolder = await mkdtemp(join(tmpdir(), 'contrail-test-'))
process.env[runFolderVariable] = runFolder
process.once('exit', () => rmSync(runFolder, { recursive: true, force: true }))
try {
  const guards = [...(await readChecks()), smoke]
  const first = guards.filter(({ name }) => isQuickest.has(name))
  const failed = await runGuards(first, { atOnce: 2 })
  await tellBrowser()
  const rest = runGuards(
    guards.filter((guard) => !first.includes(guard)),
    { atOnce: 1 },
  )
  const args = process.argv.slice(2)
  // Several files of all read it; whoever asks while it is made waits, and hears of what went wrong.
  const demo = args.length > 0 ? undefined : demoRecording().catch(() => undefined)
  counted.push(await runVitest(args))
  await demo
  failed.push(...(await rest))
  counted.push(countGuards(guards, failed))
  if (failed.length > 0) console.log(`\nFailed beside vitest: ${failed.join(', ')}`)
} catch (error) {
  console.error(error)
  counted.push({ passed: 0, failed: 1, skipped: 0 })
}
const sum = sumCounts(counted)
console.log(`\n${countsLine(sum)}`)
// Not 1, with which Node itself ends when it cannot even load this file: scripts/bootstrap.mjs tells them apart.
process.exitCode = sum.failed > 0 ? 3 : 0

/** Say which browser the tests drive; where there is none, they will say so themselves, each. */
async function tellBrowser(): Promise<void> {
  const found = await findBrowser().catch((cause: unknown) => String(cause))
  console.log(
    typeof found === 'string'
      ? `\nThe tests need a browser. ${found}`
      : `\nThe tests drive Chromium ${found.version ?? '(unknown version)'} from ${found.source}: ${found.executablePath}`,
  )
}

/** Run vitest; a crash of it, or a failure it counts nowhere, is one failed test. */
async function runVitest(args: readonly string[]): Promise<Counts> {
  console.log('\n> vitest')
  const countsFile = join(runFolder, 'counts')
  const code = await runInForeground(process.execPath, {
    args: [join(repositoryRoot, 'node_modules/vitest/vitest.mjs'), 'run', ...args],
    env: { [countsVariable]: countsFile },
  })
  return readCounts(countsFile, code)
}
