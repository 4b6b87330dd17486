import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { checkRecording, writeVerdict } from '../../src/index.ts'
import { writeVerdictOn } from '../../src/finish/write-verdict.ts'
import { stepFinished } from '../support/evidence.ts'
import { listTree, readJson, readTree } from '../support/file-tree.ts'
import { failingIo, interceptedIo, systemError } from '../support/intercepted-io.ts'
import { createRecorder, directoryOf, recordUnfinished, recordWholeRun } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const verdict = {
  outcomeSuccess: false,
  processScore: 0.5,
  perCriterion: [{ criterion: 'cheapest', maxPoints: 2, earnedPoints: null, explanation: 'not seen' }],
  firstPointOfFailure: { stepIndex: 1, errorCode: '3.5', category: 'execution' },
  judge: 'unknown keys are kept',
}

test('a verdict on a finished recording is a score and stands in task_data.json', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const before = await readTree(directory)
  expect(await writeVerdict(directory, verdict)).toBe(join(directory, 'scores/mmrubric_v1.json'))
  expect(await readJson(directory, 'scores/mmrubric_v1.json')).toEqual(verdict)
  expect(await readJson(directory, 'task_data.json')).toEqual({
    ...(JSON.parse(before['task_data.json'] as string) as object),
    verdict,
    scores: [{ name: 'mmrubric_v1', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
  })
  expect(await listTree(directory)).toEqual([...Object.keys(before), 'scores/mmrubric_v1.json'].toSorted())
})

test('a taken name gets -2, then -3, and no verdict is ever overwritten', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  for (let time = 0; time < 3; time++) await writeVerdict(directory, { outcomeSuccess: true, explanation: `${time}` })
  expect(await listTree(join(directory, 'scores'))).toEqual([
    'mmrubric_v1-2.json',
    'mmrubric_v1-3.json',
    'mmrubric_v1.json',
  ])
  expect(await readJson(directory, 'scores/mmrubric_v1.json')).toMatchObject({ explanation: '0' })
  expect(await readJson(directory, 'task_data.json')).toMatchObject({ verdict: { explanation: '0' } })
})

test('a name with anything in it stays inside scores/', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  for (const name of ['../../x', '/etc/x', 'CON', '.hidden', 'é'])
    await writeVerdict(directory, { outcomeSuccess: true }, { name })
  const names = await listTree(join(directory, 'scores'))
  expect(names).toHaveLength(5)
  expect(names.every((name) => /^[A-Za-z0-9_-]+~[0-9a-f]{12}\.json$/.test(name))).toBe(true)
  expect((await checkRecording(directory)).status).toBe('clean')
})

test('what is no verdict is a TypeError that names the field, and nothing changes', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const before = await readTree(directory)
  const wrong = { outcomeSuccess: true, perCriterion: [{ criterion: 'x' }] } as unknown as typeof verdict
  await expect(writeVerdict(directory, wrong)).rejects.toThrow(/verdict: perCriterion\.0\.maxPoints/)
  await expect(writeVerdict(directory, wrong)).rejects.toThrow(TypeError)
  expect(await readTree(directory)).toEqual(before)
})

test.each([
  ['processScore', { processScore: 7 }],
  ['processScore', { processScore: -0.1 }],
  [String.raw`perCriterion\.0\.earnedPoints`, { perCriterion: [{ criterion: 'x', maxPoints: 2, earnedPoints: 9 }] }],
  [String.raw`perCriterion\.0\.earnedPoints`, { perCriterion: [{ criterion: 'x', maxPoints: 2, earnedPoints: -1 }] }],
])('points out of their bounds are refused: %s %j', async (field, more) => {
  const directory = await recordWholeRun(await memoryDirectory())
  const wrong = writeVerdict(directory, { outcomeSuccess: true, ...more })
  await expect(wrong).rejects.toThrow(new RegExp(`verdict: ${field}: expected`))
  await expect(wrong).rejects.toThrow(TypeError)
})

test('a verdict of a step that the recording does not have is told by a check, and is no corruption', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const firstPointOfFailure = { stepIndex: 99, errorCode: '1.1', category: 'x' }
  await writeVerdict(directory, { outcomeSuccess: false, firstPointOfFailure })
  const { status, notes } = await checkRecording(directory)
  expect([status, notes]).toEqual(['clean', [expect.stringMatching(/mmrubric_v1\.json.*step 100.*has \d+/)]])
})

test('a verdict may hold anything beside its fields: it is written as plain data that shares nothing with it', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const strange: Record<string, unknown> = { outcomeSuccess: true, tokens: 5n, at: new Date(0), skip: undefined }
  strange['self'] = strange
  await writeVerdict(directory, strange as { outcomeSuccess: boolean })
  const written = {
    outcomeSuccess: true,
    tokens: { $type: 'bigint', value: '5' },
    at: { $type: 'date', value: '1970-01-01T00:00:00.000Z' },
    self: { $type: 'circular', path: expect.any(String) },
  }
  expect(await readJson(directory, 'scores/mmrubric_v1.json')).toEqual(written)
  expect(await readJson(directory, 'task_data.json')).toMatchObject({ verdict: written })
  expect((await checkRecording(directory)).status).toBe('clean')
})

test('a verdict too large to be read again is a TypeError before anything is written, and harms no other', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const before = await readTree(directory)
  const items = { notes: Array.from({ length: 760_000 }, () => false) }
  // Also more than is measured.
  for (const large of inFast([items], [items, { explanation: 'e'.repeat(33_000_000) }])) {
    const refused = writeVerdict(directory, { outcomeSuccess: true, ...large })
    await expect(refused).rejects.toThrow(TypeError)
    await expect(refused).rejects.toThrow(/expected at most 8000000 bytes of JSON, got \d+ or more/)
  }
  expect(await readTree(directory)).toEqual(before)
  const recorder = createRecorder(await memoryDirectory())
  const refused = recorder.persistVerdict({ outcomeSuccess: true, explanation: 'e'.repeat(8_000_000) })
  await expect(refused).rejects.toThrow(TypeError)
  expect(recorder.directory).toBeUndefined()
})

test('wrong options of a verdict are a TypeError that says what was expected and what was got', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const before = await readTree(directory)
  for (const [options, got] of [
    ['mmrubric_v1', '"mmrubric_v1"'],
    [null, 'null'],
    [{ name: 5 }, 'number'],
    [{ name: null }, 'null'],
    [{ name: '' }, '""'],
  ] as const) {
    const refused = writeVerdict(directory, { outcomeSuccess: true }, options as { name: string })
    await expect(refused).rejects.toThrow(TypeError)
    await expect(refused).rejects.toThrow(`, got ${got}`)
  }
  expect(await readTree(directory)).toEqual(before)
  for (const persist of [true, false]) {
    const recorder = createRecorder(await memoryDirectory(), { persist })
    for (const name of [5 as unknown as string, ''])
      await expect(recorder.persistVerdict({ outcomeSuccess: true }, { name })).rejects.toThrow(TypeError)
    expect(recorder.directory).toBeUndefined()
  }
})

test('a recording that is being written is refused; one that was cut off takes a verdict', async () => {
  const recorder = createRecorder(await memoryDirectory())
  await recorder.record(stepFinished())
  await expect(writeVerdict(directoryOf(recorder), verdict)).rejects.toMatchObject({ code: 'JOURNAL_LOCKED' })
  await recorder.cancel()
  const cutOff = await recordUnfinished(await memoryDirectory())
  await writeVerdict(cutOff, verdict)
  expect(await readJson(cutOff, 'task_data.json')).toMatchObject({ status: 'killed', verdict })
})

test('where links are refused a verdict is written all the same, and never over another', async () => {
  const io = interceptedIo(({ name }) => {
    if (name === 'link') throw systemError('EPERM')
  })
  const directory = await recordWholeRun(await memoryDirectory())
  await writeVerdictOn(io, directory, verdict)
  await writeVerdictOn(io, directory, { outcomeSuccess: true })
  expect(await listTree(join(directory, 'scores'))).toEqual(['mmrubric_v1-2.json', 'mmrubric_v1.json'])
  expect(await readJson(directory, 'scores/mmrubric_v1.json')).toEqual(verdict)
  expect((await checkRecording(directory)).status).toBe('clean')
})

test('a full disk is RECORDING_FAILED, and leaves the recording as it was', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const before = await readTree(directory)
  const io = failingIo(({ name, path }) => name === 'write' && path.includes('scores'), 'ENOSPC')
  await expect(writeVerdictOn(io, directory, verdict)).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
  await expect(writeVerdictOn(io, directory, verdict)).rejects.toThrow(/free some space/)
  expect(await readTree(directory)).toEqual(before)
})

test('the recording of another tool takes a verdict too', async () => {
  const directory = await memoryDirectory()
  await cp(await recordWholeRun(await memoryDirectory()), directory, { recursive: true })
  const trajectory = await readJson(directory, 'trajectory.json')
  const { formatVersion: _, runId: __, journal: ___, ...foreign } = trajectory
  await writeFile(join(directory, 'trajectory.json'), JSON.stringify(foreign))
  await rm(join(directory, 'core.log'))
  await writeVerdict(directory, verdict)
  expect(await readJson(directory, 'task_data.json')).toMatchObject({ status: 'complete', verdict })
  expect(JSON.parse(await readFile(join(directory, 'trajectory.json'), 'utf8'))).toEqual(foreign)
})
