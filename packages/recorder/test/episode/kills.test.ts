import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { toEpisodeRecord } from '@contrail/core'
import { expect, test } from 'vitest'
import { bySize, testSeed } from '../../../../scripts/test-size.ts'
import {
  checkRecording,
  createAttachmentReader,
  hashTree,
  readTrajectory,
  recoverRecording,
  replayEpisode,
} from '../../src/index.ts'
import { inParallel, runProgram } from '../support/run-program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { applyStep, repair, writeProject } from './project.ts'

const kills = bySize({ fast: 3, faults: 20, long: 40 })

test(`a repair that is killed at a random step replays to the tree of what was recorded, ${kills} times of ${kills}`, async () => {
  await inParallel([...Array(kills).keys()], 3, async (kill) => {
    const root = await temporaryDirectory()
    const place = (name: string): string => join(root, name)
    for (const name of ['workspace', 'start', 'expected']) await writeProject(place(name))
    const after = (testSeed * 7 + kill * 5) % (repair.length + 1)
    const { output, signal } = await runProgram(
      'repairs-project.ts',
      { outputRoot: place('out'), workspace: place('workspace') },
      {
        onOutput: (told, child) => {
          const isThere = told.includes(after === 0 ? 'started' : `ack ${after}\n`)
          // Somewhere in the step after that one.
          if (isThere) void sleep(kill % 4).then(() => child.kill('SIGKILL'))
        },
      },
    )
    const acked = output.split('\n').filter((line) => line.startsWith('ack')).length
    const directory = join(place('out'), 'run', 'repair')
    await recoverRecording(directory)
    const trajectory = await readTrajectory(directory)
    const record = toEpisodeRecord(trajectory)
    expect(record.total_steps).toBeGreaterThanOrEqual(acked)
    expect(output.includes('ended') || record.status === 'killed' || record.status === 'finished').toBe(true)
    expect(await checkRecording(directory)).toMatchObject({ status: 'clean', problems: [] })

    for (const step of repair.slice(0, record.total_steps)) await applyStep(place('expected'), step)
    const result = await replayEpisode(trajectory, {
      into: place('copy'),
      from: place('start'),
      readAttachment: createAttachmentReader(directory),
    })
    expect(result).toMatchObject({ matched: true })
    expect(result.actualTree).toBe(await hashTree(place('expected')))
    expect(signal === 'SIGKILL' || output.includes('ended')).toBe(true)
  })
})
