import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EpisodeLogger } from '../../../packages/recorder/src/index.ts'
import { measureFiles } from '../measure-files.ts'
import { givenArguments } from '../in-child.ts'

// Records so many steps of 1 KB content in one of four ways, and says how long it took, how much it wrote and what it holds.
const { directory, who, steps } = givenArguments() as {
  directory: string
  who: 'step' | 'finish' | 'array' | 'array-each-step'
  steps: number
}

interface Step {
  readonly actionType: string
  readonly path: string
  readonly content: string
  readonly observation: string
  readonly reward: number
}

/** Distinct in every step, so that nothing is stored once for several. */
function stepAt(index: number): Step {
  const content = `value = ${index}\n`.padEnd(1_023, 'x') + '\n'
  return { actionType: 'write_file', path: `src/file_${index % 50}.py`, content, observation: 'written', reward: 0.001 }
}

const heldBytes = (): number => {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const before = heldBytes()
const started = performance.now()
let held: number
if (who === 'step' || who === 'finish') {
  const logger = new EpisodeLogger({ outputRoot: directory, durability: who, persist: true, env: {} })
  await logger.startEpisode({ task: 'bench', variantId: who })
  for (let index = 0; index < steps; index++) await logger.recordStep(stepAt(index))
  held = heldBytes() - before
  await logger.endEpisode(1)
} else {
  const rows: object[] = []
  for (let index = 0; index < steps; index++) {
    rows.push(stepAt(index))
    if (who === 'array-each-step') await writeFile(join(directory, 'episode.json'), JSON.stringify(rows))
  }
  held = heldBytes() - before
  await writeFile(join(directory, 'episode.json'), JSON.stringify(rows))
}
const ms = performance.now() - started
const { sizeBytes } = await measureFiles(directory)
console.log(JSON.stringify({ ms, sizeBytes, heldBytes: held }))
