import { readFileSync } from 'node:fs'

/** The version of this package, as it stands in the first line of every journal. */
export const toolVersion: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version
