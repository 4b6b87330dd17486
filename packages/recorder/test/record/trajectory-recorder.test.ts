import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createEvidenceBus, type ContrailError, type EvidenceEvent, type Trajectory } from '@contrail/core'
import { expect, test, vi } from 'vitest'
import { readTrajectory } from '../../src/index.ts'
import {
  agentFrame,
  finalAnswer,
  imagesOf,
  png,
  screenshot,
  stepFinished,
  stepObserved,
  wholeRun,
  plainData,
} from '../support/evidence.ts'
import { readJson, readTree } from '../support/file-tree.ts'
import { failingIo, interceptedIo } from '../support/intercepted-io.ts'
import { buryWriter, createRecorder, directoryOf, lamp, recordAll } from '../support/recording.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const verdict = { outcomeSuccess: true, explanation: 'the lamp is bought' }

test('making a recorder, and asking it how it is, touches no disk', async () => {
  const operations: string[] = []
  const io = interceptedIo(({ name }) => void operations.push(name))
  const recorder = createRecorder('/nowhere', { io, bus: createEvidenceBus() })
  expect(recorder.persisted).toBe(true)
  expect(recorder.directory).toBeUndefined()
  expect(recorder.health()).toEqual({
    state: 'recording',
    recordedEvents: 0,
    ackedEvents: 0,
    queuedBytes: 0,
    droppedFrames: 0,
  })
  expect(operations).toEqual([])
})

test('the directory is reserved by the first event', async () => {
  const root = await temporaryDirectory()
  const recorder = createRecorder(root)
  expect(await readdir(root)).toEqual([])
  await recorder.record(stepFinished())
  expect(recorder.directory).toBe(join(root, 'run', 'buy-lamp'))
  await recorder.cancel()
})

test('open() reserves the directory before any event, and says so when it cannot', async () => {
  const root = await temporaryDirectory()
  const recorder = createRecorder(root)
  await recorder.open()
  await recorder.open()
  expect(existsSync(join(root, 'run/buy-lamp/core.log'))).toBe(true)
  await recorder.cancel()

  const impossible = createRecorder(join(root, '.gitignore/below-a-file'))
  await expect(impossible.open()).rejects.toMatchObject({ name: 'ContrailError', code: 'DIRECTORY_UNAVAILABLE' })
  await expect(impossible.open()).rejects.toThrow(/outputRoot/)
})

test('a disk that answers EIO before anything is written is told by record(), health() and finish(), and never by onEvidence', async () => {
  const root = await temporaryDirectory()
  const warnings: string[] = []
  const recorder = createRecorder(join(root, 'a'), {
    io: failingIo(({ name }) => name === 'mkdir', 'EIO'),
    onWarning: (message) => void warnings.push(message),
  })
  await recorder.onEvidence(stepFinished())
  await recorder.onEvidence(screenshot(png('seen')))
  await expect(recorder.record(stepObserved())).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
  expect(recorder.health()).toMatchObject({ state: 'failed', ackedEvents: 0, error: { code: 'DIRECTORY_UNAVAILABLE' } })
  expect(warnings).toEqual(['evidence is no longer recorded'])
  const failure = await recorder.finish({ finalAnswer: 'done' }).then(
    () => undefined,
    (cause: unknown) => cause as ContrailError & { details: { trajectory: Trajectory } },
  )
  expect(failure?.code).toBe('DIRECTORY_UNAVAILABLE')
  expect(failure?.details.trajectory).toMatchObject({ status: 'complete', finalAnswer: 'done', task: lamp })
  expect(await imagesOf(failure!.details.trajectory)[0]?.read()).toEqual(new Uint8Array(png('seen')))
  expect(recorder.health().state).toBe('failed')
})

test('what finish() returns is what readTrajectory reads', async () => {
  const recorder = createRecorder(await temporaryDirectory())
  await recordAll(recorder, wholeRun)
  const trajectory = await recorder.finish({ status: 'stalled', finalAnswer: 'none', usage: { input_tokens: 1 } })
  expect(plainData(await readTrajectory(directoryOf(recorder)))).toEqual(plainData(trajectory))
})

test('the plain data of a returned trajectory is frozen to its leaves', async () => {
  const root = await temporaryDirectory()
  for (const persist of [true, false]) {
    const recorder = createRecorder(root, { persist })
    await recordAll(recorder, wholeRun)
    const trajectory = await recorder.finish()
    const thawed: string[] = []
    const walk = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return
      if (!Object.isFrozen(value)) thawed.push(path)
      for (const [key, nested] of Object.entries(value)) walk(nested, `${path}.${key}`)
    }
    walk(trajectory, 'trajectory')
    expect(thawed).toEqual([])
  }
})

test('the task of the caller is not frozen, and changing it later changes nothing', async () => {
  for (const persist of [true, false]) {
    const notes = { level: 1 }
    const recorder = createRecorder(await temporaryDirectory(), {
      persist,
      taskSpec: { ...lamp, notes },
    })
    notes.level = 2
    const { task } = await recorder.finish()
    expect(task).toMatchObject({ notes: { level: 1 } })
    expect(Object.isFrozen(notes)).toBe(false)
  }
})

test('changing what was recorded, after record() returned, changes nothing', async () => {
  const recorder = createRecorder(await temporaryDirectory())
  const actionArgs = { deep: { text: 'as it was' } }
  const buffer = png('as it was')
  const acks = [
    recorder.record(stepFinished({ actionArgs })),
    recorder.record(screenshot(buffer)),
    recorder.record(stepObserved()),
  ]
  actionArgs.deep.text = 'CHANGED'
  buffer.fill(66)
  await Promise.all(acks)
  const trajectory = await recorder.finish()
  expect(trajectory.steps[0]?.actionArgs).toEqual({ deep: { text: 'as it was' } })
  expect(Buffer.from((await trajectory.steps[0]?.probeEvidence.screenshot?.read()) ?? [])).toEqual(png('as it was'))
})

test('acks name the place of each event, in the order of the calls', async () => {
  const recorder = createRecorder(await temporaryDirectory())
  const acks = await Promise.all(Array.from({ length: 50 }, () => recorder.record(stepFinished())))
  expect(acks.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  expect(recorder.health()).toMatchObject({ recordedEvents: 50, ackedEvents: 50, queuedBytes: 0 })
  expect((await recorder.finish()).steps).toHaveLength(50)
})

test('finish() twice, and at once, gives one result; the options of the first call count', async () => {
  const recorder = createRecorder(await temporaryDirectory())
  await recorder.record(stepFinished())
  const [first, second] = await Promise.all([
    recorder.finish({ status: 'stalled' }),
    recorder.finish({ status: 'error' }),
  ])
  expect(second).toBe(first)
  expect(await recorder.finish({ status: 'error' })).toBe(first)
  expect(first.status).toBe('stalled')
})

test('an event recorded without waiting is in the trajectory of a finish() right after it', async () => {
  const recorder = createRecorder(await temporaryDirectory())
  const ack = recorder.record(stepFinished())
  expect((await recorder.finish()).steps).toHaveLength(1)
  expect(await ack).toEqual({ seq: 1 })
})

test('wrong options of finish() are a TypeError that names the field, and the run goes on', async () => {
  const recorder = createRecorder(await temporaryDirectory())
  await expect(recorder.finish({ status: 'done' as 'complete' })).rejects.toThrow(TypeError)
  await expect(recorder.finish({ status: 'done' as 'complete' })).rejects.toThrow(/finish\.status/)
  await recorder.record(stepFinished())
  expect((await recorder.finish()).status).toBe('complete')
})

test('whatever stands in the usage of a run, the run says how it ended', async () => {
  const usage = { input_tokens: 1, output_tokens: 2, cost: 10n } as { input_tokens: number }
  const recorder = createRecorder(await temporaryDirectory())
  expect(await recorder.finish({ status: 'stalled', usage })).toMatchObject({
    status: 'stalled',
    usage: { input_tokens: 1 },
  })
})

test('status, final answer and usage: the option beats the event, the event beats the sum of the turns', async () => {
  const root = await temporaryDirectory()
  const events: EvidenceEvent[] = [
    { type: 'turn_finished', turnId: '1', usage: { input_tokens: 10, output_tokens: 1, reasoning_tokens: 4 } },
    { type: 'turn_finished', turnId: '2', usage: { input_tokens: 20, output_tokens: 2 } },
    finalAnswer({ message: 'said on the way', output: { price: 12 } }),
    finalAnswer({ message: 'said last', output: { price: 13 } }),
  ]
  const plain = createRecorder(root)
  await recordAll(plain, events)
  expect(await plain.finish()).toMatchObject({
    status: 'complete',
    finalAnswer: 'said last',
    finalOutput: { price: 13 },
    usage: { input_tokens: 30, output_tokens: 3, reasoning_tokens: 4 },
  })
  const told = createRecorder(root)
  await recordAll(told, events)
  const usage = { input_tokens: 7, output_tokens: 8 }
  expect(await told.finish({ status: 'error', finalAnswer: '', usage })).toMatchObject({
    status: 'error',
    finalAnswer: '',
    finalOutput: { price: 13 },
    usage,
  })
  expect(await readJson(directoryOf(told), 'task_data.json')).toMatchObject({ status: 'error', finalAnswer: '' })
})

test('record() after finish() or cancel() is refused, and onEvidence stays silent', async () => {
  const root = await temporaryDirectory()
  const finished = createRecorder(root)
  await finished.finish()
  const cancelled = createRecorder(root)
  await cancelled.cancel()
  const before = await readTree(root)
  for (const recorder of [finished, cancelled]) {
    await expect(recorder.record(stepFinished())).rejects.toMatchObject({ code: 'RECORDER_CLOSED' })
    await expect(recorder.onEvidence(stepFinished())).resolves.toBeUndefined()
    expect(recorder.onEvidence.isListening?.()).toBe(false)
  }
  await expect(cancelled.finish()).rejects.toMatchObject({ code: 'RECORDER_CLOSED' })
  await expect(cancelled.persistVerdict(verdict)).rejects.toMatchObject({ code: 'RECORDER_CLOSED' })
  await expect(finished.cancel()).rejects.toMatchObject({ code: 'RECORDER_CLOSED' })
  expect(await readTree(root)).toEqual(before)
})

test('what is no event is kept as a gap, told by record(), and never breaks the agent', async () => {
  const warnings: string[] = []
  const recorder = createRecorder(await temporaryDirectory(), { onWarning: (message) => void warnings.push(message) })
  const hostile = Object.defineProperty({}, 'type', {
    get: () => {
      throw new Error('no')
    },
  }) as EvidenceEvent
  await expect(recorder.record({ type: 'stepfinished' } as unknown as EvidenceEvent)).rejects.toThrow(/stepfinished/)
  for (const event of [undefined, null, 7, {}, hostile, { type: 'step_finished' }]) {
    await expect(recorder.onEvidence(event as unknown as EvidenceEvent)).resolves.toBeUndefined()
  }
  await recorder.record(stepFinished())
  const { steps, gaps } = await recorder.finish()
  expect(steps).toHaveLength(1)
  expect(gaps.map((gap) => gap.reason)).toEqual(Array.from({ length: 7 }, () => 'invalid_event'))
  expect(warnings).toHaveLength(7)
})

test('a warning callback that throws or rejects harms neither the agent nor the journal', async () => {
  for (const fail of [
    () => {
      throw new Error('mine')
    },
    (): unknown => Promise.reject(new Error('mine')),
  ]) {
    const onWarning = fail
    const recorder = createRecorder(await temporaryDirectory(), { onWarning })
    await recorder.onEvidence({ type: 'nonsense' } as unknown as EvidenceEvent)
    await recorder.onEvidence(stepFinished())
    const { steps, gaps } = await recorder.finish()
    expect(steps).toHaveLength(1)
    expect(gaps.map((gap) => gap.reason)).toEqual(['invalid_event'])
    await recorder.onEvidence(stepFinished())
  }
})

test('cancel() removes what it wrote, and the folder of the run with its last recording', async () => {
  const root = await temporaryDirectory()
  const [first, second] = [createRecorder(root), createRecorder(root)]
  await recordAll(first, wholeRun)
  await second.record(screenshot(png('page')))
  await Promise.all([second.cancel(), second.cancel()])
  expect(await readdir(join(root, 'run'))).toEqual(['buy-lamp'])
  expect(second.health().state).toBe('cancelled')
  await first.cancel()
  expect(await readdir(root)).toEqual(['.gitignore'])
})

test('cancel() in the middle of open() leaves nothing behind', async () => {
  const root = await temporaryDirectory()
  const recorder = createRecorder(root)
  const opening = recorder.open()
  await recorder.cancel()
  await opening.catch(() => undefined)
  expect(await readdir(root)).toEqual(['.gitignore'])
})

test('cancel() also removes what an earlier, interrupted cancel left aside', async () => {
  const root = await temporaryDirectory()
  const interrupted = createRecorder(root, { io: failingIo(({ name }) => name === 'rmdir' || name === 'unlink') })
  await interrupted.record(stepFinished())
  await interrupted.cancel().catch(() => undefined)
  expect(await readdir(join(root, 'run'))).toEqual(['.removed-buy-lamp'])
  await buryWriter(join(root, 'run/.removed-buy-lamp'))
  const recorder = createRecorder(root)
  await recorder.record(stepFinished())
  await recorder.cancel()
  expect(await readdir(root)).toEqual(['.gitignore'])
})

test('`await using` without finish() finishes as aborted; after finish() it changes nothing', async () => {
  const root = await temporaryDirectory()
  const left = async (finish: boolean): Promise<string> => {
    await using recorder = createRecorder(root)
    await recorder.record(stepFinished())
    if (finish) await recorder.finish()
    return directoryOf(recorder)
  }
  expect((await readTrajectory(await left(false))).status).toBe('aborted')
  expect((await readTrajectory(await left(true))).status).toBe('complete')
})

test('`await using` on a broken disk warns and does not throw', async () => {
  const root = await temporaryDirectory()
  const onWarning = vi.fn<(message: string, cause?: unknown) => void>()
  {
    await using recorder = createRecorder(root, { onWarning, io: failingIo(({ name }) => name === 'datasync') })
    await recorder.onEvidence(stepFinished())
  }
  expect(onWarning).toHaveBeenCalledWith(
    'the recording could not be finished',
    expect.objectContaining({ code: 'DIRECTORY_UNAVAILABLE' }),
  )
})

test('a verdict is kept before, during and after finish()', async () => {
  const recorder = createRecorder(await temporaryDirectory())
  const before = recorder.persistVerdict({ outcomeSuccess: false })
  await recordAll(recorder, wholeRun)
  const during = recorder.persistVerdict(verdict, { name: 'second' })
  const finishing = recorder.finish()
  const alongside = recorder.persistVerdict(verdict, { name: 'third' })
  await finishing
  const after = recorder.persistVerdict(verdict)
  const paths = await Promise.all([before, during, alongside, after])
  const directory = directoryOf(recorder)
  expect(paths).toEqual(
    ['mmrubric_v1', 'second', 'third', 'mmrubric_v1-2'].map((name) => join(directory, `scores/${name}.json`)),
  )
  expect(await readJson(directory, 'scores/mmrubric_v1.json')).toEqual({ outcomeSuccess: false })
  const taskData = await readJson<{ scores: { name: string }[] }>(directory, 'task_data.json')
  expect(taskData).toMatchObject({ status: 'complete', verdict: { outcomeSuccess: false } })
  expect(taskData.scores.map(({ name }) => name)).toEqual(['mmrubric_v1-2', 'mmrubric_v1', 'second', 'third'])
  expect((await readdir(directory)).toSorted()).toEqual([
    'core.log',
    'scores',
    'screenshots',
    'task_data.json',
    'times.json',
    'trajectory.json',
  ])
})

test('a verdict given while the run goes on says in task_data.json that it is recording', async () => {
  const recorder = createRecorder(await temporaryDirectory())
  await recorder.record(stepFinished())
  await recorder.persistVerdict(verdict)
  expect(await readJson(directoryOf(recorder), 'task_data.json')).toMatchObject({
    status: 'recording',
    verdict,
    stepCount: 1,
  })
  await recorder.cancel()
})

test('what is no verdict is a TypeError, and nothing is written', async () => {
  const root = await temporaryDirectory()
  const recorder = createRecorder(root)
  await expect(recorder.persistVerdict({ outcomeSuccess: 'yes' as unknown as boolean })).rejects.toThrow(
    /outcomeSuccess/,
  )
  await expect(recorder.persistVerdict({ outcomeSuccess: 'yes' as unknown as boolean })).rejects.toThrow(TypeError)
  expect(await readdir(root)).toEqual([])
})

test('equal bytes of two declared types can be read before and after finish()', async () => {
  const root = await temporaryDirectory()
  const recorder = createRecorder(root)
  await recorder.record(stepFinished())
  await recorder.record(screenshot(png('same'), { mediaType: 'image/png' }))
  await recorder.record(stepObserved())
  await recorder.record(agentFrame(png('same'), { mediaType: 'image/webp', stepIndex: 0 }))
  const unfinished = await readTrajectory(directoryOf(recorder))
  expect(unfinished.status).toBe('recording')
  for (const trajectory of [unfinished, await recorder.finish(), await readTrajectory(directoryOf(recorder))]) {
    for (const image of imagesOf(trajectory)) expect(Buffer.from(await image.read())).toEqual(png('same'))
  }
  // The bytes that were read before finish() moved them are still there under their new name.
  for (const image of imagesOf(unfinished)) expect(Buffer.from(await image.read())).toEqual(png('same'))
  expect(await readFile(join(directoryOf(recorder), 'screenshots/agent/1.webp'))).toEqual(png('same'))
})
