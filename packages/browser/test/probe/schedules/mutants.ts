import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { createProbeChain } from '../../../src/probe/chain.ts'

const source = join(import.meta.dirname, '../../../src/probe')

/** One promise of the chain broken, in the words of its source. */
export interface Mutation {
  readonly from: string
  readonly to: string
}

/**
 * The probe chain with one promise of it broken.
 *
 * @throws {Error} when its source does not say so any more
 */
export async function breakChain({ from, to }: Mutation): Promise<typeof createProbeChain> {
  const text = await readFile(join(source, 'chain.ts'), 'utf8')
  if (text.split(from).length !== 2) throw new Error(`expected chain.ts to say once: ${from}`)
  const folder = await mkdtemp(join(tmpdir(), 'contrail-mutant-'))
  try {
    const file = join(folder, 'chain.ts')
    const neighbours = text.replaceAll(/from '(\.[\w/.-]+\.ts)'/g, (_all, name: string) => {
      return `from ${JSON.stringify(pathToFileURL(join(source, name)).href)}`
    })
    await writeFile(
      file,
      neighbours.replace(from, () => to),
    )
    const broken = (await import(pathToFileURL(file).href)) as { createProbeChain: typeof createProbeChain }
    return broken.createProbeChain
  } finally {
    await rm(folder, { recursive: true })
  }
}
