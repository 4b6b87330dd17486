/**
 * `node --conditions=@contrail/source scripts/redaction-report.ts`: how much of what is harmless is stored as it is, and how much of what is
 * secret is gone, over the corpora of `packages/core/test/redact/corpus`. Prints both rates and each miss; with `--write` also puts them
 * into the pages of the recorder.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { redactionRates, redactionTable } from '../packages/core/test/redact/corpus/table.ts'

import { measureHarmless, measureSecrets } from '../packages/core/test/redact/corpus/measure.ts'
import { readSecrets } from '../packages/core/test/redact/corpus/corpus.ts'

const harmless = measureHarmless()
const secrets = readSecrets()
const promised = measureSecrets(secrets.filter((entry) => entry.door !== 'vendor' && entry.promised !== false))
const vendors = measureSecrets(secrets.filter(({ door }) => door === 'vendor'))

tell('harmless contents damaged', harmless)
tell('promised forms leaked', promised)
tell("vendors' keys leaked", vendors)

if (process.argv.includes('--write')) {
  write('README.md', redactionRates())
  write('SECRETS.md', redactionTable())
}

function write(name: string, made: string): void {
  const page = new URL(`../packages/recorder/${name}`, import.meta.url)
  const [before = '', after = ''] = readFileSync(page, 'utf8').split(
    /(?<=<!-- redaction: made by .{1,99} -->\n)[^]*(?=<!-- redaction: end -->)/,
  )
  writeFileSync(page, `${before}\n${made}\n\n${after}`)
}

function tell(what: string, { count, missed }: ReturnType<typeof measureHarmless>): void {
  const percent = ((missed.length / count) * 100).toFixed(1)
  console.log(`${what}: ${missed.length} of ${count} (${percent} %)`)
  for (const { entry, stored } of missed)
    console.log(`  ${entry.source}: ${JSON.stringify(entry.content)}\n    ${stored}`)
}
