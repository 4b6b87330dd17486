import { readRecording } from '../recordings-at.ts'
import { readVerdicts } from '@contrail/recorder'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { canBeTyped, formatCommand, formatPath, nameOf, quoteWord, type Surroundings } from '../../terminal/places.ts'
import { classify } from '../classified.ts'
import type { Prices } from './prices.ts'
import { toRunFacts, type KnownRun } from './run-facts.ts'

/**
 * Read a recording and say its facts, also while it is being written or after its process died.
 *
 * @param input.directory the recording
 * @param input.name as somebody named it, for the commands to type next; default its directory
 * @param input.classified also looks for the class of its failure, which takes a tenth of the time of reading it; default not
 * @throws {ContrailError} JOURNAL_MISSING and what `readTrajectory` throws
 */
export async function readRun(
  input: { directory: string; name?: string | undefined; prices?: Prices; classified?: boolean } & Surroundings,
): Promise<KnownRun> {
  const { name, prices = new Map(), classified = false, cwd } = input
  const { directory, trajectory } = await readRecording(input)
  const verdicts = await readVerdicts(directory)
  const { readInFlight } = await import('@contrail/viewer/run-view')
  const isName = name !== undefined && !existsSync(path.resolve(cwd, name))
  // What is no path names a recording of the default root, where its folders name it too.
  const shown = isName ? quoteWord(canBeTyped(name) ? name : nameOf(directory)) : formatPath(directory, cwd)
  return toRunFacts(trajectory, {
    directory,
    verdicts,
    ...(classified ? { failures: (await classify(directory, trajectory, verdicts)).report } : {}),
    prices,
    inFlight: await readInFlight(directory, trajectory.status),
    toCommand: (verb, options) => formatCommand([verb, shown, options].filter(Boolean).join(' '), input),
  })
}
