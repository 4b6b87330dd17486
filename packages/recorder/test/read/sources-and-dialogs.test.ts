import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assembleTrajectory, toEvents, type EvidenceEvent, type Trajectory } from '@contrail/core'
import { expect, test } from 'vitest'
import { checkRecording, readTrajectory, recoverRecording } from '../../src/index.ts'
import { agentFrame, plainData, png, screenshot, stepFinished, stepObserved } from '../support/evidence.ts'
import { readJson } from '../support/file-tree.ts'
import { createRecorder, directoryOf, recordAll, recordUnfinished } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const open = { type: 'prompt', message: 'How many lamps?', defaultValue: '1' }
const answered = { ...open, answered: 'accepted' as const, text: '2' }

/** Two tabs on one recorder, each looked at when the other has been acted on; a dialog of the first opens late. */
const run: readonly EvidenceEvent[] = [
  stepFinished({ actionName: 'first', source: 'one' }),
  stepFinished({ actionName: 'second', source: 'two' }),
  screenshot(png('page one'), { source: 'one' }),
  stepObserved({ source: 'one', url: 'http://shop.test/one' }),
  stepObserved({ source: 'two', url: 'http://shop.test/two', partial: true }),
  { type: 'step_observed', source: 'one', url: 'http://shop.test/one', dialogs: [open] },
  stepFinished({ actionName: 'answer', source: 'one' }),
  screenshot(png('a large page'.repeat(100)), { source: 'one' }),
  stepObserved({ source: 'one', url: 'http://shop.test/ordered', dialogs: [answered] }),
]

const expected = [
  { actionName: 'first', source: 'one', probeEvidence: { url: 'http://shop.test/one', dialogs: [open] } },
  { actionName: 'second', source: 'two', probeEvidence: { url: 'http://shop.test/two', partial: true } },
  { actionName: 'answer', source: 'one', probeEvidence: { url: 'http://shop.test/ordered', dialogs: [answered] } },
]

test('sources and dialogs stand in the journal and the trajectory, and are read, checked and folded again as they were', async () => {
  const recorder = createRecorder(await memoryDirectory())
  await recordAll(recorder, run)
  const finished = await recorder.finish({ status: 'complete' })
  expect(finished.steps).toMatchObject(expected)
  expect(finished.steps[0]).not.toHaveProperty('extra')
  const directory = directoryOf(recorder)
  expect(await readFile(join(directory, 'core.log'), 'utf8')).toContain('"source":"two"')
  expect(await readJson(join(directory, 'trajectory.json'))).toMatchObject({ steps: expected })
  const read = await readTrajectory(directory)
  expect(plainData(read)).toEqual(plainData(finished))
  const again = assembleTrajectory(toEvents(read)) as Trajectory
  expect(plainData(again)).toEqual(plainData(read))
  expect(await checkRecording(directory)).toMatchObject({ problems: [] })
})

test('a recording that was killed has them after it is recovered', async () => {
  const directory = await recordUnfinished(await memoryDirectory(), run)
  await recoverRecording(directory)
  expect((await readTrajectory(directory)).steps).toMatchObject(expected)
})

test('a gap in place of a frame for which there was no room is of the step of its source', async () => {
  const recorder = createRecorder(await memoryDirectory(), { queueLimitBytes: 1 })
  await recordAll(recorder, run.slice(0, 2))
  // All in one turn, so that the first waits for the disk when the second comes.
  const frames = [agentFrame(png('what the model saw')), screenshot(png('page one'), { source: 'one' })]
  await Promise.all(frames.map((event) => recorder.record(event)))
  const { gaps } = await recorder.finish()
  expect(gaps).toMatchObject([{ what: 'screenshot', reason: 'queue_full', stepIndex: 0 }])
})
