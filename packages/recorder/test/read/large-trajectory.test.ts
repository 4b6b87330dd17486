import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readTrajectory, recoverRecording } from '../../src/index.ts'
import { diskIo, type Io } from '../../src/io/io.ts'
import { checkRecordingOn } from '../../src/check/check.ts'
import { recoverRecordingOn } from '../../src/finish/recover.ts'
import { readTrajectoryOn } from '../../src/read/read-trajectory.ts'
import { imagesOf, plainData } from '../support/evidence.ts'
import { readTree } from '../support/file-tree.ts'
import { recordWholeRun } from '../support/recording.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** The real disk, which calls every `trajectory.json` 600 MB larger than it is: too large to be read as a whole. */
const largeIo: Io = {
  ...diskIo,
  open: async (path, how) => {
    const file = await diskIo.open(path, how)
    if (!path.endsWith('trajectory.json')) return file
    return { ...file, stat: async () => ({ ...(await file.stat()), sizeBytes: 600_000_000 }) }
  },
}

test('a trajectory.json too large to be parsed is checked byte for byte all the same', async () => {
  const directory = await recordWholeRun(await temporaryDirectory())
  expect(await checkRecordingOn(largeIo, directory)).toMatchObject({ status: 'clean', problems: [] })
  const path = join(directory, 'trajectory.json')
  const text = (await readTree(directory))['trajectory.json'] as string
  for (const changed of [`${text} `, text.slice(0, -1), text.replace('"goto"', '"gone"')]) {
    await writeFile(path, changed, 'latin1')
    expect(await checkRecordingOn(largeIo, directory)).toMatchObject({
      status: 'corrupt',
      problems: [{ code: 'differs', file: 'trajectory.json' }],
    })
  }
})

test('a frame that was missing when a large run was recovered is no problem, one that went later is', async () => {
  const directory = await recordWholeRun(await temporaryDirectory())
  const frame = 'screenshots/probe/2.jpg'
  await rm(join(directory, frame))
  expect(await checkRecordingOn(largeIo, directory)).toMatchObject({
    status: 'corrupt',
    problems: [{ code: 'frame', file: frame }],
  })
  await recoverRecording(directory, { force: true })
  expect(await checkRecordingOn(largeIo, directory)).toMatchObject({ status: 'clean' })
})

test('a trajectory.json too large to be parsed is read from the journal', async () => {
  const directory = await recordWholeRun(await temporaryDirectory())
  const read = await readTrajectoryOn(largeIo, directory)
  expect(plainData(read)).toEqual(plainData(await readTrajectory(directory)))
  for (const image of imagesOf(read)) expect((await image.read()).byteLength).toBe(image.sizeBytes)
})

test('where no journal tells the same, it is FILE_TOO_LARGE', async () => {
  const directory = await recordWholeRun(await temporaryDirectory())
  await rm(join(directory, 'core.log'))
  await expect(readTrajectoryOn(largeIo, directory)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
  await writeFile(join(directory, 'trajectory.json'), '{"task":{}}')
  await expect(readTrajectoryOn(largeIo, directory)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
})

test('a large finished run is left as it is by recover, and made anew when that is asked for', async () => {
  const directory = await recordWholeRun(await temporaryDirectory())
  const before = await readTree(directory)
  expect(await recoverRecordingOn(largeIo, directory)).toMatchObject({ outcome: 'already_finished', steps: 3 })
  expect(await recoverRecordingOn(largeIo, directory, { force: true })).toMatchObject({
    outcome: 'recovered',
    steps: 3,
  })
  expect(await readTree(directory)).toEqual(before)
})
