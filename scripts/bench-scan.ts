/**
 * `node --conditions=@contrail/source scripts/bench-scan.ts`: how many MB a second `contrail scan` searches, in journals and in
 * pictures, beside `grep -F` of the same values in the same files. Exits 1 below 20 MB for each second of processor time.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scanForSecrets } from '../packages/recorder/src/index.ts'

const target = 20
const secrets = Array.from({ length: 20 }, (_, index) => ({
  name: `SECRET_${index}`,
  value: randomBytes(15).toString('base64url'),
}))
const line = (index: number): string =>
  JSON.stringify({ seq: index, type: 'step_observed', event: { url: `https://shop.test/p/${index}`, ariaTree: tree } })
const tree = Array.from(
  { length: 30 },
  (_, index) => `- link "Lamp ${index}" [ref=e${index}]:\n  - text: dimmable, red`,
).join('\n')

const folder = await mkdtemp(join(tmpdir(), 'contrail-scan-'))
try {
  let missed = 0
  for (const [name, bytes] of [
    ['a journal', Buffer.from(Array.from({ length: 12_000 }, (_, index) => line(index)).join('\n'))],
    ['pictures', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0', 'latin1'), randomBytes(20_000_000)])],
  ] as const) {
    const directory = join(folder, name.replace(' ', '-'))
    await mkdir(directory)
    await writeFile(join(directory, 'file'), bytes)
    await scanForSecrets(directory, secrets)
    const before = process.cpuUsage()
    const startedMs = performance.now()
    const { findings, sizeBytes } = await scanForSecrets(directory, secrets)
    const { user, system } = process.cpuUsage(before)
    const megabytes = sizeBytes / 1e6
    const perSecond = megabytes / ((user + system) / 1e6)
    const elapsed = megabytes / ((performance.now() - startedMs) / 1000)
    const grep = grepMegabytesPerSecond(directory, megabytes)
    missed += perSecond < target ? 1 : 0
    console.log(
      `${name}: ${perSecond.toFixed(0)} MB for a second of processor time, ${elapsed.toFixed(0)} MB a second by the clock; grep -F: ${grep}; ${findings.length} found`,
    )
  }
  process.exitCode = missed > 0 ? 1 : 0
} finally {
  await rm(folder, { recursive: true })
}

function grepMegabytesPerSecond(directory: string, megabytes: number): string {
  const patterns = secrets.flatMap(({ value }) => ['-e', value])
  const startedMs = performance.now()
  const { error } = spawnSync('grep', ['-rFc', ...patterns, directory])
  return error ? 'not installed' : `${(megabytes / ((performance.now() - startedMs) / 1000)).toFixed(0)} MB a second`
}
