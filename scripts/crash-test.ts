/**
 * Kill recording processes with SIGKILL at random moments and hold what they left against what they were promised:
 *
 *   node --conditions=@contrail/source scripts/crash-test.ts --kills 1000 [--durability step|finish] [--seed 7]
 *
 * Exits with 1 when anything that was acknowledged is lost.
 */
import { parseArgs } from 'node:util'
import { killAtRandom, type Kills } from '../packages/recorder/test/faults/kills.ts'
import { buildPrograms } from '../packages/recorder/test/support/programs.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    durability: { type: 'string', default: 'step' },
    seed: { type: 'string', default: String(Date.now()) },
  },
})
const [count, seed] = [Number(values.kills), Number(values.seed)]
const { durability } = values
if (!Number.isInteger(count) || count < 1) throw new TypeError(`--kills: expected a count, got ${values.kills}`)
if (!Number.isInteger(seed)) throw new TypeError(`--seed: expected an integer, got ${values.seed}`)
if (durability !== 'step' && durability !== 'finish') {
  throw new TypeError(`--durability: expected step or finish, got ${durability}`)
}

const startedMs = performance.now()
const programs = await buildPrograms()
const result = await killAtRandom(count, { durability, seed, onKill: tellProgress })
await programs.remove()
if (process.stdout.isTTY) process.stdout.write('\r\x1b[K')
const rows: Record<string, unknown> = {
  durability,
  seed,
  kills: result.kills,
  'recordings finished before': result.finished,
  'recordings cut off': result.cutOff,
  'of these in finish()': result.cutOffInFinish,
  'events acked': result.acked,
  'lost or wrong': result.faults.length,
  seconds: ((performance.now() - startedMs) / 1000).toFixed(1),
}
for (const [name, value] of Object.entries(rows)) console.log(`${name.padEnd(28)}${String(value)}`)
for (const fault of result.faults) console.log(fault)
process.exitCode = result.faults.length === 0 ? 0 : 1

function tellProgress({ kills, acked, faults }: Kills): void {
  const text = `${kills} of ${count} kills, ${acked} acked, ${faults.length} lost or wrong`
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${text}`)
  else if (kills % 100 === 0) console.log(text)
}
