import type { Secret } from './corpus.ts'
import { isStrangers, readHarmless, readSecrets } from './corpus.ts'
import { measureHarmless, measureSecrets } from './measure.ts'

/** Write the two rates and that of vendors' keys, as the README of the recorder has them. */
export function redactionRates(): string {
  const secrets = readSecrets()
  const promised = measureSecrets(secrets.filter((entry) => entry.door !== 'vendor' && entry.promised !== false))
  const vendors = measureSecrets(secrets.filter(({ door }) => door === 'vendor'))
  const harmless = measureHarmless()
  const good = ({ count, missed }: { count: number; missed: readonly unknown[] }): string =>
    `${count - missed.length} of ${count}`
  return [
    `Measured over contents like those of agents: ${good(promised)} secrets in promised forms and ${good(vendors)} keys in vendors' formats are`,
    `gone, ${good(harmless)} contents that hold none and look as if they did (\`{"pass": 120}\`, \`Unexpected token: '}'\`, messages of`,
    'forms, usage of models, pins of maps, code, placeholders) are stored as they are.',
    ...strangersRates(),
  ].join('\n')
}

/** The rates of two sets at their first runs, before anything was mended. Whoever wrote the second had read the rules. */
const firstRuns = { stayed: '42 of 378 and 58 of 232', damaged: '9 of 506 and 0 of 174' }

function strangersRates(): string[] {
  const secrets = measureSecrets(readSecrets().filter(isStrangers))
  const harmless = measureHarmless(readHarmless().filter(isStrangers))
  return [
    `Two sets of them were written to be missed, the first without a look at the code: at their first runs ${firstRuns.stayed}`,
    `secrets stayed and ${firstRuns.damaged} harmless contents were damaged; now ${secrets.missed.length} of ${secrets.count} stay, which nothing here promises, and`,
    `${harmless.missed.length} of ${harmless.count} are damaged. What you write will be nearer to a first run.`,
  ]
}

/** Write the table of the forms in which secrets are found, as the recorder's page on secrets has it. */
export function redactionTable(): string {
  const rows = new Map<string, Secret[]>()
  for (const entry of readSecrets()) {
    // A stranger's are of every form, and told as one rate.
    if (isStrangers(entry)) continue
    const name = names[entry.door] ?? entry.source
    rows.set(name, [...(rows.get(name) ?? []), entry])
  }
  const lines = [...rows].map(([name, entries]) => {
    const { count, missed } = measureSecrets(entries)
    return `| ${name} | ${exampleOf(entries[0]!)} | ${count - missed.length} of ${count} |`
  })
  return ['| a secret in | for example | gone |', '| --- | --- | --- |', ...lines].join('\n')
}

const names: Partial<Record<Secret['door'], string>> = {
  tree: 'fields of trees, in the lines of eight tools',
  arguments: 'arguments that name the field typed into',
  target: 'the `target` of a step that types',
  steps: 'steps whose output, own words, or an event before them tell the field',
  url: 'addresses',
  vendor: "keys of vendors' formats",
}

/** The content with a few dots where the secret stands, on one line. */
function exampleOf({ content, secret, vendor }: Secret): string {
  if (vendor !== undefined) return vendor
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  const example = text
    .replaceAll(secret, '…')
    .replaceAll(JSON.stringify(secret).slice(1, -1), '…')
    .replaceAll(/\s*[\r\n]+\s*/g, ' ⏎ ')
  return `\`${example.replaceAll('|', String.raw`\|`).replaceAll('`', "'")}\``
}
