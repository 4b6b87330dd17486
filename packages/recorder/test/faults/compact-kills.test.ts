import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { checkRecording, recoverRecording } from '../../src/index.ts'
import { compact, picturesIn } from '../support/compacting.ts'
import { startProgram } from '../support/child-process.ts'
import { screenshot, stepFinished, stepObserved } from '../support/evidence.ts'
import { readTree } from '../support/file-tree.ts'
import { plainPicture, stripedPicture } from '../support/lossless-images.ts'
import { createRecorder, directoryOf, recordAll } from '../support/recording.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { bySize, testSeed } from '../../../../scripts/test-size.ts'
import { seeded } from './rig/sim-disk.ts'

const frames = 12
const kills = bySize({ fast: 4, faults: 16, long: 300 })

test(`kill -9 in the middle of a compaction loses nothing (${kills} kills)`, { timeout: 600_000 }, async () => {
  const root = await temporaryDirectory()
  const recorder = createRecorder(join(root, 'recorded'))
  for (let step = 0; step < frames; step++) {
    const picture = step % 2 ? plainPicture(`page ${step}`) : stripedPicture(`page ${step}`)
    await recordAll(recorder, [stepFinished(), screenshot(picture), stepObserved()])
  }
  await recorder.finish()
  const recorded = directoryOf(recorder)
  const pictures = await picturesIn(recorded)
  const undisturbed = join(root, 'undisturbed')
  await cp(recorded, undisturbed, { recursive: true })
  await compact(undisturbed)
  const expected = await readTree(undisturbed)

  const random = seeded(testSeed)
  const faults: string[] = []
  let cutOff = 0
  for (let kill = 0; kill < kills; kill++) {
    const directory = join(root, `kill-${kill}`)
    await cp(recorded, directory, { recursive: true })
    const program = startProgram('compacts-recording.ts', directory)
    const aim = Math.floor(random() * (frames + 4))
    let said = await program.nextLine()
    for (let line = 0; line < Math.min(aim, frames); line++) said = await program.nextLine()
    await sleep(random() * (aim > frames ? 12 : 2))
    await program.kill()
    const rest = await program.restOfLines()
    if (![said, ...rest].includes('compacted')) cutOff++
    const where = `kill ${kill} after ${said}`
    if (JSON.stringify(await picturesIn(directory)) !== JSON.stringify(pictures))
      faults.push(`${where}: other pictures`)
    const before = await checkRecording(directory)
    if (before.status === 'corrupt') faults.push(`${where}: ${JSON.stringify(before.problems)}`)
    if (kill % 2 === 0) await recoverRecording(directory)
    await compact(directory)
    const after = await checkRecording(directory)
    if (after.status !== 'clean' || after.notes.length > 0) faults.push(`${where}: ${JSON.stringify(after)}`)
    if (JSON.stringify(await readTree(directory)) !== JSON.stringify(expected)) faults.push(`${where}: other files`)
  }
  expect(faults).toEqual([])
  expect(cutOff).toBeGreaterThan(kills / 3)
})
