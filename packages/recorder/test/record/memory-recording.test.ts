import { expect, test } from 'vitest'
import { imagesOf, plainData, wholeRun } from '../support/evidence.ts'
import { failingIo } from '../support/intercepted-io.ts'
import { createRecorder, recordAll } from '../support/recording.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('without persistence the trajectory is the same, its images can be read, and nothing touches the disk', async () => {
  const root = await temporaryDirectory()
  const written = createRecorder(root)
  await recordAll(written, wholeRun)
  const fromDisk = await written.finish({ status: 'stalled' })

  const kept = createRecorder(root, { persist: false, io: failingIo(() => true) })
  await recordAll(kept, wholeRun)
  expect(await kept.persistVerdict({ outcomeSuccess: true })).toBeUndefined()
  await kept.open()
  const inMemory = await kept.finish({ status: 'stalled' })
  expect(kept.directory).toBeUndefined()
  expect(plainData(inMemory)).toEqual(plainData(fromDisk))
  const bytes = await Promise.all(imagesOf(inMemory).map((image) => image.read()))
  expect(bytes.map((image) => Buffer.from(image))).toEqual(
    (await Promise.all(imagesOf(fromDisk).map((image) => image.read()))).map((image) => Buffer.from(image)),
  )
  expect(imagesOf(inMemory)).toHaveLength(6)
})
